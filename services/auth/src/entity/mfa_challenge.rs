//! A second factor that is waited for.

use proto::azora::auth::v1::{self as api, MfaMethod};
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::word::Word;

use crate::id::ChallengeId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mfa_challenges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChallengeId,
    pub user_id: UserId,
    pub purpose: String,
    pub method: Option<Word<MfaMethod>>,
    pub code_hash: Option<Vec<u8>>,
    pub attempts: i32,
    pub sends: i32,
    pub binding: Option<Vec<u8>>,
    pub epoch: i32,
    pub session_id: Option<Uuid>,
    pub device_label: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub expires_at: Time,
    pub consumed_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// Wrong answers that end a challenge.
pub const ATTEMPTS_MAX: i32 = 5;
/// Codes that are sent for one challenge.
pub const SENDS_MAX: i32 = 5;

/// What a challenge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Opens a session.
    Login,
    /// Turns a factor on.
    Enroll,
    /// Raises a session.
    StepUp,
}

impl Purpose {
    /// As the column says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Enroll => "enroll",
            Self::StepUp => "step_up",
        }
    }
}

/// One challenge, whoever's it is.
#[must_use]
pub fn by_id(id: ChallengeId) -> Select<Entity> {
    Entity::find_by_id(id)
}

impl Model {
    /// Whether it can still be answered; `epoch` is the account's.
    #[must_use]
    pub fn is_alive(&self, epoch: i32, now: Time) -> bool {
        self.consumed_at.is_none() && self.expires_at > now && self.attempts < ATTEMPTS_MAX && self.epoch == epoch
    }

    /// Whether it was begun for this.
    #[must_use]
    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.purpose == purpose.word()
    }

    /// As its owner sees it, with the ways to answer it.
    #[must_use]
    pub fn shown(&self, methods: impl IntoIterator<Item = MfaMethod>) -> api::MfaChallenge {
        api::MfaChallenge {
            id: self.id.to_string(),
            methods: methods.into_iter().map(i32::from).collect(),
            expires_at: Some(clock::to_proto(self.expires_at)),
        }
    }
}
