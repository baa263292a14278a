//! What a login opened, until it ends.

use chrono::Duration;
use proto::azora::auth::v1 as api;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::json::Words;

use crate::entity::revocation;
use crate::id::SessionId;
use crate::refresh::{State, Verdict};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    pub refresh_key: Vec<u8>,
    pub refresh_counter: i64,
    pub refreshed_at: Time,
    pub grace_on: Option<String>,
    pub grace_uses: i32,
    pub device_label: Option<String>,
    pub device_key: Option<Vec<u8>>,
    pub epoch: i32,
    pub aal: i32,
    pub amr: Words,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub authenticated_at: Time,
    pub last_used_at: Time,
    pub idle_expires_at: Time,
    pub absolute_expires_at: Time,
    pub revoked_at: Option<Time>,
    pub revoke_reason: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// One session, whoever's it is.
#[must_use]
pub fn by_id(session: Uuid) -> Select<Entity> {
    Entity::find_by_id(SessionId(session))
}

/// A session of a user that has not been ended.
#[must_use]
pub fn open_one(user: UserId, session: Uuid) -> Select<Entity> {
    by_id(session).filter(Column::UserId.eq(user)).filter(Column::RevokedAt.is_null())
}

/// The sessions of a user that can still be refreshed.
#[must_use]
pub fn alive(user: UserId, now: Time) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::IdleExpiresAt.gt(now))
        .filter(Column::AbsoluteExpiresAt.gt(now))
}

/// Ends one, in all services.
///
/// # Errors
/// Whatever the database refuses.
pub async fn end(tx: &impl ConnectionTrait, row: Model, reason: &str, now: Time) -> Result<Model, DbErr> {
    revocation::of_sessions(tx, row.user_id, [row.id.into()], now).await?;
    let mut ended = row.into_active_model();
    ended.revoked_at = Set(Some(now));
    ended.revoke_reason = Set(Some(reason.to_owned()));
    ended.updated_at = Set(now);
    ended.update(tx).await
}

/// Ends the oldest sessions of a user until there is room for one more.
///
/// # Errors
/// Whatever the database refuses.
pub async fn make_room(tx: &impl ConnectionTrait, user: UserId, most: u64, now: Time) -> Result<(), DbErr> {
    let beyond = alive(user, now).order_by_desc(Column::LastUsedAt).offset(most.saturating_sub(1)).limit(100);
    for row in beyond.all(tx).await? {
        end(tx, row, "expired", now).await?;
    }
    Ok(())
}

/// Ends all of a user's sessions but one; says how many. Their access tokens go on, unless the user's epoch rises or
/// revocations are written.
///
/// # Errors
/// Whatever the database refuses.
pub async fn end_others(
    tx: &impl ConnectionTrait,
    user: UserId,
    kept: Uuid,
    reason: &str,
    now: Time,
) -> Result<u64, DbErr> {
    let ended = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevokeReason, Expr::value(reason))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::UserId.eq(user))
        .filter(Column::Id.ne(SessionId(kept)))
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected)
}

/// Lifts a session to the user's new security epoch: it lives on when the others die.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lift(tx: &impl ConnectionTrait, session: Uuid, epoch: i32, now: Time) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Epoch, Expr::value(epoch))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(SessionId(session)))
        .exec(tx)
        .await
        .map(drop)
}

impl Model {
    /// What the session proves at this moment: what a second factor granted ends sooner than the session.
    #[must_use]
    pub fn assurance(&self, idle: Duration, absolute: Duration, now: Time) -> i32 {
        let still = now - self.last_used_at <= idle && now - self.authenticated_at <= absolute;
        if still { self.aal } else { 1 }
    }

    /// Whether it can be refreshed at this moment.
    #[must_use]
    pub fn is_alive(&self, now: Time) -> bool {
        self.revoked_at.is_none() && self.idle_expires_at > now && self.absolute_expires_at > now
    }

    /// What it remembers of its refreshes on this day.
    #[must_use]
    pub fn refreshes(&self, today: &str) -> State {
        State {
            counter: self.refresh_counter,
            advanced_at: self.refreshed_at,
            used_at: self.last_used_at,
            bursts_today: if self.grace_on.as_deref() == Some(today) { self.grace_uses } else { 0 },
        }
    }

    /// The session after a token of it has been taken.
    #[must_use]
    pub fn used(self, verdict: Verdict, today: String, idle: Duration, now: Time) -> ActiveModel {
        let (counter, absolute) = (self.refresh_counter, self.absolute_expires_at);
        let bursts = self.refreshes(&today).bursts_today;
        let mut used = self.into_active_model();
        used.last_used_at = Set(now);
        used.updated_at = Set(now);
        match verdict {
            Verdict::Advance => {
                used.refresh_counter = Set(counter + 1);
                used.refreshed_at = Set(now);
                used.idle_expires_at = Set(absolute.min(now + idle));
            }
            Verdict::Again { new_burst: true } => {
                used.grace_on = Set(Some(today));
                used.grace_uses = Set(bursts + 1);
            }
            _ => {}
        }
        used
    }
}

impl From<Model> for api::Session {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            device_label: row.device_label.unwrap_or_default(),
            authenticated_at: Some(clock::to_proto(row.authenticated_at)),
            last_used_at: Some(clock::to_proto(row.last_used_at)),
            expires_at: Some(clock::to_proto(row.idle_expires_at)),
            current: false,
            ip_address: row.ip_address.unwrap_or_default(),
            user_agent: row.user_agent.unwrap_or_default(),
            assurance: row.aal,
        }
    }
}
