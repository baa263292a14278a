//! Removes one of the caller's conversations.

use proto::azora::family::v1::{DeleteConversationRequest, DeleteConversationResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Family;
use crate::entity::{conversation, family_member};
use crate::id::ConversationId;

pub struct DeleteConversation {
    conversation: ConversationId,
}

impl TryFrom<DeleteConversationRequest> for DeleteConversation {
    type Error = Error;

    fn try_from(request: DeleteConversationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { conversation: fields.id("conversation_id", &request.conversation_id) };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, call: &Call, input: DeleteConversation) -> Result<DeleteConversationResponse> {
    family
        .work
        .mutate(call, async |work| {
            let own = conversation::owned_by(call.user()).filter(conversation::Column::Id.eq(input.conversation));
            let row = work.lock_one(own).await?.ok_or_else(|| not_found("conversation"))?;
            let member = family_member::Entity::find_by_id(row.member_id).one(&work.tx).await?;
            let member = member.ok_or_else(|| Error::internal("a conversation with nobody"))?;
            let mut gone = row.into_active_model();
            gone.deleted_at = Set(Some(call.now()));
            gone.updated_at = Set(call.now());
            let conversation = gone.update(&work.tx).await?.to_proto(&member.name);
            work.audit(&conversation.id, &conversation)?;
            Ok(DeleteConversationResponse { conversation: Some(conversation) })
        })
        .await
}
