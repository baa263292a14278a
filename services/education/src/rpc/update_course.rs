//! Changes a course of the caller: the fields that the mask names, or without one those that are neither empty nor 0.

use proto::azora::common::v1::{Currency, Level};
use proto::azora::education::v1::{UpdateCourseRequest, UpdateCourseResponse};
use sea_orm::ActiveValue::{self, NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::search;
use shared::word::Word;

use crate::Education;
use crate::entity::{course, module};
use crate::id::CourseId;

const CHANGEABLE: [&str; 8] =
    ["title", "description", "level", "category", "price", "currency", "duration_hours", "seats"];

pub struct UpdateCourse {
    course: CourseId,
    version: i32,
    title: Option<String>,
    description: Option<String>,
    level: Option<Word<Level>>,
    category: Option<String>,
    price: Option<Amount>,
    currency: Option<Word<Currency>>,
    duration_hours: Option<i32>,
    seats: ActiveValue<Option<i32>>,
}

impl TryFrom<UpdateCourseRequest> for UpdateCourse {
    type Error = Error;

    fn try_from(request: UpdateCourseRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let mask = fields.mask("update_mask", request.update_mask.as_ref(), &CHANGEABLE);
        let text = |field, text: &str| mask.covers(field, !text.is_empty());
        let number = |field, number: i32| mask.covers(field, number != 0);
        let input = Self {
            course: fields.id("course_id", &request.course_id),
            version: fields.number("version", request.version, 1..=i32::MAX),
            title: text("title", &request.title).then(|| fields.text("title", &request.title, 3..=255)),
            description: text("description", &request.description)
                .then(|| fields.text("description", &request.description, 10..=10_000)),
            level: number("level", request.level).then(|| fields.word("level", request.level)),
            category: text("category", &request.category).then(|| fields.text("category", &request.category, 2..=60)),
            price: text("price", &request.price).then(|| fields.amount_or_zero("price", &request.price)),
            currency: number("currency", request.currency).then(|| fields.word("currency", request.currency)),
            duration_hours: number("duration_hours", request.duration_hours)
                .then(|| fields.number("duration_hours", request.duration_hours, 1..=2000)),
            seats: if number("seats", request.seats) {
                Set(course::seats(&mut fields, "seats", request.seats))
            } else {
                NotSet
            },
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: UpdateCourse) -> Result<UpdateCourseResponse> {
    education
        .work
        .mutate(call, async |work| {
            let found = course::visible_to(call).filter(course::Column::Id.eq(input.course));
            let before = work.lock_one(found).await?.ok_or_else(|| not_found("course"))?;
            before.check_owner(call.user())?;
            before.check_version(input.version)?;
            let title = input.title.unwrap_or(before.title);
            let description = input.description.unwrap_or(before.description);
            let category = input.category.unwrap_or(before.category);
            let price = input.price.unwrap_or(before.price);
            let currency = input.currency.unwrap_or(before.currency);
            let mut fields = Fields::new();
            course::check_price(&mut fields, price, currency);
            fields.finish(())?;
            let changed = course::ActiveModel {
                id: Unchanged(before.id),
                search_text: Set(search::stored(&[&title, &category, &description])),
                title: Set(title),
                description: Set(description),
                level: Set(input.level.unwrap_or(before.level)),
                category: Set(category),
                price: Set(price),
                currency: Set(currency),
                duration_hours: Set(input.duration_hours.unwrap_or(before.duration_hours)),
                seats: input.seats,
                version: Set(before.version + 1),
                updated_at: Set(call.now()),
                ..Default::default()
            };
            let row = changed.update(&work.tx).await?;
            let modules = module::count(&work.tx, row.id).await?;
            let course = row.with_modules(modules);
            work.audit(&course.id, &course)?;
            Ok(UpdateCourseResponse { course: Some(course) })
        })
        .await
}
