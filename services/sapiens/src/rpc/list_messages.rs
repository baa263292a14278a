//! Lists what was said in one session, in the order in which it was said.

use proto::azora::sapiens::v1::{ListMessagesRequest, ListMessagesResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;

use crate::Sapiens;
use crate::entity::{message, tutoring_session};
use crate::id::TutoringSessionId;

pub struct ListMessages {
    session: TutoringSessionId,
}

impl TryFrom<ListMessagesRequest> for ListMessages {
    type Error = Error;

    fn try_from(request: ListMessagesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { session: fields.id("session_id", &request.session_id) };
        fields.finish(input)
    }
}

pub async fn run(sapiens: &Sapiens, call: &Call, input: ListMessages) -> Result<ListMessagesResponse> {
    let db = sapiens.work.read();
    let session = tutoring_session::visible_to(call)
        .filter(tutoring_session::Column::Id.eq(input.session))
        .one(db)
        .await?
        .ok_or_else(|| not_found("tutoring_session"))?;
    let page = page::in_order(db, call, message::of_session(session.id), message::Column::Seq).await?;
    Ok(ListMessagesResponse { next_page_token: page.next, messages: page.rows.into_iter().map(Into::into).collect() })
}
