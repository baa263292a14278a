//! Returns one job, to those who may see it.

use proto::azora::forge::v1::{GetJobRequest, GetJobResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Forge;
use crate::entity::job;
use crate::id::JobId;

pub struct GetJob {
    job: JobId,
}

impl TryFrom<GetJobRequest> for GetJob {
    type Error = Error;

    fn try_from(request: GetJobRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { job: fields.id("job_id", &request.job_id) };
        fields.finish(input)
    }
}

pub async fn run(forge: &Forge, call: &Call, input: GetJob) -> Result<GetJobResponse> {
    let row = job::visible_to(call)
        .filter(job::Column::Id.eq(input.job))
        .one(forge.work.read())
        .await?
        .ok_or_else(|| not_found("job"))?;
    Ok(GetJobResponse { job: Some(row.into()) })
}
