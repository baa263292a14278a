//! Hands out new tokens for a session. A lost answer costs nothing; a copy that somebody kept ends the session.

use chrono::Duration;
use proto::azora::auth::v1::{RefreshTokenRequest, RefreshTokenResponse, Session, Tokens, UserStatus};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::work::Work;

use crate::Auth;
use crate::entity::{session, user};
use crate::error::AuthError;
use crate::refresh::{self, Grace, Shown, Verdict};
use crate::tokens::Bearer;

/// Longer than any token that we write.
const TOKEN_BYTES_MAX: usize = 200;

pub struct RefreshToken {
    shown: Option<Shown>,
}

impl TryFrom<RefreshTokenRequest> for RefreshToken {
    type Error = Error;

    fn try_from(request: RefreshTokenRequest) -> Result<Self> {
        let mut fields = Fields::new();
        if request.refresh_token.is_empty() || request.refresh_token.len() > TOKEN_BYTES_MAX {
            fields.refuse("refresh_token", format!("must have 1 to {TOKEN_BYTES_MAX} bytes"));
        }
        // What is no token is refused like one that has ended.
        fields.finish(Self { shown: refresh::read(&request.refresh_token) })
    }
}

pub async fn run(auth: &Auth, call: &Call, input: RefreshToken) -> Result<RefreshTokenResponse> {
    auth.work
        .mutate(call, async |work| {
            let shown = input.shown.ok_or(AuthError::SessionEnded)?;
            let row = work.lock_one(session::by_id(shown.session)).await?.ok_or(AuthError::SessionEnded)?;
            let key = refresh::opened(auth.work.keys(), row.id, &row.refresh_key)?;
            if !shown.is_made_with(&key) || !row.is_alive(call.now()) {
                return Err(AuthError::SessionEnded.into());
            }
            let owner = user::by_id(row.user_id).one(&work.tx).await?.ok_or(AuthError::SessionEnded)?;
            if *owner.status != UserStatus::Active || owner.epoch != row.epoch {
                return Err(AuthError::SessionEnded.into());
            }
            let grace = Grace {
                time: Duration::seconds(auth.config.refresh_grace_seconds),
                bursts: auth.config.refresh_grace_per_day,
            };
            let today = call.now().date_naive().to_string();
            let verdict = shown.judge(row.refreshes(&today), grace, call.now());
            match verdict {
                Verdict::Advance | Verdict::Again { .. } => {}
                Verdict::Reused => return Err(end(call, work, row, "token_reuse").await?),
                Verdict::TooOften | Verdict::Unknown => return Err(AuthError::SessionEnded.into()),
            }
            let used = row.used(verdict, today, Duration::days(auth.config.session_idle_days), call.now());
            let row = used.update(&work.tx).await?;
            let tokens = auth.tokens.issue(&Bearer::of(&owner, &row), call.now())?;
            let refresh_token = refresh::write(row.id.into(), row.refresh_counter, &key);
            let session = Session::from(row);
            work.audit(&session.id, &session)?;
            Ok(RefreshTokenResponse { tokens: Some(Tokens { refresh_token, ..tokens }) })
        })
        .await
}

/// Ends the session and says so, although the caller is refused.
async fn end(call: &Call, work: &Work<'_>, row: session::Model, reason: &str) -> Result<Error> {
    let (id, owner) = (row.id, row.user_id);
    let mut ended = row.into_active_model();
    session::end(&mut ended, reason, call.now());
    ended.update(&work.tx).await?;
    let data = json!({ "session_id": id.to_string(), "user_id": owner.to_string(), "reason": reason });
    work.publish("azora.auth.session.suspicious.v1", "user", owner, data).await?;
    Ok(Error::from(AuthError::SessionEnded).keeping_effect())
}
