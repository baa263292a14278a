//! Ends one of the caller's sessions, wherever it was opened.

use proto::azora::auth::v1::{RevokeSessionRequest, RevokeSessionResponse, Session};
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
            let row = work.lock_one(named).await?.ok_or_else(|| not_found("session"))?;
            let session = Session::from(session::end(&work.tx, row, "logout", call.now()).await?);
            work.audit(&session.id, &session)?;
            Ok(RevokeSessionResponse { session_id: session.id })
        })
        .await
}
