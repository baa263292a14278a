//! Ends the session of the token that is shown.

use proto::azora::auth::v1::{LogoutRequest, LogoutResponse};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Result, not_found};

use crate::Auth;
use crate::entity::session;

pub async fn run(auth: &Auth, call: &Call, _input: LogoutRequest) -> Result<LogoutResponse> {
    auth.work
        .mutate(call, async |work| {
            let shown = session::open_one(call.user(), call.session_id().unwrap_or_default());
            let mut row = work.lock_one(shown).await?.ok_or_else(|| not_found("session"))?.into_active_model();
            session::end(&mut row, "logout", call.now());
            let ended = row.update(&work.tx).await?;
            let answer = LogoutResponse { session_id: ended.id.to_string() };
            work.audit(&answer.session_id, &answer)?;
            Ok(answer)
        })
        .await
}
