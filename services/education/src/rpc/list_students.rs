//! Lists students, newest first: everybody to admins and services, to educators those who learn from them.

use proto::azora::education::v1::{ListStudentsRequest, ListStudentsResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;

use crate::Education;
use crate::entity::{course, student};
use crate::id::CourseId;

pub struct ListStudents {
    course: Option<CourseId>,
}

impl TryFrom<ListStudentsRequest> for ListStudents {
    type Error = Error;

    fn try_from(request: ListStudentsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { course: fields.optional_id("course_id", &request.course_id) };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: ListStudents) -> Result<ListStudentsResponse> {
    let db = education.work.read();
    let asked_for = match input.course {
        Some(id) => {
            let course = course::visible_to(call).filter(course::Column::Id.eq(id)).one(db).await?;
            let course = course.ok_or_else(|| not_found("course"))?;
            if !call.sees_everything() {
                course.check_owner(call.user())?;
            }
            student::learning(course.id)
        }
        None if call.sees_everything() => student::visible_to(call),
        None => student::taught_by(call.user()),
    };
    let page = page::newest(db, call, asked_for, student::Column::CreatedAt, student::Column::Id).await?;
    let shown = |row: student::Model| if call.sees_everything() { row } else { row.seen_by_teacher() };
    Ok(ListStudentsResponse {
        next_page_token: page.next,
        students: page.rows.into_iter().map(|row| shown(row).into()).collect(),
    })
}
