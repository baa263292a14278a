//! Ends the session of the token that is shown.

use proto::azora::auth::v1::{LogoutRequest, LogoutResponse};
use shared::call::Call;
use shared::error::{Result, not_found};

use crate::Auth;
use crate::entity::session;

pub async fn run(auth: &Auth, call: &Call, _input: LogoutRequest) -> Result<LogoutResponse> {
    auth.work
        .mutate(call, async |work| {
            let shown = session::open_one(call.user(), call.session_id().unwrap_or_default());
            let row = work.lock_one(shown).await?.ok_or_else(|| not_found("session"))?;
            let ended = session::end(&work.tx, row, "logout", call.now()).await?;
            let answer = LogoutResponse { session_id: ended.id.to_string() };
            work.audit(&answer.session_id, &answer)?;
            Ok(answer)
        })
        .await
}
