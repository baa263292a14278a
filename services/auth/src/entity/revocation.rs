//! A session that has ended or an epoch that has risen, as the other services hear of it.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::{self, UserId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "revocations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: UserId,
    pub session_id: Option<Uuid>,
    pub epoch: Option<i32>,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// Every older token of a user is dead.
///
/// # Errors
/// Whatever the database refuses.
pub async fn of_user(tx: &impl ConnectionTrait, user: UserId, epoch: i32, now: Time) -> Result<(), DbErr> {
    insert(tx, [(user, None, Some(epoch))], now).await
}

/// Sessions, or API keys, of a user are dead.
///
/// # Errors
/// Whatever the database refuses.
pub async fn of_sessions(
    tx: &impl ConnectionTrait,
    user: UserId,
    sessions: impl IntoIterator<Item = Uuid>,
    now: Time,
) -> Result<(), DbErr> {
    insert(tx, sessions.into_iter().map(|session| (user, Some(session), None)), now).await
}

async fn insert(
    tx: &impl ConnectionTrait,
    dead: impl IntoIterator<Item = (UserId, Option<Uuid>, Option<i32>)>,
    now: Time,
) -> Result<(), DbErr> {
    let rows: Vec<_> = dead
        .into_iter()
        .map(|(user, session, epoch)| ActiveModel {
            id: Set(id::time_ordered()),
            user_id: Set(user),
            session_id: Set(session),
            epoch: Set(epoch),
            created_at: Set(now),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    Entity::insert_many(rows).exec_without_returning(tx).await.map(drop)
}
