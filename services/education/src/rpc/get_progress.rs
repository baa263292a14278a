//! Returns how far a student is in a course, module by module.

use std::collections::HashMap;

use proto::azora::education::v1::{GetProgressRequest, GetProgressResponse, ModuleProgress};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::{course, enrollment, learning_progress, module, student};
use crate::error::EducationError;
use crate::id::{CourseId, ModuleId, StudentId};

pub struct GetProgress {
    course: CourseId,
    student: Option<StudentId>,
}

impl TryFrom<GetProgressRequest> for GetProgress {
    type Error = Error;

    fn try_from(request: GetProgressRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            course: fields.id("course_id", &request.course_id),
            student: fields.optional_id("student_id", &request.student_id),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: GetProgress) -> Result<GetProgressResponse> {
    let db = education.work.read();
    let course = course::visible_to(call).filter(course::Column::Id.eq(input.course)).one(db).await?;
    let course = course.ok_or_else(|| not_found("course"))?;
    let asked_for = match input.student {
        // Those who learn in a course are seen by its instructor.
        Some(named) if course.belongs_to(call.user()) => {
            student::learning(course.id).filter(student::Column::Id.eq(named))
        }
        named => student::asked_for(call, named)?,
    };
    let student = asked_for.one(db).await?.ok_or_else(|| not_found("student"))?;
    let place = enrollment::of(student.id, course.id).one(db).await?;
    let place = place.filter(|place| !place.is_dropped()).ok_or(EducationError::NotEnrolled)?;

    let rows = learning_progress::in_course(course.id)
        .filter(learning_progress::Column::StudentId.eq(student.id))
        .all(db)
        .await?;
    let mut begun: HashMap<ModuleId, learning_progress::Model> =
        rows.into_iter().map(|row| (row.module_id, row)).collect();
    let outline = module::outline(db, course.id).await?;
    let modules = outline.into_iter().map(|(id, order, title, estimated_minutes)| ModuleProgress {
        module_id: id.to_string(),
        title,
        order,
        estimated_minutes,
        progress: begun.remove(&id).map(Into::into),
    });
    Ok(GetProgressResponse { modules: modules.collect(), enrollment: Some(place.into()) })
}
