//! One-time tokens that are sent to an address: 256 random bits, of which only the SHA-256 is kept. Only the newest of a
//! purpose works, once, for the address and the security epoch that it was made for.

use chrono::Duration;
use prost::Name;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use sha2::{Digest, Sha256};
use shared::call::Call;
use shared::clock::Time;
use shared::error::Result;
use shared::fields::Fields;
use shared::id::UserId;
use shared::random;
use shared::work::Work;

use crate::Auth;
use crate::entity::{token, user};
use crate::error::AuthError;
use crate::id::TokenId;
use crate::mail::{Message, Recipient};

/// Between two messages to one address for one purpose.
const PAUSE: Duration = Duration::seconds(30);
/// Messages an hour of one account for one purpose.
const PER_HOUR_MAX: u64 = 10;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    EmailVerification,
    PasswordReset,
    EmailChange,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::EmailVerification => "email_verification",
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
        }
    }

    fn life(self, auth: &Auth) -> Duration {
        match self {
            Self::EmailVerification => Duration::hours(auth.config.email_verification_hours),
            Self::PasswordReset => Duration::minutes(auth.config.password_reset_minutes),
            Self::EmailChange => Duration::hours(auth.config.email_change_hours),
        }
    }

    /// What carries a token to its address.
    pub fn message(self, token: String) -> Message {
        match self {
            Self::EmailVerification => Message::VerifyEmail { token },
            Self::PasswordReset => Message::ResetPassword { token },
            Self::EmailChange => Message::ConfirmEmailChange { token },
        }
    }
}

/// Reads a token from a request: its digest.
pub fn read(fields: &mut Fields, path: &str, token: &str) -> Vec<u8> {
    Sha256::digest(fields.text(path, token, 64..=64)).to_vec()
}

/// A new token for an account, whose row is locked; the earlier ones of its purpose are dead. `None` while enough
/// messages have gone to the address, which nobody but its owner may notice.
pub async fn issue(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    owner: &user::Model,
    purpose: Purpose,
) -> Result<Option<String>> {
    issue_to(auth, call, work, owner, purpose, &owner.email).await
}

/// The same for an address that is not the account's own.
pub async fn issue_to(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    owner: &user::Model,
    purpose: Purpose,
    address: &str,
) -> Result<Option<String>> {
    let sent =
        token::Entity::find().filter(token::Column::UserId.eq(owner.id)).filter(token::Column::Type.eq(purpose.word()));
    let since = |time: Time| sent.clone().filter(token::Column::CreatedAt.gt(time));
    let just_now = since(call.now() - PAUSE).filter(token::Column::Email.eq(address));
    if just_now.count(&work.tx).await? > 0
        || since(call.now() - Duration::hours(1)).count(&work.tx).await? >= PER_HOUR_MAX
    {
        return Ok(None);
    }
    make(&work.tx, owner, purpose, address, purpose.life(auth), call.now()).await.map(Some)
}

/// A new token that works for so long, however many went before; the earlier ones of its purpose are dead.
pub async fn make(
    tx: &impl ConnectionTrait,
    owner: &user::Model,
    purpose: Purpose,
    address: &str,
    life: Duration,
    now: Time,
) -> Result<String> {
    kill(tx, owner.id, Some(purpose), now).await?;
    let secret = random::hex::<32>();
    let made = token::ActiveModel {
        id: Set(TokenId::new()),
        user_id: Set(owner.id),
        r#type: Set(purpose.word().to_owned()),
        token_hash: Set(Sha256::digest(&secret).to_vec()),
        email: Set(address.to_owned()),
        epoch: Set(owner.epoch),
        expires_at: Set(now + life),
        consumed_at: Set(None),
        superseded_at: Set(None),
        created_at: Set(now),
    };
    made.insert(tx).await?;
    Ok(secret)
}

/// Kills what was sent to an account: the tokens of one purpose, or all of them.
pub async fn kill(tx: &impl ConnectionTrait, owner: UserId, purpose: Option<Purpose>, now: Time) -> Result<()> {
    let mut alive = token::Entity::update_many()
        .col_expr(token::Column::SupersededAt, Expr::value(now))
        .filter(token::Column::UserId.eq(owner))
        .filter(token::Column::SupersededAt.is_null());
    if let Some(purpose) = purpose {
        alive = alive.filter(token::Column::Type.eq(purpose.word()));
    }
    alive.exec(tx).await?;
    Ok(())
}

/// Whose token it is, if it works at this moment; nothing is locked yet.
pub async fn owner(auth: &Auth, digest: &[u8], purpose: Purpose, now: Time) -> Result<Option<user::Model>> {
    let Some(sent) = token::usable(digest, purpose.word(), now).one(auth.work.read()).await? else { return Ok(None) };
    Ok(user::by_id(sent.user_id).one(auth.work.read()).await?)
}

/// Spends a token that went to the account's own address, and gives the account's row, locked.
///
/// # Errors
/// `TOKEN_SPENT`.
pub async fn spend(work: &Work<'_>, call: &Call, digest: &[u8], purpose: Purpose) -> Result<user::Model> {
    let (owner, address) = take(work, call, digest, purpose).await?;
    if owner.email == address { Ok(owner) } else { Err(AuthError::TokenSpent.into()) }
}

/// Spends a token for another address of the caller's, and gives the account's row, locked, with that address.
///
/// # Errors
/// `TOKEN_SPENT`.
pub async fn spend_change(work: &Work<'_>, call: &Call, digest: &[u8]) -> Result<(user::Model, String)> {
    let (owner, address) = take(work, call, digest, Purpose::EmailChange).await?;
    if owner.id == call.user() { Ok((owner, address)) } else { Err(AuthError::TokenSpent.into()) }
}

/// The owner and the address of a token that was good until now. The owner is locked first, as where tokens are made.
async fn take(work: &Work<'_>, call: &Call, digest: &[u8], purpose: Purpose) -> Result<(user::Model, String)> {
    let usable = || token::usable(digest, purpose.word(), call.now());
    let sent = usable().one(&work.tx).await?.ok_or(AuthError::TokenSpent)?;
    let owner = work.lock_one(user::by_id(sent.user_id)).await?.ok_or(AuthError::TokenSpent)?;
    let sent = work.lock_one(usable()).await?.ok_or(AuthError::TokenSpent)?;
    if owner.epoch != sent.epoch {
        return Err(AuthError::TokenSpent.into());
    }
    let address = sent.email.clone();
    let mut spent = sent.into_active_model();
    spent.consumed_at = Set(Some(call.now()));
    spent.update(&work.tx).await?;
    Ok((owner, address))
}

/// Sends a token to an address if there is an account behind it that may have one, and answers the same if not.
pub async fn send<A: Name + Default>(
    auth: &Auth,
    call: &Call,
    email: &str,
    purpose: Purpose,
    may: impl Fn(&user::Model) -> bool,
    answer: A,
) -> Result<A> {
    let mut sent = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let account = work.lock_one(user::by_email(email)).await?.filter(|account| may(account));
            let owner = account.as_ref().map(|account| account.id).unwrap_or_default();
            if let Some(account) = account {
                let token = issue(auth, call, work, &account, purpose).await?;
                sent = token.map(|token| (Recipient::from(&account), purpose.message(token)));
            }
            work.audit(&owner, &answer)?;
            Ok(answer)
        })
        .await?;
    auth.mail.send_all(sent.into_iter().collect()).await;
    Ok(answer)
}
