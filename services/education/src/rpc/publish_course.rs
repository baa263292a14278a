//! Publishes a course of the caller, and tells the fleet.

use proto::azora::education::v1::{PublishCourseRequest, PublishCourseResponse};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::json::Json;

use crate::Education;
use crate::entity::{course, module};
use crate::error::EducationError;
use crate::id::CourseId;

pub struct PublishCourse {
    course: CourseId,
}

impl TryFrom<PublishCourseRequest> for PublishCourse {
    type Error = Error;

    fn try_from(request: PublishCourseRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { course: fields.id("course_id", &request.course_id) };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: PublishCourse) -> Result<PublishCourseResponse> {
    education
        .work
        .mutate(call, async |work| {
            let found = course::visible_to(call).filter(course::Column::Id.eq(input.course));
            let before = work.lock_one(found).await?.ok_or_else(|| not_found("course"))?;
            before.check_owner(call.user())?;
            if before.published {
                return Err(EducationError::AlreadyPublished.into());
            }
            let published = course::ActiveModel {
                id: Unchanged(before.id),
                published: Set(true),
                published_at: Set(Some(call.now())),
                version: Set(before.version + 1),
                updated_at: Set(call.now()),
                ..Default::default()
            };
            let row = published.update(&work.tx).await?;
            let modules = module::count(&work.tx, row.id).await?;
            work.publish("azora.education.course.published.v1", "course", row.id, announcement(&row, modules)).await?;
            let course = row.with_modules(modules);
            work.audit(&course.id, &course)?;
            Ok(PublishCourseResponse { course: Some(course) })
        })
        .await
}

/// What a catalogue shows of a course. An older `version` says less than a newer one.
fn announcement(row: &course::Model, modules: i32) -> Json {
    json!({
        "course_id": row.id.to_string(),
        "instructor_id": row.instructor_id.to_string(),
        "title": row.title,
        "description": row.description,
        "category": row.category,
        "level": row.level.text(),
        "price": row.price.to_string(),
        "currency": row.currency.text(),
        "duration_hours": row.duration_hours,
        "module_count": modules,
        "version": row.version,
        "published_at": row.updated_at.to_rfc3339(),
    })
}
