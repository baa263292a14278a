//! Lists the tutoring sessions of one learner, the one that began last first.

use proto::azora::sapiens::v1::{ListTutoringSessionsRequest, ListTutoringSessionsResponse, TutoringSessionStatus};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;
use shared::word::Word;

use crate::Sapiens;
use crate::entity::tutoring_session;
use crate::id::CourseId;

pub struct ListTutoringSessions {
    student: Option<UserId>,
    status: Option<Word<TutoringSessionStatus>>,
    course: Option<CourseId>,
}

impl TryFrom<ListTutoringSessionsRequest> for ListTutoringSessions {
    type Error = Error;

    fn try_from(request: ListTutoringSessionsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            student: fields.optional_id("student_id", &request.student_id),
            status: fields.optional_word("status", request.status),
            course: fields.optional_id("course_id", &request.course_id),
        };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: ListTutoringSessions) -> Result<ListTutoringSessionsResponse> {
    let asked_for = tutoring_session::owned_by(call.subject("student_id", input.student)?)
        .apply_if(input.status, |list, status| list.filter(tutoring_session::Column::Status.eq(status)))
        .apply_if(input.course, |list, course| list.filter(tutoring_session::Column::CourseId.eq(course)));
    let (at, id) = (tutoring_session::Column::StartedAt, tutoring_session::Column::Id);
    let page = page::newest(sapiens.work.read(), call, asked_for, at, id).await?;
    Ok(ListTutoringSessionsResponse {
        next_page_token: page.next,
        sessions: page.rows.into_iter().map(Into::into).collect(),
    })
}
