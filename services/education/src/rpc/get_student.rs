//! Returns one student record, to those who may see it.

use proto::azora::education::v1::{GetStudentRequest, GetStudentResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Education;
use crate::entity::student;
use crate::id::StudentId;

pub struct GetStudent {
    student: Option<StudentId>,
    user: Option<UserId>,
}

impl TryFrom<GetStudentRequest> for GetStudent {
    type Error = Error;

    fn try_from(request: GetStudentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        if !request.student_id.is_empty() && !request.user_id.is_empty() {
            fields.refuse("user_id", "must be left out if student_id is given");
        }
        let input = Self {
            student: fields.optional_id("student_id", &request.student_id),
            user: fields.optional_id("user_id", &request.user_id),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: GetStudent) -> Result<GetStudentResponse> {
    let asked_for = match input.user {
        Some(user) => student::owned_by(call.subject("user_id", Some(user))?),
        None => student::asked_for(call, input.student)?,
    };
    let row = asked_for.one(education.work.read()).await?.ok_or_else(|| not_found("student"))?;
    Ok(GetStudentResponse { student: Some(row.into()) })
}
