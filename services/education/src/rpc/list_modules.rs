//! Lists the modules of a course in their order, as far as the caller may look into them.

use proto::azora::education::v1::{ListModulesRequest, ListModulesResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;

use crate::Education;
use crate::entity::{course, module};
use crate::id::CourseId;
use crate::study;

pub struct ListModules {
    course: CourseId,
}

impl TryFrom<ListModulesRequest> for ListModules {
    type Error = Error;

    fn try_from(request: ListModulesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { course: fields.id("course_id", &request.course_id) };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: ListModules) -> Result<ListModulesResponse> {
    let db = education.work.read();
    let course = course::visible_to(call).filter(course::Column::Id.eq(input.course)).one(db).await?;
    let course = course.ok_or_else(|| not_found("course"))?;
    let view = study::view(db, call, &course).await?;
    let page = page::in_order(db, call, module::of_course(course.id), module::Column::Position).await?;
    Ok(ListModulesResponse {
        next_page_token: page.next,
        modules: page.rows.into_iter().map(|row| row.shown(view)).collect(),
    })
}
