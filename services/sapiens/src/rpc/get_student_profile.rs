//! Returns what is known of one learner, to that learner.

use proto::azora::sapiens::v1::{GetStudentProfileRequest, GetStudentProfileResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Sapiens;
use crate::entity::student_profile;

pub struct GetStudentProfile {
    student: Option<UserId>,
}

impl TryFrom<GetStudentProfileRequest> for GetStudentProfile {
    type Error = Error;

    fn try_from(request: GetStudentProfileRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { student: fields.optional_id("student_id", &request.student_id) };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: GetStudentProfile) -> Result<GetStudentProfileResponse> {
    let row = student_profile::owned_by(call.subject("student_id", input.student)?)
        .one(sapiens.work.read())
        .await?
        .ok_or_else(|| not_found("student_profile"))?;
    Ok(GetStudentProfileResponse { profile: Some(row.into()) })
}
