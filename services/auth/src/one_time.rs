//! One-time tokens that are sent to an address: 256 random bits, of which only the SHA-256 is kept. Only the newest of a
//! purpose works, once, for the address and the security epoch that it was made for.

use chrono::Duration;
use prost::Name;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use sha2::{Digest, Sha256};
use shared::call::Call;
use shared::clock::Time;
use shared::error::Result;
use shared::fields::Fields;
use shared::random;
use shared::work::Work;

use crate::Auth;
use crate::entity::{token, user};
use crate::error::AuthError;
use crate::id::TokenId;

/// Between two messages to one address for one purpose.
const PAUSE: Duration = Duration::seconds(30);
/// Messages an hour to one address for one purpose.
const PER_HOUR_MAX: u64 = 10;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    EmailVerification,
    PasswordReset,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::EmailVerification => "email_verification",
            Self::PasswordReset => "password_reset",
        }
    }

    fn life(self, auth: &Auth) -> Duration {
        match self {
            Self::EmailVerification => Duration::hours(auth.config.email_verification_hours),
            Self::PasswordReset => Duration::minutes(auth.config.password_reset_minutes),
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
    let own = token::Entity::find()
        .filter(token::Column::UserId.eq(owner.id))
        .filter(token::Column::Type.eq(purpose.word()))
        .filter(token::Column::Email.eq(owner.email.clone()));
    let since = |time: Time| own.clone().filter(token::Column::CreatedAt.gt(time)).count(&work.tx);
    if since(call.now() - PAUSE).await? > 0 || since(call.now() - Duration::hours(1)).await? >= PER_HOUR_MAX {
        return Ok(None);
    }
    token::Entity::update_many()
        .col_expr(token::Column::SupersededAt, Expr::value(call.now()))
        .filter(token::Column::UserId.eq(owner.id))
        .filter(token::Column::Type.eq(purpose.word()))
        .filter(token::Column::SupersededAt.is_null())
        .exec(&work.tx)
        .await?;
    let secret = random::hex::<32>();
    let issued = token::ActiveModel {
        id: Set(TokenId::new()),
        user_id: Set(owner.id),
        r#type: Set(purpose.word().to_owned()),
        token_hash: Set(Sha256::digest(&secret).to_vec()),
        email: Set(owner.email.clone()),
        epoch: Set(owner.epoch),
        expires_at: Set(call.now() + purpose.life(auth)),
        consumed_at: Set(None),
        superseded_at: Set(None),
        created_at: Set(call.now()),
    };
    issued.insert(&work.tx).await?;
    Ok(Some(secret))
}

/// Whose token it is, if it works at this moment; nothing is locked yet.
pub async fn owner(auth: &Auth, digest: &[u8], purpose: Purpose, now: Time) -> Result<Option<user::Model>> {
    let Some(sent) = token::usable(digest, purpose.word(), now).one(auth.work.read()).await? else { return Ok(None) };
    Ok(user::by_id(sent.user_id).one(auth.work.read()).await?)
}

/// Spends a token and gives its owner's row, locked. The owner is locked first, as where tokens are made.
///
/// # Errors
/// `TOKEN_SPENT`.
pub async fn spend(work: &Work<'_>, call: &Call, digest: &[u8], purpose: Purpose) -> Result<user::Model> {
    let usable = || token::usable(digest, purpose.word(), call.now());
    let sent = usable().one(&work.tx).await?.ok_or(AuthError::TokenSpent)?;
    let owner = work.lock_one(user::by_id(sent.user_id)).await?.ok_or(AuthError::TokenSpent)?;
    let sent = work.lock_one(usable()).await?.ok_or(AuthError::TokenSpent)?;
    if owner.epoch != sent.epoch || owner.email != sent.email {
        return Err(AuthError::TokenSpent.into());
    }
    let mut spent = sent.into_active_model();
    spent.consumed_at = Set(Some(call.now()));
    spent.update(&work.tx).await?;
    Ok(owner)
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
                sent = token.map(|token| (owner, token));
            }
            work.audit(&owner, &answer)?;
            Ok(answer)
        })
        .await?;
    if let Some((owner, token)) = sent {
        auth.mail.send(owner, purpose, &token).await;
    }
    Ok(answer)
}
