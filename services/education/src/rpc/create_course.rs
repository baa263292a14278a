//! Creates a course of the caller, unpublished.

use proto::azora::common::v1::{Currency, Level};
use proto::azora::education::v1::{CreateCourseRequest, CreateCourseResponse};
use sea_orm::ActiveModelTrait;
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::search;
use shared::word::Word;

use crate::Education;
use crate::entity::course;
use crate::id::CourseId;

pub struct CreateCourse {
    title: String,
    description: String,
    level: Word<Level>,
    category: String,
    price: Amount,
    currency: Word<Currency>,
    duration_hours: i32,
    seats: Option<i32>,
}

impl TryFrom<CreateCourseRequest> for CreateCourse {
    type Error = Error;

    fn try_from(request: CreateCourseRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let price = if request.price.is_empty() { "0" } else { &request.price };
        let input = Self {
            title: fields.text("title", &request.title, 3..=255),
            description: fields.text("description", &request.description, 10..=10_000),
            level: fields.optional_word("level", request.level).unwrap_or(Word(Level::Beginner)),
            category: fields.text("category", &request.category, 2..=60),
            price: fields.amount_or_zero("price", price),
            currency: fields.optional_word("currency", request.currency).unwrap_or(Word(Currency::Azr)),
            duration_hours: fields.number("duration_hours", request.duration_hours, 1..=2000),
            seats: course::seats(&mut fields, "seats", request.seats),
        };
        course::check_price(&mut fields, input.price, input.currency);
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: CreateCourse) -> Result<CreateCourseResponse> {
    education
        .work
        .mutate(call, async |work| {
            let created = course::Model {
                id: CourseId::new(),
                instructor_id: call.user(),
                search_text: search::stored(&[&input.title, &input.category, &input.description]),
                title: input.title,
                description: input.description,
                level: input.level,
                category: input.category,
                price: input.price,
                currency: input.currency,
                duration_hours: input.duration_hours,
                seats: input.seats,
                published: false,
                published_at: None,
                retired_at: None,
                version: 1,
                created_at: call.now(),
                updated_at: call.now(),
                deleted_at: None,
            };
            let row = course::ActiveModel::from(created).insert(&work.tx).await?;
            let course = row.with_modules(0);
            work.audit(&course.id, &course)?;
            Ok(CreateCourseResponse { course: Some(course) })
        })
        .await
}
