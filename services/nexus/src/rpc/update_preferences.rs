//! Changes what a person wants to be offered, and whether their behaviour may be used for it.

use std::collections::HashSet;

use proto::azora::common::v1::Level;
use proto::azora::nexus::v1::{UpdatePreferencesRequest, UpdatePreferencesResponse, UserProfile};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{Set, Unchanged};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Nexus;
use crate::entity::user_profile::{self, Preferences};

const WORDS_MAX: usize = 50;
const LEVELS_MAX: usize = 4;
const CHANGEABLE: [&str; 5] =
    ["preferences", "preferences.categories", "preferences.levels", "preferences.disabled_surfaces", "consent"];

/// What is `None` stays as it is.
pub struct UpdatePreferences {
    categories: Option<Vec<String>>,
    levels: Option<Vec<String>>,
    disabled_surfaces: Option<Vec<String>>,
    consent: Option<bool>,
}

impl TryFrom<UpdatePreferencesRequest> for UpdatePreferences {
    type Error = Error;

    fn try_from(request: UpdatePreferencesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let asked = request.preferences.unwrap_or_default();
        let mask = fields.mask("update_mask", request.update_mask.as_ref(), &CHANGEABLE);
        // A list is touched by its own path and by that of the whole document.
        let touches = |path: &str, populated: bool| mask.covers("preferences", false) || mask.covers(path, populated);
        let mut words = |path: &str, words: &[String]| {
            let words = each_once(fields.texts(path, words, WORDS_MAX, 1..=60));
            touches(path, !words.is_empty()).then_some(words)
        };
        let categories = words("preferences.categories", &asked.categories);
        let disabled_surfaces = words("preferences.disabled_surfaces", &asked.disabled_surfaces);
        let levels = levels(&mut fields, &asked.levels);
        let input = Self {
            categories,
            levels: touches("preferences.levels", !levels.is_empty()).then_some(levels),
            disabled_surfaces,
            consent: mask.covers("consent", request.consent.is_some()).then_some(request.consent.unwrap_or(false)),
        };
        fields.finish(input)
    }
}

fn levels(fields: &mut Fields, numbers: &[i32]) -> Vec<String> {
    if numbers.len() > LEVELS_MAX {
        fields.refuse("preferences.levels", format!("must have at most {LEVELS_MAX} entries, has {}", numbers.len()));
        return Vec::new();
    }
    let each = numbers.iter().enumerate();
    let words = each.map(|(index, number)| fields.word::<Level>(&format!("preferences.levels[{index}]"), *number));
    each_once(words.map(|level| level.text().to_owned()).collect())
}

fn each_once(words: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    words.into_iter().filter(|word| seen.insert(word.clone())).collect()
}

impl UpdatePreferences {
    /// The profile after the change. Demographics are kept with consent only.
    fn applied_to(self, row: user_profile::Model, now: Time) -> user_profile::ActiveModel {
        let consent = self.consent.unwrap_or(row.consent);
        user_profile::ActiveModel {
            id: Unchanged(row.id),
            preferences: Set(Preferences {
                categories: self.categories.unwrap_or(row.preferences.categories),
                levels: self.levels.unwrap_or(row.preferences.levels),
                disabled_surfaces: self.disabled_surfaces.unwrap_or(row.preferences.disabled_surfaces),
            }),
            demographics: Set(row.demographics.filter(|_| consent)),
            consent: Set(consent),
            updated_at: Set(now),
            ..Default::default()
        }
    }
}

pub async fn run(nexus: &Nexus, call: &Call, input: UpdatePreferences) -> Result<UpdatePreferencesResponse> {
    nexus
        .work
        .mutate(call, async |work| {
            user_profile::ensure(work, call.user(), call.now()).await?;
            let row = work.lock_one(user_profile::owned_by(call.user())).await?;
            let row = row.ok_or_else(|| Error::internal("a profile that was made is not there"))?;
            let profile = UserProfile::from(input.applied_to(row, call.now()).update(&work.tx).await?);
            work.audit(&profile.id, &profile)?;
            Ok(UpdatePreferencesResponse { profile: Some(profile) })
        })
        .await
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::id::UserId;
    use uuid::Uuid;

    use super::*;

    fn consent(consent: Option<bool>) -> UpdatePreferences {
        UpdatePreferences { categories: None, levels: None, disabled_surfaces: None, consent }
    }

    #[test]
    fn demographics_go_with_the_consent() {
        let known = user_profile::Model {
            consent: true,
            demographics: Some(json!({"country": "ZA"})),
            ..user_profile::open(UserId(Uuid::from_u128(1)), Time::default())
        };
        let kept = consent(None).applied_to(known.clone(), Time::default());
        assert_eq!((kept.consent, kept.demographics), (Set(true), Set(known.demographics.clone())));
        let erased = consent(Some(false)).applied_to(known, Time::default());
        assert_eq!((erased.consent, erased.demographics), (Set(false), Set(None)));
    }
}
