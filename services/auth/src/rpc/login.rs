//! Opens a session, or asks for the second factor. Whoever does not know the password learns nothing else: not whether the
//! account is there, locked, suspended or unverified.

use proto::azora::auth::v1::{LoginRequest, LoginResponse, MfaChallenge, SecurityEventType, Severity, UserStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::work::Work;

use crate::Auth;
use crate::devices;
use crate::entity::{security_event, user};
use crate::error::AuthError;
use crate::evenly;
use crate::factor;
use crate::mail::{Message, Recipient};
use crate::opening::{self, Opening};
use crate::policy;
use crate::throttle::{self, Attempt, Consequence};

pub struct Login {
    email: String,
    password: String,
    device_label: Option<String>,
    device_token: Option<String>,
    device_key: Option<Vec<u8>>,
}

impl TryFrom<LoginRequest> for Login {
    type Error = Error;

    fn try_from(request: LoginRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            email: fields.email("email", &request.email),
            password: policy::written(&mut fields, "password", &request.password, 1),
            device_label: fields.optional_text("device_label", &request.device_label, 1..=100),
            device_token: devices::read_token(&mut fields, "device_token", &request.device_token),
            device_key: devices::read_key(&mut fields, "device_key", &request.device_key),
        };
        fields.finish(input)
    }
}

/// What the password has shown.
struct Proof {
    attempt: Attempt,
    right: bool,
    /// The hash is of an old form.
    stale: bool,
    /// The password is wrong, and being tried on many accounts.
    sprayed: bool,
    /// The hash that it was held against.
    stored: Option<String>,
}

/// What a login that was judged leaves to be done after the commit.
#[derive(Default)]
struct After {
    notices: Vec<(Recipient, Message)>,
    /// The new form of a password that was kept in an old one: for its row, and what it replaces.
    rehash: Option<(user::Model, String)>,
}

pub async fn run(auth: &Auth, call: &Call, input: Login) -> Result<LoginResponse> {
    // Before any other work: while too many wait, nobody is kept waiting.
    let turn = auth.passwords.admit()?;
    let found = user::by_email(&input.email).one(auth.work.read()).await?;
    let id = found.as_ref().map(|user| user.id).unwrap_or_default();
    let device = devices::trusted(auth.work.read(), auth, id, input.device_token.as_deref(), call.now()).await?;
    let attempt = throttle::login(auth, call, &input.email, device.as_ref()).await?;
    // The hash takes a quarter of a second: it is made before the transaction, and judged again under the row's lock.
    let stored = found.and_then(|user| user.password_hash);
    let judged = Box::pin(async {
        let verdict = turn.verify(id, &input.password, stored.as_deref()).await?;
        let right = verdict.right && !policy::is_closed(&input.password, auth.environment);
        let mut after = After::default();
        let sprayed = !right && throttle::is_sprayed(auth, call, &input.email, &input.password);
        let proof = Proof { attempt, right, stale: verdict.stale, sprayed, stored };
        let answer = judge(auth, call, &input, &proof, &mut after).await;
        Ok((answer, after))
    });
    let (answer, after) = evenly::wrong_logins(auth, judged).await?;
    if let Some((account, old)) = after.rehash {
        rehash(auth, &account, &old, &input.password).await;
    }
    auth.mail.send_all(after.notices).await;
    answer
}

async fn judge(auth: &Auth, call: &Call, input: &Login, proof: &Proof, after: &mut After) -> Result<LoginResponse> {
    auth.work
        .mutate(call, async |work| {
            let account = work.lock_one(user::by_email(&input.email)).await?;
            let sound = account.filter(|account| {
                proof.right && account.password_hash == proof.stored && *account.status == UserStatus::Active
            });
            let Some(account) = sound else {
                after.notices = wrong(auth, call, work, proof, &input.email).await?;
                return Err(Error::from(AuthError::BadCredentials).keeping_effect());
            };
            proof.attempt.was_right(auth, work).await?;
            if auth.config.login_needs_verified_email && !account.is_email_verified {
                return Err(Error::from(AuthError::EmailNotVerified).keeping_effect());
            }
            if proof.stale {
                after.rehash = proof.stored.clone().map(|stored| (account.clone(), stored));
            }
            let challenge = factor::login_challenge(auth, call, work, &account, input.device_label.clone()).await?;
            if let Some(challenge) = challenge {
                work.audit(&challenge.id, &challenge)?;
                return Ok(asks(challenge));
            }
            let opening = Opening {
                device_label: input.device_label.clone(),
                device_key: input.device_key.clone(),
                device_token: input.device_token.clone(),
                aal: 1,
                amr: vec!["pwd".to_owned()],
            };
            let opened = opening::open(auth, call, work, account, opening).await?;
            after.notices = opened.notices;
            Ok(LoginResponse { tokens: Some(opened.tokens), mfa_challenge: None })
        })
        .await
}

fn asks(challenge: MfaChallenge) -> LoginResponse {
    LoginResponse { tokens: None, mfa_challenge: Some(challenge) }
}

/// Lets the account wait after too many, whether there is one or not; its owner hears of it.
async fn wrong(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    proof: &Proof,
    email: &str,
) -> Result<Vec<(Recipient, Message)>> {
    if proof.sprayed {
        let kind = (SecurityEventType::PasswordSpray, Severity::High);
        security_event::note(&work.tx, call, None, kind, json!({})).await?;
    }
    let Consequence::Locked(until) = proof.attempt.was_wrong(auth, work).await? else { return Ok(Vec::new()) };
    let account = user::by_email(email).one(&work.tx).await?;
    let owner = account.as_ref().map(|account| account.id);
    let kind = (SecurityEventType::AccountLocked, Severity::Medium);
    security_event::note(&work.tx, call, owner, kind, json!({})).await?;
    let Some(account) = account else { return Ok(Vec::new()) };
    locked(call, work, account, until).await
}

async fn locked(call: &Call, work: &Work<'_>, account: user::Model, until: Time) -> Result<Vec<(Recipient, Message)>> {
    let id = account.id;
    // At most one message a day, whatever strangers try.
    let told = account.locked_until.is_some_and(|earlier| call.now() - earlier < chrono::Duration::days(1));
    let notice = (Recipient::from(&account), Message::AccountLocked);
    let lockouts = account.lockouts + 1;
    let mut shown = account.into_active_model();
    shown.lockouts = Set(lockouts);
    shown.locked_until = Set(Some(until));
    shown.updated_at = Set(call.now());
    shown.update(&work.tx).await?;
    work.publish("azora.auth.user.locked.v1", "user", id, json!({ "user_id": id.to_string() })).await?;
    Ok(if told { Vec::new() } else { vec![notice] })
}

/// Replaces a hash of an old form. The login has succeeded: a failure is logged, and the next login tries again.
async fn rehash(auth: &Auth, account: &user::Model, old: &str, password: &str) {
    let replaced = async {
        let hash = auth.passwords.hash(account.id, password).await?;
        auth.work
            .prepare(async |tx| {
                let same = user::Entity::update_many()
                    .col_expr(user::Column::PasswordHash, sea_orm::sea_query::Expr::value(hash))
                    .filter(user::Column::Id.eq(account.id))
                    .filter(user::Column::PasswordHash.eq(old));
                same.exec(tx).await?;
                Ok(())
            })
            .await
    };
    let replaced: Result<()> = replaced.await;
    if let Err(error) = replaced {
        tracing::warn!(user.id = %account.id, %error, "a password hash of an old form stays");
    }
}
