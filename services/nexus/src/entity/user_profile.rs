//! What is known of one person: what they want to be offered, what may be used for it, what they did in sum.

use proto::azora::common::v1::Level;
use proto::azora::nexus::v1 as api;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use shared::clock::{self, Time};
use shared::error::Result;
use shared::id::UserId;
use shared::json;
use shared::word::Word;
use shared::work::Work;

use crate::id::UserProfileId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_profiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserProfileId,
    pub user_id: UserId,
    pub preferences: Preferences,
    pub behavior: Json,
    pub demographics: Option<Json>,
    pub consent: bool,
    pub engagement: f64,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a person wants to be offered, as the column holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Preferences {
    /// Categories of interest; empty means all.
    pub categories: Vec<String>,
    /// The words of the levels of interest; empty means all.
    pub levels: Vec<String>,
    /// Where nothing is to be offered.
    pub disabled_surfaces: Vec<String>,
}

/// The profile of one user, if there is one.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// The profile of somebody who has said and done nothing yet. Nobody has consented before they say so.
#[must_use]
pub fn open(user: UserId, now: Time) -> Model {
    Model {
        id: UserProfileId::new(),
        user_id: user,
        preferences: Preferences::default(),
        behavior: Json::Object(Map::new()),
        demographics: None,
        consent: false,
        engagement: 0.0,
        created_at: now,
        updated_at: now,
    }
}

/// Makes the profile of a user who has none.
///
/// # Errors
/// Whatever the database refuses.
pub async fn ensure(work: &Work<'_>, user: UserId, now: Time) -> Result<()> {
    Entity::insert(ActiveModel::from(open(user, now)))
        .on_conflict(OnConflict::column(Column::UserId).do_nothing().to_owned())
        .exec_without_returning(&work.tx)
        .await?;
    Ok(())
}

impl From<Preferences> for api::Preferences {
    fn from(kept: Preferences) -> Self {
        let levels = kept.levels.iter().filter_map(|word| word.parse::<Level>().ok());
        Self {
            levels: levels.map(|level| Word(level).number()).collect(),
            categories: kept.categories,
            disabled_surfaces: kept.disabled_surfaces,
        }
    }
}

impl From<Model> for api::UserProfile {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            user_id: row.user_id.to_string(),
            preferences: Some(row.preferences.into()),
            consent: row.consent,
            behavior: Some(json::to_struct(row.behavior)),
            engagement: row.engagement,
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_column_without_a_list_reads_as_an_empty_one() {
        let kept: Preferences = serde_json::from_value(json!({"levels": ["expert"]})).unwrap();
        let shown = api::Preferences::from(kept);
        assert_eq!((shown.levels, shown.categories.len()), (vec![i32::from(Level::Expert)], 0));
    }
}
