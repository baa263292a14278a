//! Offers a job, with the skills it is searched by.

use proto::azora::common::v1::{Currency, Level};
use proto::azora::forge::v1::{CreateJobRequest, CreateJobResponse, Job, JobStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::json::Words;
use shared::search::{self, folded};
use shared::word::Word;

use crate::Forge;
use crate::entity::{job, job_skill};
use crate::id::JobId;
use crate::skills::distinct;

const SKILLS_MAX: usize = 20;

pub struct CreateJob {
    title: String,
    description: String,
    budget: Amount,
    currency: Word<Currency>,
    skills: Vec<String>,
    category: String,
    level: Word<Level>,
    deadline: Option<Time>,
}

impl TryFrom<CreateJobRequest> for CreateJob {
    type Error = Error;

    fn try_from(request: CreateJobRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            title: fields.text("title", &request.title, 3..=200),
            description: fields.text("description", &request.description, 10..=10_000),
            budget: fields.amount("budget", &request.budget),
            currency: fields.optional_word("currency", request.currency).unwrap_or(Word(Currency::Azr)),
            skills: distinct(fields.texts("skills", &request.skills, SKILLS_MAX, 1..=60)),
            category: fields.text("category", &request.category, 2..=60),
            level: fields.optional_word("level", request.level).unwrap_or(Word(Level::Intermediate)),
            deadline: fields.time("deadline", request.deadline.as_ref()),
        };
        // The deadline is judged with the change, so that a repeat after it gets its first answer again. A request that
        // is refused for its form hears of it at once.
        if !fields.all_good() {
            judge_deadline(&mut fields, input.deadline, clock::now());
        }
        fields.finish(input)
    }
}

fn judge_deadline(fields: &mut Fields, deadline: Option<Time>, now: Time) {
    if deadline.is_some_and(|deadline| deadline <= now) {
        fields.refuse("deadline", "must lie in the future");
    }
}

pub async fn run(forge: &Forge, call: &Call, input: CreateJob) -> Result<CreateJobResponse> {
    forge
        .work
        .mutate(call, async |work| {
            let mut fields = Fields::new();
            judge_deadline(&mut fields, input.deadline, call.now());
            fields.finish(())?;

            let id = JobId::new();
            let row = row(id, call, &input).insert(&work.tx).await?;
            let skills = input.skills.iter().map(|name| job_skill::ActiveModel {
                job_id: Set(id),
                skill_key: Set(folded(name)),
                name: Set(name.clone()),
                created_at: Set(call.now()),
            });
            if !input.skills.is_empty() {
                job_skill::Entity::insert_many(skills).exec_without_returning(&work.tx).await?;
            }
            let data = json!({
                "job_id": id.to_string(), "employer_id": row.employer_id.to_string(), "title": row.title,
                "category": row.category, "skills": row.skills.0, "budget": row.budget.to_string(),
                "currency": row.currency.text(), "level": row.level.text(),
            });
            work.publish("azora.forge.job.posted.v1", "job", id, data).await?;
            let job = Job::from(row);
            work.audit(&job.id, &job)?;
            Ok(CreateJobResponse { job: Some(job) })
        })
        .await
}

fn row(id: JobId, call: &Call, input: &CreateJob) -> job::ActiveModel {
    let skills = input.skills.join(" ");
    job::ActiveModel {
        id: Set(id),
        title: Set(input.title.clone()),
        description: Set(input.description.clone()),
        employer_id: Set(call.user()),
        budget: Set(input.budget),
        currency: Set(input.currency),
        skills: Set(Words(input.skills.clone())),
        category: Set(input.category.clone()),
        level: Set(input.level),
        status: Set(Word(JobStatus::Open)),
        deadline: Set(input.deadline),
        search_text: Set(search::stored(&[&input.title, &input.category, &skills, &input.description])),
        version: Set(1),
        created_at: Set(call.now()),
        updated_at: Set(call.now()),
        deleted_at: Set(None),
    }
}
