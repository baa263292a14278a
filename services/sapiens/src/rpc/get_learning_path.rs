//! Returns one learning path with its steps, to those who may see it.

use proto::azora::sapiens::v1::{GetLearningPathRequest, GetLearningPathResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Sapiens;
use crate::entity::{learning_path, path_step};
use crate::id::LearningPathId;

pub struct GetLearningPath {
    path: LearningPathId,
}

impl TryFrom<GetLearningPathRequest> for GetLearningPath {
    type Error = Error;

    fn try_from(request: GetLearningPathRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { path: fields.id("path_id", &request.path_id) };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: GetLearningPath) -> Result<GetLearningPathResponse> {
    let db = sapiens.work.read();
    let path = learning_path::visible_to(call)
        .filter(learning_path::Column::Id.eq(input.path))
        .one(db)
        .await?
        .ok_or_else(|| not_found("learning_path"))?;
    let steps = path_step::of_path(path.id).all(db).await?;
    Ok(GetLearningPathResponse { path: Some(path.into()), steps: steps.into_iter().map(Into::into).collect() })
}
