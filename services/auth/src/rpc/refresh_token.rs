//! Hands out new tokens for a session. A lost answer costs nothing; a copy that somebody kept ends the session.

use chrono::Duration;
use proto::azora::auth::v1::{
    self as api, RefreshTokenRequest, RefreshTokenResponse, SecurityEventType, Session, Severity, Tokens, UserStatus,
};
use sea_orm::ActiveModelTrait;
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::work::Work;

use crate::Auth;
use crate::entity::{security_event, session, user};
use crate::error::AuthError;
use crate::mail::{Message, Recipient};
use crate::refresh::{self, DeviceProof, Grace, Shown, Verdict};
use crate::tokens::Bearer;

/// Longer than any token that we write.
const TOKEN_BYTES_MAX: usize = 200;

pub struct RefreshToken {
    token: String,
    shown: Option<Shown>,
    proof: Option<DeviceProof>,
}

impl TryFrom<RefreshTokenRequest> for RefreshToken {
    type Error = Error;

    fn try_from(request: RefreshTokenRequest) -> Result<Self> {
        let mut fields = Fields::new();
        if request.refresh_token.is_empty() || request.refresh_token.len() > TOKEN_BYTES_MAX {
            fields.refuse("refresh_token", format!("must have 1 to {TOKEN_BYTES_MAX} bytes"));
        }
        // What is no token is refused like one that has ended.
        let shown = refresh::read(&request.refresh_token);
        let proof = request.proof.and_then(|proof| read_proof(&mut fields, &proof));
        fields.finish(Self { token: request.refresh_token, shown, proof })
    }
}

fn read_proof(fields: &mut Fields, proof: &api::DeviceProof) -> Option<DeviceProof> {
    let signed_at = fields.required_time("proof.signed_at", proof.signed_at.as_ref()).timestamp();
    let signature = proof.signature.as_slice().try_into();
    if signature.is_err() {
        fields.refuse("proof.signature", format!("must have 64 bytes, has {}", proof.signature.len()));
    }
    Some(DeviceProof { signed_at, signature: signature.ok()? })
}

pub async fn run(auth: &Auth, call: &Call, input: RefreshToken) -> Result<RefreshTokenResponse> {
    let mut notice = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let shown = input.shown.clone().ok_or(AuthError::SessionEnded)?;
            let row = work.lock_one(session::by_id(shown.session)).await?.ok_or(AuthError::SessionEnded)?;
            let key = refresh::opened(auth.work.keys(), row.id, &row.refresh_key)?;
            if !shown.is_made_with(&key) || !row.is_alive(call.now()) {
                return Err(AuthError::SessionEnded.into());
            }
            let owner = user::by_id(row.user_id).one(&work.tx).await?.ok_or(AuthError::SessionEnded)?;
            if *owner.status != UserStatus::Active || owner.epoch != row.epoch {
                return Err(AuthError::SessionEnded.into());
            }
            let proved =
                |key: &[u8]| input.proof.as_ref().is_some_and(|proof| proof.proves(key, &input.token, call.now()));
            let signed = row.device_key.as_deref().map(proved);
            if signed == Some(false) {
                return Err(AuthError::SessionEnded.into());
            }
            let grace = Grace {
                time: Duration::seconds(auth.config.refresh_grace_seconds),
                bursts: auth.config.refresh_grace_per_day,
                signed: signed == Some(true),
            };
            let today = call.now().date_naive().to_string();
            let verdict = shown.judge(row.refreshes(&today), grace, call.now());
            match verdict {
                Verdict::Advance | Verdict::Again { .. } => {}
                Verdict::Reused => {
                    notice = Some((Recipient::from(&owner), Message::TokenReused));
                    return Err(end(call, work, row).await?);
                }
                Verdict::Late => return Err(AuthError::TokenSuperseded.into()),
                Verdict::TooOften | Verdict::Unknown => return Err(AuthError::SessionEnded.into()),
            }
            let aal = row.assurance(
                Duration::minutes(auth.config.aal2_idle_minutes),
                Duration::hours(auth.config.aal2_absolute_hours),
                call.now(),
            );
            let used = row.used(verdict, today, Duration::days(auth.config.session_idle_days), call.now());
            let row = session::Model { aal, ..used.update(&work.tx).await? };
            let tokens = auth.tokens.issue(&Bearer::of(&owner, &row), call.now())?;
            let refresh_token = refresh::write(row.id.into(), row.refresh_counter, &key);
            let session = Session::from(row);
            work.audit(&session.id, &session)?;
            Ok(RefreshTokenResponse { tokens: Some(Tokens { refresh_token, ..tokens }) })
        })
        .await;
    auth.mail.send_all(notice.into_iter().collect()).await;
    answer
}

/// Somebody kept a copy: the session ends for both, although the caller is refused.
async fn end(call: &Call, work: &Work<'_>, row: session::Model) -> Result<Error> {
    const REASON: &str = "token_reuse";
    let (id, owner) = (row.id, row.user_id);
    session::end(&work.tx, row, REASON, call.now()).await?;
    let kind = (SecurityEventType::TokenReuse, Severity::High);
    security_event::note(&work.tx, call, Some(owner), kind, json!({ "session_id": id.to_string() })).await?;
    let data = json!({ "session_id": id.to_string(), "user_id": owner.to_string(), "reason": REASON });
    work.publish("azora.auth.session.suspicious.v1", "user", owner, data).await?;
    Ok(Error::from(AuthError::SessionEnded).keeping_effect())
}
