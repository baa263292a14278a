//! A student's place in a course.

use proto::azora::common::v1::Currency;
use proto::azora::education::v1::{self as api, EnrollmentStatus};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect, QueryTrait};
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::hundredths::Hundredths;
use shared::id::UserId;
use shared::word::Word;

use crate::entity::{course, student};
use crate::id::{CourseId, EnrollmentId, StudentId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrollmentId,
    pub student_id: StudentId,
    pub course_id: CourseId,
    pub status: Word<EnrollmentStatus>,
    pub progress: Hundredths,
    pub price_paid: Amount,
    pub grant_reason: Option<String>,
    pub enrolled_at: Time,
    pub completed_at: Option<Time>,
    pub dropped_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// The place of one student in one course, dropped or not; whose it is has been found out.
#[must_use]
pub fn of(student: StudentId, course: CourseId) -> Select<Entity> {
    Entity::find().filter(Column::StudentId.eq(student)).filter(Column::CourseId.eq(course))
}

/// Those of these places that were not dropped.
#[must_use]
pub fn taken(places: Select<Entity>) -> Select<Entity> {
    places.filter(Column::Status.ne(Word(EnrollmentStatus::Dropped)))
}

/// The places in one course that were not dropped.
#[must_use]
pub fn taken_in(course: CourseId) -> Select<Entity> {
    taken(Entity::find().filter(Column::CourseId.eq(course)))
}

/// The places of those who are at a course.
#[must_use]
pub fn active_in(course: CourseId) -> Select<Entity> {
    Entity::find().filter(Column::CourseId.eq(course)).filter(Column::Status.eq(Word(EnrollmentStatus::Active)))
}

/// The places in the courses of one instructor.
#[must_use]
pub fn taught_by(instructor: UserId) -> Select<Entity> {
    Entity::find().filter(is_taught_by(instructor))
}

/// What the caller may see: everything for admins and services, else the caller's own places and those in the caller's
/// courses.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    if call.sees_everything() {
        return Entity::find();
    }
    let either = Condition::any().add(is_owned_by(call.user())).add(is_taught_by(call.user()));
    Entity::find().filter(either)
}

/// The place that a user has in a course, if it was not dropped.
#[must_use]
pub fn held_by(user: UserId, course: CourseId) -> Select<Entity> {
    taken_in(course).filter(is_owned_by(user))
}

fn is_owned_by(user: UserId) -> Expr {
    let own = student::owned_by(user).select_only().column(student::Column::Id).into_query();
    Column::StudentId.in_subquery(own)
}

fn is_taught_by(instructor: UserId) -> Expr {
    let courses = course::owned_by(instructor).select_only().column(course::Column::Id).into_query();
    Column::CourseId.in_subquery(courses)
}

impl Model {
    /// Whether the student is at the course.
    #[must_use]
    pub fn is_active(&self) -> bool {
        *self.status == EnrollmentStatus::Active
    }

    /// Whether the student has left the course.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        *self.status == EnrollmentStatus::Dropped
    }
}

impl From<Model> for api::Enrollment {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            student_id: row.student_id.to_string(),
            course_id: row.course_id.to_string(),
            status: row.status.number(),
            progress_percent: row.progress.to_string(),
            price_paid: row.price_paid.to_string(),
            currency: Currency::Azr.into(), // spending wallets hold nothing else
            grant_reason: row.grant_reason.unwrap_or_default(),
            enrolled_at: Some(clock::to_proto(row.enrolled_at)),
            completed_at: row.completed_at.map(clock::to_proto),
            dropped_at: row.dropped_at.map(clock::to_proto),
            created_at: Some(clock::to_proto(row.created_at)),
            updated_at: Some(clock::to_proto(row.updated_at)),
        }
    }
}
