//! A member of the family.

use proto::azora::family::v1::{Member, MemberKind};
use sea_orm::entity::prelude::*;
use sea_orm::{FromJsonQueryResult, QueryOrder};
use serde::{Deserialize, Serialize};
use shared::clock::Time;
use shared::json::Words;
use shared::word::Word;

use crate::id::MemberId;

/// What a member is to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    pub member: String,
    pub kind: String,
    pub bond: String,
}

/// What a member is to all the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Bonds(pub Vec<Bond>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "family_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MemberId,
    pub name: String,
    pub role: String,
    pub kind: Word<MemberKind>,
    pub focus: String,
    pub background: String,
    pub avatar: Option<String>,
    pub traits: Words,
    pub moods: Words,
    pub relationships: Bonds,
    pub temperature: i32,
    pub keywords: Words,
    pub route_order: Option<i32>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// Everybody, in alphabetical order.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find().order_by_asc(Column::Name)
}

/// The member called so, in any case. Eleven rows: compared here, so that both backends agree on letters.
#[must_use]
pub fn called(members: Vec<Model>, name: &str) -> Option<Model> {
    members.into_iter().find(|member| member.name.to_lowercase() == name.to_lowercase())
}

impl From<Model> for Member {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            role: row.role,
            kind: row.kind.number(),
            traits: row.traits.0,
            moods: row.moods.0,
            focus: row.focus,
            background: row.background,
        }
    }
}
