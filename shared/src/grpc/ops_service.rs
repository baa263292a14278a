//! Says what is running behind this port.

use proto::azora::ops::v1::ops_service_server::OpsService;
use proto::azora::ops::v1::{GetServiceInfoRequest, GetServiceInfoResponse};
use tonic::{Request, Response};

use super::Info;
use crate::Rpc;
use crate::call::Call;
use crate::clock;
use crate::error::{Error, chain};

pub struct OpsDesk {
    pub info: Info,
}

#[tonic::async_trait]
impl OpsService for OpsDesk {
    async fn get_service_info(&self, request: Request<GetServiceInfoRequest>) -> Rpc<GetServiceInfoResponse> {
        let (_call, GetServiceInfoRequest {}) = Call::open(request)?;
        let status = self.info.migrator.status().await.map_err(|error| Error::internal(chain(&error)))?;
        Ok(Response::new(GetServiceInfoResponse {
            service: self.info.name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            backend: status.backend.to_owned(),
            schema_version: status.applied.last().cloned().unwrap_or_default(),
            pending_steps: status.pending,
            started_at: Some(clock::to_proto(self.info.started)),
        }))
    }
}
