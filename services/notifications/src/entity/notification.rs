//! Something that one user was told. What it says never changes; whether it is read or deleted does, and each such
//! change goes through the owner's counters.

use chrono::Duration;
use proto::azora::notifications::v1::{self as api, NotificationCategory, NotificationType};
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::json;
use shared::word::Word;

use crate::entity::user_counter;
use crate::id::NotificationId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub user_id: UserId,
    pub title: String,
    pub message: String,
    pub r#type: Word<NotificationType>,
    pub category: Word<NotificationCategory>,
    pub seq: i64,
    pub action_url: Option<String>,
    pub data: Option<Json>,
    pub is_read: bool,
    pub read_at: Option<Time>,
    pub dedupe_key: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a notification says, whoever it goes to.
#[derive(Clone, Debug)]
pub struct Content {
    /// How it is meant to be taken.
    pub kind: Word<NotificationType>,
    /// What it is about.
    pub category: Word<NotificationCategory>,
    /// One line.
    pub title: String,
    /// The whole.
    pub message: String,
    /// Where to go from here.
    pub action_url: Option<String>,
    /// Facts for programs.
    pub data: Option<Json>,
    /// What it comes from.
    pub dedupe_key: Option<String>,
}

/// What a user can see: the user's own, as long as they are not deleted.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    owned_or_deleted_by(user).filter(Column::DeletedAt.is_null())
}

/// A user's own, deleted ones included: for deleting again and for restoring.
#[must_use]
pub fn owned_or_deleted_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// A new notification of the user whose counters these are: unread, the next in the user's order.
#[must_use]
pub fn addressed(content: &Content, to: &user_counter::Model, now: Time) -> Model {
    Model {
        id: NotificationId::new(),
        user_id: to.user_id,
        title: content.title.clone(),
        message: content.message.clone(),
        r#type: content.kind,
        category: content.category,
        seq: to.last_seq + 1,
        action_url: content.action_url.clone(),
        data: content.data.clone(),
        is_read: false,
        read_at: None,
        dedupe_key: content.dedupe_key.clone(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

impl Model {
    /// What it adds to its owner's count of unread notifications, as long as it is not deleted.
    #[must_use]
    pub fn unread(&self) -> i32 {
        i32::from(!self.is_read)
    }

    /// Whether it was deleted so long ago that it cannot come back.
    #[must_use]
    pub fn is_beyond_restoring(&self, now: Time, restore_days: u32) -> bool {
        self.deleted_at.is_some_and(|deleted| now - deleted > Duration::days(restore_days.into()))
    }
}

impl From<Model> for api::Notification {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            user_id: row.user_id.to_string(),
            seq: row.seq,
            r#type: row.r#type.number(),
            category: row.category.number(),
            title: row.title,
            message: row.message,
            action_url: row.action_url.unwrap_or_default(),
            data: row.data.map(json::to_struct),
            is_read: row.is_read,
            read_at: row.read_at.map(clock::to_proto),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
            deleted_at: row.deleted_at.map(clock::to_proto),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn deleted(at: Time) -> Model {
        let content = Content {
            kind: Word(NotificationType::Info),
            category: Word(NotificationCategory::SystemAlert),
            title: "Welcome".to_owned(),
            message: "Good to have you here.".to_owned(),
            action_url: None,
            data: None,
            dedupe_key: None,
        };
        let owner = user_counter::open(UserId(Uuid::from_u128(1)), at);
        Model { deleted_at: Some(at), ..addressed(&content, &owner, at) }
    }

    #[test]
    fn the_window_is_open_to_its_last_moment() {
        let at = Time::default();
        let notification = deleted(at);
        let last = at + Duration::days(30);
        assert!(!notification.is_beyond_restoring(last, 30));
        assert!(notification.is_beyond_restoring(last + Duration::microseconds(1), 30));
    }

    #[test]
    fn a_notification_that_is_there_is_never_beyond_restoring() {
        let notification = Model { deleted_at: None, ..deleted(Time::default()) };
        assert!(!notification.is_beyond_restoring(Time::default() + Duration::days(1000), 0));
    }
}
