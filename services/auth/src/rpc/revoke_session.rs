//! Ends one of the caller's sessions, wherever it was opened.

use proto::azora::auth::v1::{RevokeSessionRequest, RevokeSessionResponse, Session};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::session;
use crate::id::SessionId;

pub struct RevokeSession {
    session: SessionId,
}

impl TryFrom<RevokeSessionRequest> for RevokeSession {
    type Error = Error;

    fn try_from(request: RevokeSessionRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { session: fields.id("session_id", &request.session_id) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: RevokeSession) -> Result<RevokeSessionResponse> {
    auth.work
        .mutate(call, async |work| {
            let named = session::open_one(call.user(), input.session.into());
            let mut row = work.lock_one(named).await?.ok_or_else(|| not_found("session"))?.into_active_model();
            session::end(&mut row, "logout", call.now());
            let session = Session::from(row.update(&work.tx).await?);
            work.audit(&session.id, &session)?;
            Ok(RevokeSessionResponse { session_id: session.id })
        })
        .await
}
