//! Something that was offered to a user, with its reason.

use proto::azora::nexus::v1::ItemType;
use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;
use shared::word::Word;

use crate::id::RecommendationId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recommendations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecommendationId,
    pub user_id: UserId,
    pub item_id: String,
    pub item_type: Word<ItemType>,
    pub item_name: String,
    pub source: String,
    pub status: String,
    pub expires_at: Time,
    pub r#type: Word<ItemType>,
    pub score: f64,
    pub reason: String,
    pub context: Json,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
