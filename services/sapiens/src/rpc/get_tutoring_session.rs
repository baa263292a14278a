//! Returns one tutoring session, to those who may see it.

use proto::azora::sapiens::v1::{GetTutoringSessionRequest, GetTutoringSessionResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Sapiens;
use crate::entity::tutoring_session;
use crate::id::TutoringSessionId;

pub struct GetTutoringSession {
    session: TutoringSessionId,
}

impl TryFrom<GetTutoringSessionRequest> for GetTutoringSession {
    type Error = Error;

    fn try_from(request: GetTutoringSessionRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { session: fields.id("session_id", &request.session_id) };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: GetTutoringSession) -> Result<GetTutoringSessionResponse> {
    let row = tutoring_session::visible_to(call)
        .filter(tutoring_session::Column::Id.eq(input.session))
        .one(sapiens.work.read())
        .await?
        .ok_or_else(|| not_found("tutoring_session"))?;
    Ok(GetTutoringSessionResponse { session: Some(row.into()) })
}
