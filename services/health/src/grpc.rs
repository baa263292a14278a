//! The table of contents: every RPC of `HealthService`, and where it lives.

use proto::azora::health::v1::health_service_server::HealthService;
use proto::azora::health::v1::{
    ListServicesRequest, ListServicesResponse, QueryLogsRequest, QueryLogsResponse, RegisterServiceRequest,
    RegisterServiceResponse, WriteLogsRequest, WriteLogsResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Health;
use crate::rpc::{list_services, query_logs, register_service, write_logs};

#[tonic::async_trait]
impl HealthService for Health {
    async fn write_logs(&self, request: Request<WriteLogsRequest>) -> Rpc<WriteLogsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(write_logs::run(self, &call, input).await?))
    }

    async fn query_logs(&self, request: Request<QueryLogsRequest>) -> Rpc<QueryLogsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(query_logs::run(self, &call, input).await?))
    }

    async fn register_service(&self, request: Request<RegisterServiceRequest>) -> Rpc<RegisterServiceResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(register_service::run(self, &call, input).await?))
    }

    async fn list_services(&self, request: Request<ListServicesRequest>) -> Rpc<ListServicesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_services::run(self, &call, input).await?))
    }
}
