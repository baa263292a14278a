//! Lays out a path for a learner, from one level of a subject to a higher one, with all its steps.

use proto::azora::common::v1::Level;
use proto::azora::sapiens::v1::{
    CreateLearningPathRequest, CreateLearningPathResponse, LearningPath, LearningPathStatus, NewPathStep,
};
use sea_orm::{ActiveModelTrait, EntityTrait};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::Sapiens;
use crate::entity::learning_path::{self, Milestones};
use crate::entity::{path_step, progress};
use crate::id::{LearningPathId, PathStepId};
use crate::outline::{self, Draft};

const HOURS_MAX: i32 = 10_000;
const STEPS_MAX: usize = 200;
const STEP_MINUTES_MAX: i32 = 60_000;
const ENTRIES_MAX: usize = 20;

pub struct CreateLearningPath {
    student: Option<UserId>,
    subject: String,
    title: String,
    description: Option<String>,
    current_level: Word<Level>,
    target_level: Word<Level>,
    estimated_hours: Option<i32>,
    /// Empty: by rule.
    steps: Vec<Draft>,
}

impl TryFrom<CreateLearningPathRequest> for CreateLearningPath {
    type Error = Error;

    fn try_from(request: CreateLearningPathRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let hours = fields.number("estimated_hours", request.estimated_hours, 0..=HOURS_MAX);
        let input = Self {
            student: fields.optional_id("student_id", &request.student_id),
            subject: fields.text("subject", &request.subject, 1..=200),
            title: fields.text("title", &request.title, 1..=200),
            description: fields.optional_text("description", &request.description, 1..=2000),
            current_level: fields.word("current_level", request.current_level),
            target_level: fields.word("target_level", request.target_level),
            estimated_hours: (hours != 0).then_some(hours),
            steps: read_steps(&mut fields, &request.steps),
        };
        // A level that is missing or unknown has been refused already.
        let both_known = ![*input.current_level, *input.target_level].contains(&Level::Unspecified);
        if both_known && *input.target_level <= *input.current_level {
            fields.refuse("target_level", "must lie above current_level");
        }
        fields.finish(input)
    }
}

fn read_steps(fields: &mut Fields, steps: &[NewPathStep]) -> Vec<Draft> {
    if steps.len() > STEPS_MAX {
        fields.refuse("steps", format!("must have at most {STEPS_MAX} entries, has {}", steps.len()));
        return Vec::new();
    }
    steps.iter().enumerate().map(|(index, step)| read_step(fields, index, step)).collect()
}

fn read_step(fields: &mut Fields, index: usize, step: &NewPathStep) -> Draft {
    let path = |field: &str| format!("steps[{index}].{field}");
    let criteria = &step.assessment_criteria;
    Draft {
        title: fields.text(&path("title"), &step.title, 1..=200),
        description: fields.text(&path("description"), &step.description, 0..=2000),
        topic: fields.optional_text(&path("topic"), &step.topic, 1..=200),
        minutes: fields.number(&path("estimated_minutes"), step.estimated_minutes, 1..=STEP_MINUTES_MAX),
        resources: fields.texts(&path("resources"), &step.resources, ENTRIES_MAX, 1..=500),
        criteria: fields.texts(&path("assessment_criteria"), criteria, ENTRIES_MAX, 1..=500),
    }
}

impl CreateLearningPath {
    /// The path over these steps; none of them is completed.
    fn over(self, steps: &[Draft], student: UserId, now: Time) -> learning_path::Model {
        let milestones = outline::milestones(*self.current_level, *self.target_level, steps.len());
        learning_path::Model {
            id: LearningPathId::new(),
            student_id: student,
            subject: self.subject,
            title: self.title,
            description: self.description,
            status: Word(LearningPathStatus::Active),
            current_level: self.current_level,
            target_level: self.target_level,
            difficulty: self.current_level,
            estimated_hours: self.estimated_hours.unwrap_or_else(|| outline::hours(steps)),
            total_steps: i32::try_from(steps.len()).unwrap_or(i32::MAX),
            completed_steps: 0,
            milestones: Some(Milestones(milestones)),
            created_at: now,
            updated_at: now,
        }
    }
}

impl Draft {
    /// As a step of a path, open.
    fn at(self, position: i32, path: &learning_path::Model) -> path_step::Model {
        path_step::Model {
            id: PathStepId::new(),
            path_id: path.id,
            title: self.title,
            description: self.description,
            resources: self.resources.into(),
            assessment_criteria: self.criteria.into(),
            completed_at: None,
            position,
            topic: self.topic,
            estimated_minutes: self.minutes,
            completed: false,
            created_at: path.created_at,
            updated_at: path.created_at,
        }
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: CreateLearningPath) -> Result<CreateLearningPathResponse> {
    sapiens
        .work
        .mutate(call, async |work| {
            let drafts = if input.steps.is_empty() {
                outline::steps(&input.subject, *input.current_level, *input.target_level, &sapiens.config)
            } else {
                call.require_privileged("steps")?;
                input.steps.clone()
            };
            let student = call.subject("student_id", input.student)?;

            let path = input.over(&drafts, student, call.now());
            let in_order = drafts.into_iter().zip(1..);
            let steps: Vec<path_step::Model> = in_order.map(|(draft, position)| draft.at(position, &path)).collect();
            let progress = progress::open(&path);

            let path = learning_path::ActiveModel::from(path).insert(&work.tx).await?;
            let rows: Vec<path_step::ActiveModel> = steps.iter().cloned().map(Into::into).collect();
            path_step::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
            progress::Entity::insert(progress::ActiveModel::from(progress)).exec_without_returning(&work.tx).await?;

            let path = LearningPath::from(path);
            work.audit(&path.id, &path)?;
            let steps = steps.into_iter().map(Into::into).collect();
            Ok(CreateLearningPathResponse { path: Some(path), steps })
        })
        .await
}
