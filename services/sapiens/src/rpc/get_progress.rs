//! Returns how far a learner has come on one path, to those who may see it.

use proto::azora::sapiens::v1::{GetProgressRequest, GetProgressResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Sapiens;
use crate::entity::progress;
use crate::id::LearningPathId;

pub struct GetProgress {
    path: LearningPathId,
}

impl TryFrom<GetProgressRequest> for GetProgress {
    type Error = Error;

    fn try_from(request: GetProgressRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { path: fields.id("path_id", &request.path_id) };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: GetProgress) -> Result<GetProgressResponse> {
    let row = progress::visible_to(call)
        .filter(progress::Column::PathId.eq(input.path))
        .one(sapiens.work.read())
        .await?
        .ok_or_else(|| not_found("learning_path"))?;
    Ok(GetProgressResponse { progress: Some(row.into()) })
}
