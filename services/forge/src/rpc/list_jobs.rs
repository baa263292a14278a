//! Lists jobs, newest first.

use proto::azora::forge::v1::{JobStatus, ListJobsRequest, ListJobsResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;
use shared::word::Word;

use crate::Forge;
use crate::entity::job;

pub struct ListJobs {
    category: Option<String>,
    status: Option<Word<JobStatus>>,
    employer: Option<UserId>,
}

impl TryFrom<ListJobsRequest> for ListJobs {
    type Error = Error;

    fn try_from(request: ListJobsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            category: fields.optional_text("category", &request.category, 2..=60),
            status: fields.optional_word("status", request.status),
            employer: fields.optional_id("employer_id", &request.employer_id),
        };
        fields.finish(input)
    }
}

pub async fn run(forge: &Forge, call: &Call, input: ListJobs) -> Result<ListJobsResponse> {
    let mut jobs = job::visible_to(call);
    if let Some(category) = input.category {
        jobs = jobs.filter(job::Column::Category.eq(category));
    }
    if let Some(status) = input.status {
        jobs = jobs.filter(job::Column::Status.eq(status));
    }
    if let Some(employer) = input.employer {
        jobs = jobs.filter(job::Column::EmployerId.eq(employer));
    }
    let page = page::newest(forge.work.read(), call, jobs, job::Column::CreatedAt, job::Column::Id).await?;
    Ok(ListJobsResponse { jobs: page.rows.into_iter().map(Into::into).collect(), next_page_token: page.next })
}
