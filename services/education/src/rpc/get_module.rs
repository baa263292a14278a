//! Returns one module, as far as the caller may look into it.

use proto::azora::education::v1::{GetModuleRequest, GetModuleResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::{course, module};
use crate::id::ModuleId;
use crate::study;

pub struct GetModule {
    module: ModuleId,
}

impl TryFrom<GetModuleRequest> for GetModule {
    type Error = Error;

    fn try_from(request: GetModuleRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { module: fields.id("module_id", &request.module_id) };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: GetModule) -> Result<GetModuleResponse> {
    let db = education.work.read();
    let row = module::by_id(input.module).one(db).await?.ok_or_else(|| not_found("module"))?;
    let course = course::visible_to(call).filter(course::Column::Id.eq(row.course_id)).one(db).await?;
    let course = course.ok_or_else(|| not_found("module"))?;
    let view = study::view(db, call, &course).await?;
    Ok(GetModuleResponse { module: Some(row.shown(view)) })
}
