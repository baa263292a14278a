//! Changes what a learner says of themself. The first change makes the profile.

use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{
    LearningPace, StudentProfile, UpdateStudentProfileRequest, UpdateStudentProfileResponse,
};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{Set, Unchanged};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::json::Words;
use shared::word::Word;

use crate::Sapiens;
use crate::entity::student_profile;

const CHANGEABLE: [&str; 4] = ["pace", "level", "goals", "interests"];
const GOALS_MAX: usize = 20;
const INTERESTS_MAX: usize = 50;

/// What is `None` stays as it is.
pub struct UpdateStudentProfile {
    pace: Option<Word<LearningPace>>,
    level: Option<Word<Level>>,
    goals: Option<Vec<String>>,
    interests: Option<Vec<String>>,
}

impl TryFrom<UpdateStudentProfileRequest> for UpdateStudentProfile {
    type Error = Error;

    fn try_from(request: UpdateStudentProfileRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let mask = fields.mask("update_mask", request.update_mask.as_ref(), &CHANGEABLE);
        let pace = fields.optional_word("pace", request.pace);
        let level = fields.optional_word("level", request.level);
        let goals = fields.texts("goals", &request.goals, GOALS_MAX, 1..=200);
        let interests = fields.texts("interests", &request.interests, INTERESTS_MAX, 1..=60);
        let input = Self {
            pace: mask.covers("pace", pace.is_some()).then(|| pace.unwrap_or(Word(LearningPace::Medium))),
            level: mask.covers("level", level.is_some()).then(|| level.unwrap_or(Word(Level::Beginner))),
            goals: mask.covers("goals", !goals.is_empty()).then_some(goals),
            interests: mask.covers("interests", !interests.is_empty()).then_some(interests),
        };
        fields.finish(input)
    }
}

impl UpdateStudentProfile {
    fn applied_to(self, row: student_profile::Model, now: Time) -> student_profile::ActiveModel {
        student_profile::ActiveModel {
            id: Unchanged(row.id),
            pace: Set(self.pace.unwrap_or(row.pace)),
            level: Set(self.level.unwrap_or(row.level)),
            goals: Set(self.goals.map(Words).or(row.goals)),
            interests: Set(self.interests.map_or(row.interests, Words)),
            updated_at: Set(now),
            ..Default::default()
        }
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: UpdateStudentProfile) -> Result<UpdateStudentProfileResponse> {
    sapiens
        .work
        .mutate(call, async |work| {
            let row = student_profile::lock(work, call.user(), call.now()).await?;
            let profile = StudentProfile::from(input.applied_to(row, call.now()).update(&work.tx).await?);
            work.audit(&profile.id, &profile)?;
            Ok(UpdateStudentProfileResponse { profile: Some(profile) })
        })
        .await
}
