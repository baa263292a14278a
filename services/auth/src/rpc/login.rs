//! Opens a session. Whoever does not know the password learns nothing else: not whether the account is there, locked,
//! suspended or unverified.

use chrono::Duration;
use proto::azora::auth::v1::{LoginRequest, LoginResponse, Tokens, User, UserStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::json::Words;
use shared::random;
use shared::work::Work;

use crate::Auth;
use crate::entity::{session, user};
use crate::error::AuthError;
use crate::id::SessionId;
use crate::lockout;
use crate::policy;
use crate::refresh;
use crate::tokens::Bearer;

pub struct Login {
    email: String,
    password: String,
    device_label: Option<String>,
}

impl TryFrom<LoginRequest> for Login {
    type Error = Error;

    fn try_from(request: LoginRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            email: fields.email("email", &request.email),
            password: policy::written(&mut fields, "password", &request.password, 1),
            device_label: fields.optional_text("device_label", &request.device_label, 1..=100),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: Login) -> Result<LoginResponse> {
    // The hash takes a quarter of a second: it is made before the transaction, and judged again under the row's lock.
    let found = user::by_email(&input.email).one(auth.work.read()).await?;
    let id = found.as_ref().map(|user| user.id).unwrap_or_default();
    let stored = found.and_then(|user| user.password_hash);
    let matches = auth.passwords.verify(id, &input.password, stored.as_deref()).await?;
    let right = matches && !policy::is_closed(&input.password, auth.environment);

    auth.work
        .mutate(call, async |work| {
            let account = work.lock_one(user::by_id(id)).await?.ok_or(AuthError::BadCredentials)?;
            let changed_meanwhile = account.password_hash != stored;
            if account.is_locked(call.now()) {
                return Err(AuthError::BadCredentials.into());
            }
            if !right || changed_meanwhile || *account.status != UserStatus::Active {
                lockout::count_failure(auth, call, work, account).await?;
                return Err(Error::from(AuthError::BadCredentials).keeping_effect());
            }
            if auth.config.login_needs_verified_email && !account.is_email_verified {
                return Err(AuthError::EmailNotVerified.into());
            }
            let (session, refresh_token) = open_session(auth, call, work, &account, input.device_label).await?;
            let mut seen = account.into_active_model();
            seen.login_attempts = Set(0);
            seen.lockouts = Set(0);
            seen.locked_until = Set(None);
            seen.last_login_at = Set(Some(call.now()));
            seen.updated_at = Set(call.now());
            let account = seen.update(&work.tx).await?;
            let tokens = auth.tokens.issue(&Bearer::of(&account, &session), call.now())?;
            work.audit(&account.id, &User::from(account.clone()))?;
            Ok(LoginResponse { tokens: Some(Tokens { refresh_token, ..tokens }) })
        })
        .await
}

/// The new session, and its first refresh token.
async fn open_session(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    account: &user::Model,
    device_label: Option<String>,
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
        device_label: Set(device_label),
        device_key: Set(None),
        epoch: Set(account.epoch),
        aal: Set(1),
        amr: Set(Words(vec!["pwd".to_owned()])),
        ip_address: Set(None),
        user_agent: Set(None),
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
