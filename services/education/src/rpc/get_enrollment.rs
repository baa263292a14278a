//! Returns one place in a course, to its student and to those who teach it.

use proto::azora::education::v1::{GetEnrollmentRequest, GetEnrollmentResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::enrollment;
use crate::id::EnrollmentId;

pub struct GetEnrollment {
    enrollment: EnrollmentId,
}

impl TryFrom<GetEnrollmentRequest> for GetEnrollment {
    type Error = Error;

    fn try_from(request: GetEnrollmentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { enrollment: fields.id("enrollment_id", &request.enrollment_id) };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: GetEnrollment) -> Result<GetEnrollmentResponse> {
    let row = enrollment::visible_to(call)
        .filter(enrollment::Column::Id.eq(input.enrollment))
        .one(education.work.read())
        .await?
        .ok_or_else(|| not_found("enrollment"))?;
    Ok(GetEnrollmentResponse { enrollment: Some(row.into()) })
}
