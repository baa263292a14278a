//! Something to learn, made by one educator.

use proto::azora::common::v1::{Currency, Level};
use proto::azora::education::v1 as api;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::error::EducationError;
use crate::id::CourseId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "courses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CourseId,
    pub title: String,
    pub description: String,
    pub instructor_id: UserId,
    pub level: Word<Level>,
    pub category: String,
    pub price: Amount,
    pub currency: Word<Currency>,
    pub duration_hours: i32,
    pub seats: Option<i32>,
    pub published: bool,
    pub published_at: Option<Time>,
    pub retired_at: Option<Time>,
    pub search_text: String,
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}

fn live() -> Select<Entity> {
    Entity::find().filter(Column::DeletedAt.is_null())
}

/// The courses of one instructor, published or not.
#[must_use]
pub fn owned_by(instructor: UserId) -> Select<Entity> {
    live().filter(Column::InstructorId.eq(instructor))
}

/// What the caller may see: everything for admins and services, else what is published and the caller's own.
#[must_use]
pub fn visible_to(call: &Call) -> Select<Entity> {
    if call.sees_everything() {
        return live();
    }
    let shown = Condition::any().add(Column::Published.eq(true)).add(Column::InstructorId.eq(call.user()));
    live().filter(shown)
}

/// Reads a number of seats; 0 means no limit.
pub fn seats(fields: &mut Fields, path: &str, number: i32) -> Option<i32> {
    Some(fields.number(path, number, 0..=i32::MAX)).filter(|seats| *seats > 0)
}

/// Notes a price that no spending wallet could pay.
pub fn check_price(fields: &mut Fields, price: Amount, currency: Word<Currency>) {
    if price > Amount::ZERO && *currency != Currency::Azr {
        fields.refuse("currency", "must be AZR where the price is above zero");
    }
}

impl Model {
    /// Whether it is this user's.
    #[must_use]
    pub fn belongs_to(&self, user: UserId) -> bool {
        self.instructor_id == user
    }

    /// Whether the caller sees all there is of it: answer keys, and how its learners are doing.
    #[must_use]
    pub fn is_open_to(&self, call: &Call) -> bool {
        self.belongs_to(call.user()) || call.sees_everything()
    }

    /// It can be changed by its instructor only.
    pub fn check_owner(&self, user: UserId) -> Result<(), EducationError> {
        if self.belongs_to(user) { Ok(()) } else { Err(EducationError::NotOwner) }
    }

    /// A change has to know the state that it changes.
    pub fn check_version(&self, given: i32) -> Result<(), EducationError> {
        let current = self.version;
        if given == current { Ok(()) } else { Err(EducationError::VersionStale { given, current }) }
    }

    /// Whether it takes one more learner, given how many places are taken.
    pub fn check_place(&self, taken: u64) -> Result<(), EducationError> {
        if !self.published {
            return Err(EducationError::CourseNotPublished);
        }
        if self.retired_at.is_some() {
            return Err(EducationError::CourseRetired);
        }
        match self.seats {
            Some(seats) if taken >= u64::try_from(seats).unwrap_or(0) => Err(EducationError::CourseFull(seats)),
            _ => Ok(()),
        }
    }

    /// In its form in the contract, which says how many modules it has.
    #[must_use]
    pub fn with_modules(self, count: i32) -> api::Course {
        api::Course {
            id: self.id.to_string(),
            title: self.title,
            description: self.description,
            instructor_id: self.instructor_id.to_string(),
            level: self.level.number(),
            category: self.category,
            price: self.price.to_string(),
            currency: self.currency.number(),
            duration_hours: self.duration_hours,
            seats: self.seats.unwrap_or_default(),
            published: self.published,
            published_at: self.published_at.map(clock::to_proto),
            retired_at: self.retired_at.map(clock::to_proto),
            module_count: count,
            version: self.version,
            created_at: Some(clock::to_proto(self.created_at)),
            updated_at: Some(clock::to_proto(self.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn course() -> Model {
        Model {
            id: CourseId(Uuid::from_u128(1)),
            title: "Title".to_owned(),
            description: "Description".to_owned(),
            instructor_id: UserId(Uuid::from_u128(2)),
            level: Word(Level::Beginner),
            category: "Any".to_owned(),
            price: Amount::ZERO,
            currency: Word(Currency::Azr),
            duration_hours: 1,
            seats: None,
            published: true,
            published_at: Some(Time::default()),
            retired_at: None,
            search_text: String::new(),
            version: 3,
            created_at: Time::default(),
            updated_at: Time::default(),
            deleted_at: None,
        }
    }

    #[test]
    fn a_course_takes_learners_until_its_seats_are_taken() {
        assert!(course().check_place(u64::MAX).is_ok(), "no limit");
        let two = Model { seats: Some(2), ..course() };
        assert!(two.check_place(1).is_ok());
        assert!(matches!(two.check_place(2), Err(EducationError::CourseFull(2))));
        assert!(matches!(two.check_place(3), Err(EducationError::CourseFull(2))));
    }

    #[test]
    fn it_takes_none_before_it_is_published_and_after_it_is_retired() {
        let unpublished = Model { published: false, published_at: None, ..course() };
        let retired = Model { retired_at: Some(Time::default()), ..course() };
        assert!(matches!(unpublished.check_place(0), Err(EducationError::CourseNotPublished)));
        assert!(matches!(retired.check_place(0), Err(EducationError::CourseRetired)));
    }

    #[test]
    fn a_change_for_another_version_is_stale() {
        assert!(course().check_version(3).is_ok());
        for given in [2, 4] {
            let stale = course().check_version(given);
            assert!(matches!(stale, Err(EducationError::VersionStale { current: 3, .. })));
        }
    }

    #[test]
    fn only_a_free_course_may_name_another_currency() {
        let judged = |price, currency| {
            let mut fields = Fields::new();
            check_price(&mut fields, price, Word(currency));
            fields.finish(()).is_ok()
        };
        assert!(judged(Amount::ZERO, Currency::Usd));
        assert!(judged(Amount::whole(1), Currency::Azr));
        assert!(!judged(Amount::whole(1), Currency::Usd));
    }
}
