//! Finds jobs by text, skills and budget.

use proto::azora::forge::v1::{JobStatus, SearchJobsRequest, SearchJobsResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;
use shared::search::{containing, folded};
use shared::word::Word;

use crate::Forge;
use crate::entity::{job, job_skill};

const SKILLS_MAX: usize = 20;

pub struct SearchJobs {
    text: Option<String>,
    skills: Vec<String>,
    least: Option<Amount>,
    most: Option<Amount>,
    category: Option<String>,
    status: Word<JobStatus>,
}

impl TryFrom<SearchJobsRequest> for SearchJobs {
    type Error = Error;

    fn try_from(request: SearchJobsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let budget =
            |fields: &mut Fields, path: &str, text: &str| (!text.is_empty()).then(|| fields.amount_or_zero(path, text));
        let input = Self {
            text: fields.optional_text("text", &request.text, 1..=200),
            skills: fields.texts("skills", &request.skills, SKILLS_MAX, 1..=60),
            least: budget(&mut fields, "budget_min", &request.budget_min),
            most: budget(&mut fields, "budget_max", &request.budget_max),
            category: fields.optional_text("category", &request.category, 2..=60),
            status: fields.optional_word("status", request.status).unwrap_or(Word(JobStatus::Open)),
        };
        if input.least.zip(input.most).is_some_and(|(least, most)| least > most) {
            fields.refuse("budget_max", "must not lie below budget_min");
        }
        fields.finish(input)
    }
}

pub async fn run(forge: &Forge, call: &Call, input: SearchJobs) -> Result<SearchJobsResponse> {
    let mut jobs = job::visible_to(call).filter(job::Column::Status.eq(input.status));
    if let Some(text) = input.text {
        jobs = jobs.filter(job::Column::SearchText.like(containing(&folded(&text))));
    }
    if !input.skills.is_empty() {
        let asked = job_skill::Entity::find()
            .select_only()
            .column(job_skill::Column::JobId)
            .filter(job_skill::Column::SkillKey.is_in(input.skills.iter().map(|skill| folded(skill))));
        jobs = jobs.filter(job::Column::Id.in_subquery(asked.into_query()));
    }
    if let Some(least) = input.least {
        jobs = jobs.filter(job::Column::Budget.gte(least));
    }
    if let Some(most) = input.most {
        jobs = jobs.filter(job::Column::Budget.lte(most));
    }
    if let Some(category) = input.category {
        jobs = jobs.filter(job::Column::Category.eq(category));
    }
    let page = page::newest(forge.work.read(), call, jobs, job::Column::CreatedAt, job::Column::Id).await?;
    Ok(SearchJobsResponse { jobs: page.rows.into_iter().map(Into::into).collect(), next_page_token: page.next })
}
