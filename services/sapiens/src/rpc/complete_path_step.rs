//! Completes the next step of a path. The path is locked first, so that two calls never complete the same step, and
//! step, path and progress change together.

use proto::azora::sapiens::v1::{CompletePathStepRequest, CompletePathStepResponse, PathStep};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::word::Word;
use shared::work::Work;

use crate::Sapiens;
use crate::entity::{learning_path, path_step, progress};
use crate::error::SapiensError;
use crate::id::PathStepId;

const SECONDS_MAX: i32 = 3_600_000;

pub struct CompletePathStep {
    step: PathStepId,
    seconds: i32,
}

impl TryFrom<CompletePathStepRequest> for CompletePathStep {
    type Error = Error;

    fn try_from(request: CompletePathStepRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            step: fields.id("step_id", &request.step_id),
            seconds: fields.number("seconds", request.seconds, 0..=SECONDS_MAX),
        };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: CompletePathStep) -> Result<CompletePathStepResponse> {
    sapiens
        .work
        .mutate(call, async |work| {
            let own = path_step::owned_by(call.user()).filter(path_step::Column::Id.eq(input.step));
            let asked = own.one(&work.tx).await?.ok_or_else(|| not_found("path_step"))?;
            let path = learning_path::owned_by(call.user()).filter(learning_path::Column::Id.eq(asked.path_id));
            let path = work.lock_one(path).await?.ok_or_else(|| not_found("path_step"))?;
            let steps = path_step::of_path(path.id).all(&work.tx).await?;
            check_next(&path, &steps, &asked)?;

            let step = path_step::ActiveModel {
                id: Unchanged(asked.id),
                completed: Set(true),
                completed_at: Set(Some(call.now())),
                updated_at: Set(call.now()),
                ..Default::default()
            };
            let step = PathStep::from(step.update(&work.tx).await?);
            let path = count_step(work, &path, call.now()).await?;
            let progress = note_progress(work, &path, input.seconds, call.now()).await?;
            work.audit(&step.id, &step)?;
            Ok(CompletePathStepResponse { step: Some(step), path: Some(path.into()), progress: Some(progress.into()) })
        })
        .await
}

/// Steps are completed in order, each once, on paths that are not over.
fn check_next(
    path: &learning_path::Model,
    steps: &[path_step::Model],
    asked: &path_step::Model,
) -> Result<(), SapiensError> {
    let next = path_step::next(steps).filter(|_open| path.is_active());
    match next {
        Some(next) if next.id == asked.id => Ok(()),
        Some(next) => Err(SapiensError::StepNotNext { asked: asked.position, next: next.position }),
        None => Err(SapiensError::PathOver { asked: asked.position }),
    }
}

async fn count_step(work: &Work<'_>, path: &learning_path::Model, now: Time) -> Result<learning_path::Model> {
    let completed = path.completed_steps + 1;
    let counted = learning_path::ActiveModel {
        id: Unchanged(path.id),
        completed_steps: Set(completed),
        status: Set(Word(path.status_after(completed))),
        updated_at: Set(now),
        ..Default::default()
    };
    Ok(counted.update(&work.tx).await?)
}

/// Brings the progress of a path to its counts.
async fn note_progress(
    work: &Work<'_>,
    path: &learning_path::Model,
    seconds: i32,
    now: Time,
) -> Result<progress::Model> {
    let of_path = progress::owned_by(path.student_id).filter(progress::Column::PathId.eq(path.id));
    let before = of_path.one(&work.tx).await?.ok_or_else(|| Error::internal("a path has no progress"))?;
    let counted = progress::ActiveModel {
        id: Unchanged(before.id),
        completion_rate: Set(progress::completion_rate(path.completed_steps, path.total_steps)),
        time_spent_seconds: Set(before.time_spent_seconds.saturating_add(seconds)),
        last_activity_at: Set(now),
        current_step: Set(path.completed_steps),
        updated_at: Set(now),
        ..Default::default()
    };
    Ok(counted.update(&work.tx).await?)
}
