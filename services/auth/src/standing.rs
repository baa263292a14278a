//! What a change of an account takes with it: everything that was granted before is dead, and the last administrator stays
//! one.

use proto::azora::auth::v1::{User, UserStatus};
use proto::azora::common::v1::Role;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use shared::call::Call;
use shared::error::{Result, not_found};
use shared::id::UserId;
use shared::word::Word;
use shared::work::Work;
use uuid::Uuid;

use crate::entity::{revocation, session, user};
use crate::error::AuthError;

/// A person's account, locked. The accounts of services are not for administrators to change.
pub async fn person(work: &Work<'_>, id: UserId) -> Result<user::Model> {
    let account = work.lock_one(user::by_id(id)).await?.ok_or_else(|| not_found("user"))?;
    if *account.role == Role::Service { Err(AuthError::ServiceAccount.into()) } else { Ok(account) }
}

/// Refuses what would leave the fleet without an administrator. All of them are locked, in order, before the account
/// itself, so that two who remove each other are judged one after the other.
pub async fn keep_an_admin(work: &Work<'_>, leaving: UserId) -> Result<()> {
    let admins = user::Entity::find()
        .filter(user::Column::Role.eq(Word(Role::Admin)))
        .filter(user::Column::Status.eq(Word(UserStatus::Active)))
        .filter(user::Column::DeletedAt.is_null())
        .order_by_asc(user::Column::Id);
    let admins = work.lock(admins).await?;
    let is_last = admins.iter().all(|admin| admin.id == leaving) && !admins.is_empty();
    if is_last { Err(AuthError::LastAdmin.into()) } else { Ok(()) }
}

/// Writes a change under a new security epoch: every older session ends, but the one that is kept; every older token is
/// dead in all services within seconds. The account's row is locked.
pub async fn raise(
    work: &Work<'_>,
    call: &Call,
    account: user::Model,
    reason: &str,
    kept: Option<Uuid>,
    edit: impl FnOnce(&mut user::ActiveModel),
) -> Result<user::Model> {
    let (id, epoch) = (account.id, account.epoch + 1);
    let mut changed = account.into_active_model();
    edit(&mut changed);
    changed.epoch = Set(epoch);
    changed.updated_at = Set(call.now());
    let changed = changed.update(&work.tx).await?;
    session::end_others(&work.tx, id, kept.unwrap_or_default(), reason, call.now()).await?;
    if let Some(kept) = kept {
        session::lift(&work.tx, kept, epoch, call.now()).await?;
    }
    revocation::of_user(&work.tx, id, epoch, call.now()).await?;
    Ok(changed)
}

/// An administrator's change.
pub async fn change(
    work: &Work<'_>,
    call: &Call,
    account: user::Model,
    reason: &str,
    edit: impl FnOnce(&mut user::ActiveModel),
) -> Result<User> {
    let user = User::from(raise(work, call, account, reason, None, edit).await?);
    work.audit(&user.id, &user)?;
    Ok(user)
}
