//! Says what somebody can do. History from elsewhere is stated once, by those who vouch for it.

use proto::azora::forge::v1::{RecordedHistory, SkillProfile, UpdateSkillProfileRequest, UpdateSkillProfileResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::{Fields, Mask};
use shared::id::UserId;
use shared::json::Words;
use shared::search::folded;
use shared::work::Work;

use crate::Forge;
use crate::entity::{profile_skill, skill_profile};
use crate::error::ForgeError;
use crate::id::ProfileId;
use crate::rating;
use crate::skills::distinct;

const SKILLS_MAX: usize = 50;

pub struct UpdateSkillProfile {
    headline: Option<String>,
    skills: Vec<String>,
    mask: Mask,
    recorded: Option<Opening>,
    owner: Option<UserId>,
}

struct Opening {
    jobs: i32,
    rating_sum: i32,
    rating_count: i32,
    earned: Amount,
}

impl TryFrom<UpdateSkillProfileRequest> for UpdateSkillProfile {
    type Error = Error;

    fn try_from(request: UpdateSkillProfileRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            headline: fields.optional_text("headline", &request.headline, 1..=200),
            skills: distinct(fields.texts("skills", &request.skills, SKILLS_MAX, 1..=60)),
            mask: fields.mask("update_mask", request.update_mask.as_ref(), &["headline", "skills"]),
            recorded: request.recorded.map(|recorded| opening(&mut fields, &recorded)),
            owner: fields.optional_id("user_id", &request.user_id),
        };
        fields.finish(input)
    }
}

fn opening(fields: &mut Fields, recorded: &RecordedHistory) -> Opening {
    let count = fields.number("recorded.rating_count", recorded.rating_count, 0..=100_000);
    let opening = Opening {
        jobs: fields.number("recorded.jobs_completed", recorded.jobs_completed, 0..=100_000),
        rating_sum: fields.number("recorded.rating_sum", recorded.rating_sum, count..=count.saturating_mul(5)),
        rating_count: count,
        earned: fields.amount_or_zero("recorded.earned", &recorded.earned),
    };
    if fields.all_good() && (opening.jobs, opening.rating_count, opening.earned) == (0, 0, Amount::ZERO) {
        fields.refuse("recorded", "must state something: all its figures are zero");
    }
    opening
}

pub async fn run(forge: &Forge, call: &Call, input: UpdateSkillProfile) -> Result<UpdateSkillProfileResponse> {
    forge
        .work
        .mutate(call, async |work| {
            let owner = call.subject("user_id", input.owner)?;
            let profile = own_profile(work, call, owner).await?;
            let id = profile.id;
            let mut changed = if let Some(opening) = &input.recorded {
                call.require_privileged("recorded")?;
                with_opening(profile, opening)?
            } else {
                profile.into_active_model()
            };
            if input.mask.covers("headline", input.headline.is_some()) {
                changed.headline = Set(input.headline.clone());
            }
            if input.mask.covers("skills", !input.skills.is_empty()) {
                changed.skills = Set(Words(input.skills.clone()));
                replace_skills(work, call, id, &input.skills).await?;
            }
            changed.updated_at = Set(call.now());
            let profile = SkillProfile::from(changed.update(&work.tx).await?);
            work.audit(&profile.id, &profile)?;
            Ok(UpdateSkillProfileResponse { profile: Some(profile) })
        })
        .await
}

/// The owner's profile under lock, made first where there is none.
async fn own_profile(work: &Work<'_>, call: &Call, owner: UserId) -> Result<skill_profile::Model> {
    skill_profile::Entity::insert(skill_profile::open(owner, call.now()))
        .on_conflict(OnConflict::column(skill_profile::Column::UserId).do_nothing().to_owned())
        .exec_without_returning(&work.tx)
        .await?;
    let profile = work.lock_one(skill_profile::owned_by(owner)).await?;
    profile.ok_or_else(|| Error::internal("a profile that was just made"))
}

/// Adds history from elsewhere to the figures, and remembers which part of them it is.
fn with_opening(profile: skill_profile::Model, opening: &Opening) -> Result<skill_profile::ActiveModel> {
    if profile.has_opening() {
        return Err(ForgeError::OpeningRecorded.into());
    }
    let sum = profile.rating_sum + opening.rating_sum;
    let count = profile.rating_count + opening.rating_count;
    let jobs = profile.jobs_completed + opening.jobs;
    let earned = profile.total_earned.plus(opening.earned)?;
    let mut changed = profile.into_active_model();
    changed.rating_sum = Set(sum);
    changed.rating_count = Set(count);
    changed.rating = Set(rating::mean(sum, count));
    changed.jobs_completed = Set(jobs);
    changed.total_earned = Set(earned);
    changed.opening_jobs = Set(opening.jobs);
    changed.opening_rating_sum = Set(opening.rating_sum);
    changed.opening_rating_count = Set(opening.rating_count);
    changed.opening_earned = Set(opening.earned);
    Ok(changed)
}

/// Removes what is no longer said and adds what is new; proof of skills that stay is kept.
async fn replace_skills(work: &Work<'_>, call: &Call, profile: ProfileId, skills: &[String]) -> Result<()> {
    let keys: Vec<String> = skills.iter().map(|name| folded(name)).collect();
    profile_skill::Entity::delete_many()
        .filter(profile_skill::Column::ProfileId.eq(profile))
        .filter(profile_skill::Column::SkillKey.is_not_in(keys.clone()))
        .exec(&work.tx)
        .await?;
    if skills.is_empty() {
        return Ok(());
    }
    let rows = skills.iter().zip(keys).map(|(name, key)| profile_skill::ActiveModel {
        profile_id: Set(profile),
        skill_key: Set(key),
        name: Set(name.clone()),
        level: Set(None),
        score: Set(None),
        evidence: Set(None),
        verified_until: Set(None),
        created_at: Set(call.now()),
        updated_at: Set(call.now()),
    });
    let key = [profile_skill::Column::ProfileId, profile_skill::Column::SkillKey];
    profile_skill::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(&work.tx)
        .await?;
    Ok(())
}
