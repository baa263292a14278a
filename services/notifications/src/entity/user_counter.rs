//! How many notifications a user was ever sent, and how many of them are unread.
//!
//! Whatever makes, reads, deletes or restores a notification locks the counters of its owner first, and counts in the
//! same change. So two changes of one user come one after the other, and the count is exact; several users are locked
//! in the order of their ids, so that two changes never wait for each other in a circle.

use std::collections::BTreeSet;

use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::id::UserId;
use shared::work::Work;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_counters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub last_seq: i64,
    pub unread: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The counters of a user who was never told anything.
#[must_use]
pub fn open(user: UserId, now: Time) -> Model {
    Model { user_id: user, last_seq: 0, unread: 0, created_at: now, updated_at: now }
}

/// The counters of one user, if there are any.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// Locks the counters of these users in the order of their ids, and makes those that are missing.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lock_all(work: &Work<'_>, users: &BTreeSet<UserId>, now: Time) -> Result<Vec<Model>> {
    let fresh: Vec<ActiveModel> = users.iter().map(|user| open(*user, now).into()).collect();
    Entity::insert_many(fresh)
        .on_conflict(OnConflict::column(Column::UserId).do_nothing().to_owned())
        .exec_without_returning(&work.tx)
        .await?;
    let theirs = Entity::find().filter(Column::UserId.is_in(users.iter().copied())).order_by_asc(Column::UserId);
    work.lock(theirs).await
}

/// Locks the counters of one user, and makes them if they are missing.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lock(work: &Work<'_>, user: UserId, now: Time) -> Result<Model> {
    let locked = lock_all(work, &BTreeSet::from([user]), now).await?.pop();
    locked.ok_or_else(|| Error::internal("counters that were made are not there"))
}

/// Counts one new, unread notification of each of these users, whose counters are locked.
///
/// # Errors
/// Whatever the database refuses.
pub async fn count_new(work: &Work<'_>, users: &[UserId], now: Time) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::LastSeq, Expr::col(Column::LastSeq).add(1))
        .col_expr(Column::Unread, Expr::col(Column::Unread).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::UserId.is_in(users.iter().copied()))
        .exec(&work.tx)
        .await?;
    Ok(())
}

/// Changes the number of unread notifications of a user whose counters are locked, and gives the new one.
///
/// # Errors
/// Whatever the database refuses.
pub async fn count_unread(work: &Work<'_>, locked: &Model, change: i32, now: Time) -> Result<i32> {
    let unread = locked.unread + change;
    if change != 0 {
        let counted = ActiveModel {
            user_id: Unchanged(locked.user_id),
            unread: Set(unread),
            updated_at: Set(now),
            ..Default::default()
        };
        counted.update(&work.tx).await?;
    }
    Ok(unread)
}
