//! Challenges: second factors that are waited for, and the codes that are sent for them.

use chrono::Duration;
use proto::azora::auth::v1::{MfaMethod, SecurityEventType, Severity, UserStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::keys::Keys;
use shared::random;
use shared::word::Word;
use shared::work::Work;
use uuid::Uuid;

use crate::Auth;
use crate::entity::mfa_challenge::{ATTEMPTS_MAX, ActiveModel, Column, Entity, Model, Purpose, SENDS_MAX, by_id};
use crate::entity::{mfa_settings, security_event, user};
use crate::error::AuthError;
use crate::factor::{same, settings};
use crate::id::ChallengeId;
use crate::mail::{Message, Recipient};
use crate::throttle;

const CODE: &str = "mfa-code";

/// Reads a method whose codes are sent.
pub fn read_sent(fields: &mut Fields, path: &str, number: i32) -> MfaMethod {
    let method = fields.word::<MfaMethod>(path, number).0;
    if matches!(method, MfaMethod::Totp | MfaMethod::Recovery) {
        fields.refuse(path, "must be one of sms, email");
    }
    method
}

/// What a challenge is begun with.
#[derive(Default)]
pub struct Begun {
    /// How it has to be answered; `None` while its owner may choose.
    pub method: Option<MfaMethod>,
    /// SHA-256 of what is to be approved.
    pub binding: Option<Vec<u8>>,
    /// The session that has begun it.
    pub session: Option<Uuid>,
    /// What the session that it opens will be called.
    pub device_label: Option<String>,
}

/// Begins one. The account's row is locked.
pub async fn begin(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    account: &user::Model,
    purpose: Purpose,
    begun: Begun,
) -> Result<Model> {
    let row = ActiveModel {
        id: Set(ChallengeId::new()),
        user_id: Set(account.id),
        purpose: Set(purpose.word().to_owned()),
        method: Set(begun.method.map(Word)),
        code_hash: Set(None),
        attempts: Set(0),
        sends: Set(0),
        binding: Set(begun.binding),
        epoch: Set(account.epoch),
        session_id: Set(begun.session),
        device_label: Set(begun.device_label),
        ip_address: Set(call.origin().address.map(|address| address.to_string())),
        user_agent: Set(call.origin().agent.clone()),
        expires_at: Set(call.now() + Duration::minutes(auth.config.challenge_minutes)),
        consumed_at: Set(None),
        created_at: Set(call.now()),
        updated_at: Set(call.now()),
    };
    Ok(row.insert(&work.tx).await?)
}

/// Ends the challenges by which an account was to turn a factor on: only the newest one counts.
pub async fn end_enrolments(call: &Call, work: &Work<'_>, user: UserId) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ConsumedAt, Expr::value(call.now()))
        .col_expr(Column::UpdatedAt, Expr::value(call.now()))
        .filter(Column::UserId.eq(user))
        .filter(Column::Purpose.eq(Purpose::Enroll.word()))
        .filter(Column::ConsumedAt.is_null())
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// A challenge that can be answered, with whom it waits for. All of it is locked.
pub struct Asked {
    pub account: user::Model,
    pub settings: mfa_settings::Model,
    pub challenge: Model,
}

/// The challenge behind an id; `None` if it is answered, too old or unknown.
pub async fn asked(call: &Call, work: &Work<'_>, id: ChallengeId) -> Result<Option<Asked>> {
    let Some(found) = by_id(id).one(&work.tx).await? else { return Ok(None) };
    let account = work.lock_one(user::by_id(found.user_id)).await?;
    let Some(account) = account.filter(|account| *account.status == UserStatus::Active) else { return Ok(None) };
    let Some(settings) = work.lock_one(mfa_settings::of(account.id)).await? else { return Ok(None) };
    let challenge = work.lock_one(by_id(id)).await?.filter(|row| row.is_alive(account.epoch, call.now()));
    Ok(challenge.map(|challenge| Asked { account, settings, challenge }))
}

impl Asked {
    /// Whether it may be answered by this method.
    pub fn takes(&self, method: MfaMethod) -> bool {
        match self.challenge.method {
            // A code was sent for a login, which may be answered in another way all the same.
            Some(chosen) if !self.challenge.is_for(Purpose::Login) => *chosen == method,
            _ => self.settings.is_on(method),
        }
    }

    /// Makes a code, which replaces the one before. It is sent after the commit.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED `THROTTLED`.
    pub async fn send(self, auth: &Auth, call: &Call, work: &Work<'_>, method: MfaMethod) -> Result<Sending> {
        let Self { account, settings, challenge } = self;
        if challenge.sends >= SENDS_MAX {
            let rest = (challenge.expires_at - call.now()).to_std().unwrap_or_default();
            return Err(AuthError::Throttled(rest).into());
        }
        throttle::may_send(auth, call, work, account.id).await?;
        let code = six_digits();
        let keys = auth.work.keys();
        let (digest, sends) = (keys.mac(CODE, &[challenge.id.0.as_bytes(), code.as_bytes()]), challenge.sends + 1);
        let mut sent = challenge.into_active_model();
        sent.method = Set(Some(Word(method)));
        sent.code_hash = Set(Some(digest.to_vec()));
        sent.sends = Set(sends);
        sent.updated_at = Set(call.now());
        sent.update(&work.tx).await?;
        if method == MfaMethod::Email {
            return Ok(Sending::Letter(Recipient::from(&account), code));
        }
        let number =
            settings::phone(keys, &settings)?.ok_or_else(|| Error::internal("text messages without a number"))?;
        Ok(Sending::Text { user: account.id, number, code })
    }
}

/// Whether this is the code that was sent last, in this way.
pub fn is_code(keys: &Keys, challenge: &Model, method: MfaMethod, code: &str) -> bool {
    let Some(kept) = challenge.code_hash.as_deref() else { return false };
    let parts: [&[u8]; 2] = [challenge.id.0.as_bytes(), code.as_bytes()];
    challenge.method == Some(Word(method)) && keys.macs(CODE, &parts).iter().any(|digest| same(digest, kept))
}

/// Counts an answer. The right one ends the challenge, and so does the fifth wrong one, which is noted.
pub async fn judged(call: &Call, work: &Work<'_>, challenge: &Model, right: bool) -> Result<()> {
    let attempts = challenge.attempts + 1;
    let mut counted = challenge.clone().into_active_model();
    counted.attempts = Set(attempts);
    counted.consumed_at = Set(right.then_some(call.now()));
    counted.updated_at = Set(call.now());
    counted.update(&work.tx).await?;
    if !right && attempts >= ATTEMPTS_MAX {
        let kind = (SecurityEventType::MfaFailed, Severity::Medium);
        let data = json!({ "challenge_id": challenge.id.to_string() });
        security_event::note(&work.tx, call, Some(challenge.user_id), kind, data).await?;
    }
    Ok(())
}

/// A code on its way.
pub enum Sending {
    Letter(Recipient, String),
    Text { user: UserId, number: String, code: String },
}

/// Sends a code, if there is one. Its challenge is committed by now.
pub async fn send(auth: &Auth, sending: Option<Sending>) {
    match sending {
        Some(Sending::Letter(to, code)) => auth.mail.send(to, Message::Code { code }).await,
        Some(Sending::Text { user, number, code }) => auth.sms.send(user, number, &code).await,
        None => {}
    }
}

fn six_digits() -> String {
    format!("{:06}", u64::from_be_bytes(random::bytes()) % 1_000_000)
}
