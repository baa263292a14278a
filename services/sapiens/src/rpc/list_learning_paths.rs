//! Lists the learning paths of one learner, newest first.

use proto::azora::sapiens::v1::{LearningPathStatus, ListLearningPathsRequest, ListLearningPathsResponse};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;
use shared::word::Word;

use crate::Sapiens;
use crate::entity::learning_path;

pub struct ListLearningPaths {
    student: Option<UserId>,
    status: Option<Word<LearningPathStatus>>,
    subject: Option<String>,
}

impl TryFrom<ListLearningPathsRequest> for ListLearningPaths {
    type Error = Error;

    fn try_from(request: ListLearningPathsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            student: fields.optional_id("student_id", &request.student_id),
            status: fields.optional_word("status", request.status),
            subject: fields.optional_text("subject", &request.subject, 1..=200),
        };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: ListLearningPaths) -> Result<ListLearningPathsResponse> {
    let asked_for = learning_path::owned_by(call.subject("student_id", input.student)?)
        .apply_if(input.status, |list, status| list.filter(learning_path::Column::Status.eq(status)))
        .apply_if(input.subject, |list, subject| list.filter(learning_path::Column::Subject.eq(subject)));
    let (at, id) = (learning_path::Column::CreatedAt, learning_path::Column::Id);
    let page = page::newest(sapiens.work.read(), call, asked_for, at, id).await?;
    Ok(ListLearningPathsResponse { next_page_token: page.next, paths: page.rows.into_iter().map(Into::into).collect() })
}
