//! Returns one course, to those who may see it.

use proto::azora::education::v1::{GetCourseRequest, GetCourseResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::{course, module};
use crate::id::CourseId;

pub struct GetCourse {
    course: CourseId,
}

impl TryFrom<GetCourseRequest> for GetCourse {
    type Error = Error;

    fn try_from(request: GetCourseRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { course: fields.id("course_id", &request.course_id) };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: GetCourse) -> Result<GetCourseResponse> {
    let db = education.work.read();
    let found = course::visible_to(call).filter(course::Column::Id.eq(input.course)).one(db).await?;
    let row = found.ok_or_else(|| not_found("course"))?;
    let modules = module::count(db, row.id).await?;
    Ok(GetCourseResponse { course: Some(row.with_modules(modules)) })
}
