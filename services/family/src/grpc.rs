//! The table of contents: every RPC of `FamilyService`, and where it lives.

use proto::azora::family::v1::family_service_server::FamilyService;
use proto::azora::family::v1::{
    DeleteConversationRequest, DeleteConversationResponse, GetConversationRequest, GetConversationResponse,
    GetKinRequest, GetKinResponse, GetMemberRequest, GetMemberResponse, ListConversationsRequest,
    ListConversationsResponse, ListMembersRequest, ListMembersResponse, ListMessagesRequest, ListMessagesResponse,
    ListRelationshipsRequest, ListRelationshipsResponse, StartConversationRequest, StartConversationResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Family;
use crate::rpc::{
    delete_conversation, get_conversation, get_kin, get_member, list_conversations, list_members, list_messages,
    list_relationships, start_conversation,
};

#[tonic::async_trait]
impl FamilyService for Family {
    async fn list_members(&self, request: Request<ListMembersRequest>) -> Rpc<ListMembersResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_members::run(self, &call, input).await?))
    }

    async fn get_member(&self, request: Request<GetMemberRequest>) -> Rpc<GetMemberResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_member::run(self, &call, input).await?))
    }

    async fn list_relationships(&self, request: Request<ListRelationshipsRequest>) -> Rpc<ListRelationshipsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_relationships::run(self, &call, input).await?))
    }

    async fn get_kin(&self, request: Request<GetKinRequest>) -> Rpc<GetKinResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_kin::run(self, &call, input).await?))
    }

    async fn start_conversation(&self, request: Request<StartConversationRequest>) -> Rpc<StartConversationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(start_conversation::run(self, &call, input).await?))
    }

    async fn get_conversation(&self, request: Request<GetConversationRequest>) -> Rpc<GetConversationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_conversation::run(self, &call, input).await?))
    }

    async fn list_conversations(&self, request: Request<ListConversationsRequest>) -> Rpc<ListConversationsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_conversations::run(self, &call, input).await?))
    }

    async fn list_messages(&self, request: Request<ListMessagesRequest>) -> Rpc<ListMessagesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_messages::run(self, &call, input).await?))
    }

    async fn delete_conversation(
        &self,
        request: Request<DeleteConversationRequest>,
    ) -> Rpc<DeleteConversationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(delete_conversation::run(self, &call, input).await?))
    }
}
