//! Something that a person did with an item. Rows are added, never changed; they go with their person.

use std::ops::RangeInclusive;

use proto::azora::nexus::v1::{self as api, InteractionKind, ItemType};
use sea_orm::entity::prelude::*;
use shared::clock::{self, Time};
use shared::id::UserId;
use shared::json;
use shared::word::Word;

use crate::id::{InteractionId, RecommendationId};

/// A view longer than a day is a clock that stood, not a view.
const VIEW_SECONDS_MAX: f64 = 86_400.0;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InteractionId,
    pub user_id: UserId,
    pub recommendation_id: Option<RecommendationId>,
    pub item_id: String,
    pub item_type: Word<ItemType>,
    pub metadata: Option<Json>,
    pub r#type: Word<InteractionKind>,
    pub value: Option<f64>,
    pub event_id: Option<Uuid>,
    pub occurred_at: Time,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// What one user did.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// The range of the value that comes with a kind; `None` for kinds that take none.
#[must_use]
pub fn values_of(kind: InteractionKind) -> Option<RangeInclusive<f64>> {
    match kind {
        InteractionKind::View => Some(0.0..=VIEW_SECONDS_MAX),
        InteractionKind::Complete => Some(0.0..=1.0),
        InteractionKind::Rate => Some(1.0..=5.0),
        InteractionKind::Unspecified
        | InteractionKind::Click
        | InteractionKind::Dismiss
        | InteractionKind::Accept
        | InteractionKind::Purchase
        | InteractionKind::Enroll
        | InteractionKind::Like => None,
    }
}

impl From<Model> for api::Interaction {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            user_id: row.user_id.to_string(),
            item_id: row.item_id,
            item_type: row.item_type.number(),
            kind: row.r#type.number(),
            value: row.value,
            recommendation_id: row.recommendation_id.map(|offered| offered.to_string()).unwrap_or_default(),
            metadata: row.metadata.map(json::to_struct),
            occurred_at: Some(clock::to_proto(row.occurred_at)),
            created_at: Some(clock::to_proto(row.created_at)),
        }
    }
}
