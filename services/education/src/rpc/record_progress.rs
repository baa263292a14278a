//! Adds time spent in a module, and begins the module where that has not happened.

use proto::azora::education::v1::{LearningProgress, RecordProgressRequest, RecordProgressResponse};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{Set, Unchanged};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::{learning_progress, student};
use crate::id::{ModuleId, StudentId};
use crate::study;

pub struct RecordProgress {
    module: ModuleId,
    seconds: i32,
    student: Option<StudentId>,
}

impl TryFrom<RecordProgressRequest> for RecordProgress {
    type Error = Error;

    fn try_from(request: RecordProgressRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            module: fields.id("module_id", &request.module_id),
            seconds: fields.number("seconds", request.seconds, 1..=i32::MAX),
            student: fields.optional_id("student_id", &request.student_id),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: RecordProgress) -> Result<RecordProgressResponse> {
    let mut fields = Fields::new();
    fields.number("seconds", input.seconds, 1..=education.config.seconds_per_record_max);
    fields.finish(())?;
    education
        .work
        .mutate(call, async |work| {
            let student = student::asked_for(call, input.student)?.one(&work.tx).await?;
            let student = student.ok_or_else(|| not_found("student"))?;
            let place = study::lock_place(work, call, student.id, input.module).await?;
            let before = study::begin(work, &place, input.module, call.now()).await?;
            let recorded = learning_progress::ActiveModel {
                id: Unchanged(before.id),
                time_spent_seconds: Set(before.time_spent_seconds.saturating_add(input.seconds)),
                updated_at: Set(call.now()),
                ..Default::default()
            };
            let row = recorded.update(&work.tx).await?;
            let place = study::refresh(work, place, call.now()).await?;
            let progress = LearningProgress::from(row);
            work.audit(&progress.id, &progress)?;
            Ok(RecordProgressResponse { progress: Some(progress), enrollment: Some(place.into()) })
        })
        .await
}
