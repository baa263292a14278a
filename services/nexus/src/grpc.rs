//! The table of contents: every RPC of `NexusService`, and where it lives.

use proto::azora::nexus::v1::nexus_service_server::NexusService;
use proto::azora::nexus::v1::{
    GetUserProfileRequest, GetUserProfileResponse, ListInteractionsRequest, ListInteractionsResponse,
    RecordInteractionsRequest, RecordInteractionsResponse, UpdatePreferencesRequest, UpdatePreferencesResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Nexus;
use crate::rpc::{get_user_profile, list_interactions, record_interactions, update_preferences};

#[tonic::async_trait]
impl NexusService for Nexus {
    async fn get_user_profile(&self, request: Request<GetUserProfileRequest>) -> Rpc<GetUserProfileResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_user_profile::run(self, &call, input).await?))
    }

    async fn update_preferences(&self, request: Request<UpdatePreferencesRequest>) -> Rpc<UpdatePreferencesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_preferences::run(self, &call, input).await?))
    }

    async fn record_interactions(
        &self,
        request: Request<RecordInteractionsRequest>,
    ) -> Rpc<RecordInteractionsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(record_interactions::run(self, &call, input).await?))
    }

    async fn list_interactions(&self, request: Request<ListInteractionsRequest>) -> Rpc<ListInteractionsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_interactions::run(self, &call, input).await?))
    }
}
