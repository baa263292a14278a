//! Returns one of the caller's conversations.

use proto::azora::family::v1::{GetConversationRequest, GetConversationResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Family;
use crate::entity::{conversation, family_member};
use crate::id::ConversationId;

pub struct GetConversation {
    conversation: ConversationId,
}

impl TryFrom<GetConversationRequest> for GetConversation {
    type Error = Error;

    fn try_from(request: GetConversationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { conversation: fields.id("conversation_id", &request.conversation_id) };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, call: &Call, input: GetConversation) -> Result<GetConversationResponse> {
    let row = conversation::owned_by(call.user())
        .filter(conversation::Column::Id.eq(input.conversation))
        .one(family.work.read())
        .await?
        .ok_or_else(|| not_found("conversation"))?;
    let member = family_member::Entity::find_by_id(row.member_id).one(family.work.read()).await?;
    let member = member.ok_or_else(|| Error::internal("a conversation with nobody"))?;
    Ok(GetConversationResponse { conversation: Some(row.to_proto(&member.name)) })
}
