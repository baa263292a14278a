//! Lists what was said in one of the caller's conversations, in order.

use proto::azora::family::v1::{ListMessagesRequest, ListMessagesResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;

use crate::Family;
use crate::entity::{conversation, message};
use crate::id::ConversationId;

pub struct ListMessages {
    conversation: ConversationId,
}

impl TryFrom<ListMessagesRequest> for ListMessages {
    type Error = Error;

    fn try_from(request: ListMessagesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { conversation: fields.id("conversation_id", &request.conversation_id) };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, call: &Call, input: ListMessages) -> Result<ListMessagesResponse> {
    conversation::owned_by(call.user())
        .filter(conversation::Column::Id.eq(input.conversation))
        .one(family.work.read())
        .await?
        .ok_or_else(|| not_found("conversation"))?;
    let said = message::said_in(input.conversation, call.user());
    let page = page::in_order(family.work.read(), call, said, message::Column::Seq).await?;
    Ok(ListMessagesResponse { messages: page.rows.into_iter().map(Into::into).collect(), next_page_token: page.next })
}
