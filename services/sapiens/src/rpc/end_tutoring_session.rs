//! Ends an active session of the caller, for good.

use proto::azora::sapiens::v1::{
    EndTutoringSessionRequest, EndTutoringSessionResponse, TutoringSession, TutoringSessionStatus,
};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::word::Word;

use crate::Sapiens;
use crate::entity::tutoring_session;
use crate::error::SapiensError;
use crate::id::TutoringSessionId;

pub struct EndTutoringSession {
    session: TutoringSessionId,
}

impl TryFrom<EndTutoringSessionRequest> for EndTutoringSession {
    type Error = Error;

    fn try_from(request: EndTutoringSessionRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { session: fields.id("session_id", &request.session_id) };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: EndTutoringSession) -> Result<EndTutoringSessionResponse> {
    sapiens
        .work
        .mutate(call, async |work| {
            let own = tutoring_session::owned_by(call.user());
            let session = work.lock_one(own.filter(tutoring_session::Column::Id.eq(input.session))).await?;
            let session = session.ok_or_else(|| not_found("tutoring_session"))?;
            if !session.is_active() {
                return Err(Error::from(SapiensError::SessionEnded(session.id, session.status)));
            }
            let ended = tutoring_session::ActiveModel {
                id: Unchanged(session.id),
                status: Set(Word(TutoringSessionStatus::Completed)),
                duration_minutes: Set(session.minutes_until(call.now())),
                ended_at: Set(Some(call.now())),
                updated_at: Set(call.now()),
                ..Default::default()
            };
            let session = TutoringSession::from(ended.update(&work.tx).await?);
            work.audit(&session.id, &session)?;
            Ok(EndTutoringSessionResponse { session: Some(session) })
        })
        .await
}
