//! A part of a course. Its content is large, so what only counts or lists modules leaves it in the table.

use std::collections::HashMap;

use proto::azora::education::v1 as api;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use shared::clock::{self, Time};
use shared::error::Result;

use crate::content::{Content, View};
use crate::id::{CourseId, ModuleId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "modules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ModuleId,
    pub course_id: CourseId,
    pub title: String,
    pub description: Option<String>,
    pub position: i32,
    pub estimated_minutes: i32,
    pub content: Content,
    pub created_at: Time,
    pub updated_at: Time,
    pub deleted_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}

/// One module; whether the caller may see it, its course says.
#[must_use]
pub fn by_id(module: ModuleId) -> Select<Entity> {
    Entity::find().filter(Column::Id.eq(module)).filter(Column::DeletedAt.is_null())
}

/// The modules of one course, which the caller has been found to see.
#[must_use]
pub fn of_course(course: CourseId) -> Select<Entity> {
    Entity::find().filter(Column::CourseId.eq(course)).filter(Column::DeletedAt.is_null())
}

/// How many modules each of these courses has. Courses without any are not in the answer.
pub async fn counts(db: &impl ConnectionTrait, courses: &[CourseId]) -> Result<HashMap<CourseId, i32>> {
    let counted: Vec<(CourseId, i64)> = Entity::find()
        .select_only()
        .column(Column::CourseId)
        .column_as(Column::Id.count(), "modules")
        .filter(Column::CourseId.is_in(courses.iter().copied()))
        .filter(Column::DeletedAt.is_null())
        .group_by(Column::CourseId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counted.into_iter().map(|(course, count)| (course, i32::try_from(count).unwrap_or(i32::MAX))).collect())
}

/// How many modules one course has.
pub async fn count(db: &impl ConnectionTrait, course: CourseId) -> Result<i32> {
    Ok(counts(db, &[course]).await?.remove(&course).unwrap_or_default())
}

/// Where in its course each module stands, and what it is called: id, position, title, minutes.
pub async fn outline(db: &impl ConnectionTrait, course: CourseId) -> Result<Vec<(ModuleId, i32, String, i32)>> {
    let outline: Vec<(ModuleId, i32, String, i32)> = of_course(course)
        .select_only()
        .columns([Column::Id, Column::Position, Column::Title, Column::EstimatedMinutes])
        .order_by_asc(Column::Position)
        .into_tuple()
        .all(db)
        .await?;
    Ok(outline)
}

impl Model {
    /// In its form in the contract, as far as `view` goes.
    #[must_use]
    pub fn shown(self, view: View) -> api::Module {
        api::Module {
            id: self.id.to_string(),
            course_id: self.course_id.to_string(),
            title: self.title,
            description: self.description.unwrap_or_default(),
            order: self.position,
            estimated_minutes: self.estimated_minutes,
            content: self.content.shown(self.id, view),
            content_withheld: view == View::Withheld,
            created_at: Some(clock::to_proto(self.created_at)),
            updated_at: Some(clock::to_proto(self.updated_at)),
        }
    }
}
