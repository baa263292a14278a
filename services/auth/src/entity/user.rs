//! An account.

use proto::azora::auth::v1::{self as api, UserStatus};
use proto::azora::common::v1::Role;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::word::Word;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Word<Role>,
    pub status: Word<UserStatus>,
    pub password_hash: Option<String>,
    pub phone: Option<String>,
    pub is_email_verified: bool,
    pub email_verified_at: Option<Time>,
    pub login_attempts: i32,
    pub lockouts: i32,
    pub locked_until: Option<Time>,
    pub epoch: i32,
    pub last_login_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How the addresses of services end. Nobody registers one: the service could never open its account.
pub const SERVICE_ADDRESS: &str = "@service.azora.invalid";

/// The account behind an address, deleted ones excepted.
#[must_use]
pub fn by_email(email: &str) -> Select<Entity> {
    Entity::find().filter(Column::Email.eq(email)).filter(Column::DeletedAt.is_null())
}

/// One account, deleted ones excepted.
#[must_use]
pub fn by_id(id: UserId) -> Select<Entity> {
    Entity::find_by_id(id).filter(Column::DeletedAt.is_null())
}

/// A new account.
#[must_use]
pub fn open(id: UserId, email: String, name: String, role: Role, now: Time) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        email: Set(email),
        name: Set(name),
        role: Set(Word(role)),
        status: Set(Word(UserStatus::Active)),
        password_hash: Set(None),
        phone: Set(None),
        is_email_verified: Set(false),
        email_verified_at: Set(None),
        login_attempts: Set(0),
        lockouts: Set(0),
        locked_until: Set(None),
        epoch: Set(1),
        last_login_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
    }
}

impl Model {
    /// Whether the account still waits after too many wrong passwords.
    #[must_use]
    pub fn is_locked(&self, now: Time) -> bool {
        self.locked_until.is_some_and(|until| until > now)
    }
}

impl From<Model> for api::User {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            email: row.email,
            name: row.name,
            role: row.role.number(),
            status: row.status.number(),
            email_verified: row.is_email_verified,
            created_at: Some(clock::to_proto(row.created_at)),
            last_login_at: row.last_login_at.map(clock::to_proto),
        }
    }
}
