//! Somebody who learns: one record per user, to which everything else in education refers.

use proto::azora::education::v1 as api;
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use shared::call::Call;
use shared::clock::{self, Time};
use shared::error::Result;
use shared::fields::Fields;
use shared::hundredths::Hundredths;
use shared::id::UserId;

use crate::entity::enrollment;
use crate::id::{CourseId, StudentId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "students")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StudentId,
    pub user_id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub date_of_birth: Option<String>,
    pub grade: Option<String>,
    pub country: String,
    pub xp: i64,
    pub level: i32,
    pub difficulty: Hundredths,
    pub streak_days: i32,
    pub last_active_on: Option<String>,
    pub achievements: Achievements,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a student has achieved, each code once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Achievements(pub Vec<Achievement>);

/// Something that is achieved once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Achievement {
    /// What it is.
    pub code: String,
    /// When it was achieved.
    pub at: Time,
}

/// What a person says of themselves when a record is opened.
#[derive(Clone, Debug)]
pub struct Person {
    /// First name.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Lower-cased address.
    pub email: String,
    /// A day.
    pub date_of_birth: Option<String>,
    /// In their own words.
    pub grade: Option<String>,
    /// Two upper-case letters.
    pub country: String,
}

fn live() -> Select<Entity> {
    Entity::find().filter(Column::DeletedAt.is_null())
}

/// The record of one user, if there is one.
#[must_use]
pub fn owned_by(user: UserId) -> Select<Entity> {
    live().filter(Column::UserId.eq(user))
}

/// The record of one user, deleted or not: there is never a second one.
#[must_use]
pub fn owned_or_deleted_by(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// What the caller may see: everything for admins and services, else the caller's own.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    if call.sees_everything() { live() } else { owned_by(call.user()) }
}

/// The record that a call is about: the one it names, as far as the caller may see it, else the caller's own.
///
/// # Errors
/// INVALID_ARGUMENT if a service names none.
pub fn asked_for(call: &Call, named: Option<StudentId>) -> Result<Select<Entity>> {
    Ok(match named {
        Some(id) => visible_to(call).filter(Column::Id.eq(id)),
        None => owned_by(call.subject("student_id", None)?),
    })
}

/// Those with a place in a course of this instructor.
#[must_use]
pub fn taught_by(instructor: UserId) -> Select<Entity> {
    having(enrollment::taught_by(instructor))
}

/// Those with a place in this course.
#[must_use]
pub fn learning(course: CourseId) -> Select<Entity> {
    having(enrollment::Entity::find().filter(enrollment::Column::CourseId.eq(course)))
}

/// The students of places that were not dropped.
fn having(places: Select<enrollment::Entity>) -> Select<Entity> {
    let students = enrollment::taken(places).select_only().column(enrollment::Column::StudentId).into_query();
    live().filter(Column::Id.in_subquery(students))
}

/// Reads a country: two letters, in upper case.
pub fn country(fields: &mut Fields, path: &str, text: &str) -> String {
    let country = text.trim().to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        fields.refuse(path, "must be two letters, as in ISO 3166-1");
    }
    country
}

/// A new record, with nothing learnt yet.
#[must_use]
pub fn open(user: UserId, person: Person, now: Time) -> Model {
    Model {
        id: StudentId::new(),
        user_id: user,
        first_name: person.first_name,
        last_name: person.last_name,
        email: person.email,
        date_of_birth: person.date_of_birth,
        grade: person.grade,
        country: person.country,
        xp: 0,
        level: 1,
        difficulty: Hundredths(100),
        streak_days: 0,
        last_active_on: None,
        achievements: Achievements::default(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

impl Model {
    /// Without what a teacher has no need to know.
    #[must_use]
    pub fn seen_by_teacher(self) -> Self {
        Self { email: String::new(), date_of_birth: None, ..self }
    }
}

impl From<Achievement> for api::Achievement {
    fn from(achievement: Achievement) -> Self {
        Self { code: achievement.code, at: Some(clock::to_proto(achievement.at)) }
    }
}

impl From<Model> for api::Student {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            user_id: row.user_id.to_string(),
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            date_of_birth: row.date_of_birth.unwrap_or_default(),
            grade: row.grade.unwrap_or_default(),
            country: row.country,
            xp: row.xp,
            level: row.level,
            difficulty: row.difficulty.to_string(),
            achievements: row.achievements.0.into_iter().map(Into::into).collect(),
            streak_days: row.streak_days,
            last_active_on: row.last_active_on.unwrap_or_default(),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}
