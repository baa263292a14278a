//! Opens a session for somebody who has proved everything that the account asks for.

use chrono::Duration;
use proto::azora::auth::v1::{SecurityEventType, Session, Severity, Tokens};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use shared::call::Call;
use shared::error::Result;
use shared::json::Words;
use shared::random;
use shared::work::Work;

use crate::Auth;
use crate::devices;
use crate::entity::{security_event, session, user};
use crate::id::SessionId;
use crate::mail::{Message, Recipient};
use crate::refresh;
use crate::tokens::Bearer;

/// What a session is opened with.
pub struct Opening {
    /// As the caller named the device.
    pub device_label: Option<String>,
    /// With it every refresh has to be signed.
    pub device_key: Option<Vec<u8>>,
    /// What an earlier login gave to the device.
    pub device_token: Option<String>,
    /// 2 after a second factor that counts, else 1.
    pub aal: i32,
    /// What was shown: `pwd`, `otp` ..
    pub amr: Vec<String>,
}

/// The session's tokens, and whom to tell of it once it is committed.
pub struct Opened {
    pub tokens: Tokens,
    pub notices: Vec<(Recipient, Message)>,
}

/// Opens it. The account's row is locked.
pub async fn open(auth: &Auth, call: &Call, work: &Work<'_>, account: user::Model, opening: Opening) -> Result<Opened> {
    let now = call.now();
    let known = devices::trusted(&work.tx, auth, account.id, opening.device_token.as_deref(), now).await?;
    let mut notices = Vec::new();
    if known.is_none() && account.last_login_at.is_some() {
        let kind = (SecurityEventType::NewDevice, Severity::Low);
        security_event::note(&work.tx, call, Some(account.id), kind, json!({})).await?;
        let message = Message::NewDevice {
            label: opening.device_label.clone().unwrap_or_default(),
            address: call.origin().address.map(|address| address.to_string()).unwrap_or_default(),
        };
        notices.push((Recipient::from(&account), message));
    }
    let label = opening.device_label.as_deref();
    let device_token = devices::note(auth, work, account.id, known, label, now).await?;
    session::make_room(&work.tx, account.id, auth.config.sessions_per_user, now).await?;
    let (session, refresh_token) = insert(auth, call, work, &account, opening).await?;

    let mut seen = account.into_active_model();
    seen.login_attempts = Set(0);
    seen.lockouts = Set(0);
    seen.locked_until = Set(None);
    seen.last_login_at = Set(Some(now));
    seen.updated_at = Set(now);
    let account = seen.update(&work.tx).await?;
    let issued = auth.tokens.issue(&Bearer::of(&account, &session), now)?;
    let tokens = Tokens { refresh_token, device_token: device_token.unwrap_or_default(), ..issued };
    work.audit(&session.id.to_string(), &Session::from(session))?;
    Ok(Opened { tokens, notices })
}

/// The new session, and its first refresh token.
async fn insert(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    account: &user::Model,
    opening: Opening,
) -> Result<(session::Model, String)> {
    let id = SessionId::new();
    let now = call.now();
    let absolute = now + Duration::days(auth.config.session_absolute_days);
    let key = random::bytes::<32>();
    let opened = session::ActiveModel {
        id: Set(id),
        user_id: Set(account.id),
        refresh_key: Set(refresh::sealed(auth.work.keys(), id, &key)),
        refresh_counter: Set(0),
        refreshed_at: Set(now),
        grace_on: Set(None),
        grace_uses: Set(0),
        device_label: Set(opening.device_label),
        device_key: Set(opening.device_key),
        epoch: Set(account.epoch),
        aal: Set(opening.aal),
        amr: Set(Words(opening.amr)),
        ip_address: Set(call.origin().address.map(|address| address.to_string())),
        user_agent: Set(call.origin().agent.clone()),
        authenticated_at: Set(now),
        last_used_at: Set(now),
        idle_expires_at: Set(absolute.min(now + Duration::days(auth.config.session_idle_days))),
        absolute_expires_at: Set(absolute),
        revoked_at: Set(None),
        revoke_reason: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let token = refresh::write(id.into(), 0, &key);
    Ok((opened.insert(&work.tx).await?, token))
}
