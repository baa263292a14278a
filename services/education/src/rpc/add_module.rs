//! Adds a module at the end of a course of the caller. Whoever is at the course has a longer way from then on.

use proto::azora::education::v1::{AddModuleRequest, AddModuleResponse};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::content::{self, Content, View};
use crate::entity::{course, module};
use crate::id::{CourseId, ModuleId};
use crate::study;

/// Where the author says nothing.
const MINUTES_DEFAULT: i32 = 30;

pub struct AddModule {
    course: CourseId,
    title: String,
    description: Option<String>,
    estimated_minutes: i32,
    content: Content,
}

impl TryFrom<AddModuleRequest> for AddModule {
    type Error = Error;

    fn try_from(request: AddModuleRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let minutes = fields.number("estimated_minutes", request.estimated_minutes, 0..=100_000);
        let input = Self {
            course: fields.id("course_id", &request.course_id),
            title: fields.text("title", &request.title, 3..=255),
            description: fields.optional_text("description", &request.description, 1..=5000),
            estimated_minutes: if minutes == 0 { MINUTES_DEFAULT } else { minutes },
            content: content::read(&mut fields, "content", request.content.as_ref()),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: AddModule) -> Result<AddModuleResponse> {
    education
        .work
        .mutate(call, async |work| {
            let found = course::visible_to(call).filter(course::Column::Id.eq(input.course));
            let course = work.lock_one(found).await?.ok_or_else(|| not_found("course"))?;
            course.check_owner(call.user())?;
            let added = module::Model {
                id: ModuleId::new(),
                course_id: course.id,
                title: input.title,
                description: input.description,
                position: last_position(&work.tx, course.id).await? + 1,
                estimated_minutes: input.estimated_minutes,
                content: input.content.settled(&education.config),
                created_at: call.now(),
                updated_at: call.now(),
                deleted_at: None,
            };
            let row = module::ActiveModel::from(added).insert(&work.tx).await?;
            study::reckon_anew(work, course.id, call.now()).await?;
            let module = row.shown(View::Whole);
            work.audit(&module.id, &module)?;
            Ok(AddModuleResponse { module: Some(module) })
        })
        .await
}

/// The course is locked, so the place after the last one is free.
async fn last_position(db: &impl ConnectionTrait, course: CourseId) -> Result<i32> {
    let last: Option<i32> = module::of_course(course)
        .select_only()
        .column(module::Column::Position)
        .order_by_desc(module::Column::Position)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}
