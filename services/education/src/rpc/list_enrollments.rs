//! Lists places in courses, newest first: the caller's own, and those in courses that the caller teaches.

use proto::azora::education::v1::{EnrollmentStatus, ListEnrollmentsRequest, ListEnrollmentsResponse};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;
use shared::word::Word;

use crate::Education;
use crate::entity::enrollment;
use crate::id::{CourseId, StudentId};

pub struct ListEnrollments {
    student: Option<StudentId>,
    course: Option<CourseId>,
    status: Option<Word<EnrollmentStatus>>,
}

impl TryFrom<ListEnrollmentsRequest> for ListEnrollments {
    type Error = Error;

    fn try_from(request: ListEnrollmentsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            student: fields.optional_id("student_id", &request.student_id),
            course: fields.optional_id("course_id", &request.course_id),
            status: fields.optional_word("status", request.status),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: ListEnrollments) -> Result<ListEnrollmentsResponse> {
    let asked_for = enrollment::visible_to(call)
        .apply_if(input.student, |list, student| list.filter(enrollment::Column::StudentId.eq(student)))
        .apply_if(input.course, |list, course| list.filter(enrollment::Column::CourseId.eq(course)))
        .apply_if(input.status, |list, status| list.filter(enrollment::Column::Status.eq(status)));
    let (at, id) = (enrollment::Column::CreatedAt, enrollment::Column::Id);
    let page = page::newest(education.work.read(), call, asked_for, at, id).await?;
    Ok(ListEnrollmentsResponse {
        next_page_token: page.next,
        enrollments: page.rows.into_iter().map(Into::into).collect(),
    })
}
