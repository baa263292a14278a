//! Lists courses, newest first, by what they are about.

use proto::azora::common::v1::Level;
use proto::azora::education::v1::{ListCoursesRequest, ListCoursesResponse};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;
use shared::search::{containing, folded};
use shared::word::Word;

use crate::Education;
use crate::entity::{course, module};
use crate::id::CourseId;

pub struct ListCourses {
    category: Option<String>,
    level: Option<Word<Level>>,
    text: Option<String>,
    published: Option<bool>,
    instructor: Option<UserId>,
}

impl TryFrom<ListCoursesRequest> for ListCourses {
    type Error = Error;

    fn try_from(request: ListCoursesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            category: fields.optional_text("category", &request.category, 1..=60),
            level: fields.optional_word("level", request.level),
            text: fields.optional_text("text", &request.text, 1..=100),
            published: request.published,
            instructor: fields.optional_id("instructor_id", &request.instructor_id),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: ListCourses) -> Result<ListCoursesResponse> {
    let db = education.work.read();
    let mut asked_for = course::visible_to(call)
        .apply_if(input.category, |list, category| list.filter(course::Column::Category.eq(category)))
        .apply_if(input.level, |list, level| list.filter(course::Column::Level.eq(level)))
        .apply_if(input.published, |list, published| list.filter(course::Column::Published.eq(published)))
        .apply_if(input.instructor, |list, user| list.filter(course::Column::InstructorId.eq(user)));
    for word in input.text.unwrap_or_default().split_whitespace() {
        asked_for = asked_for.filter(course::Column::SearchText.like(containing(&folded(word))));
    }
    let page = page::newest(db, call, asked_for, course::Column::CreatedAt, course::Column::Id).await?;
    let ids: Vec<CourseId> = page.rows.iter().map(|row| row.id).collect();
    let modules = module::counts(db, &ids).await?;
    let shown = page.rows.into_iter().map(|row| {
        let count = modules.get(&row.id).copied().unwrap_or_default();
        row.with_modules(count)
    });
    Ok(ListCoursesResponse { next_page_token: page.next, courses: shown.collect() })
}
