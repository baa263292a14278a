//! The table of contents: every RPC of `ForgeService`, and where it lives.

use proto::azora::forge::v1::forge_service_server::ForgeService;
use proto::azora::forge::v1::{
    CreateJobRequest, CreateJobResponse, GetJobRequest, GetJobResponse, GetSkillProfileRequest,
    GetSkillProfileResponse, ListJobsRequest, ListJobsResponse, SearchJobsRequest, SearchJobsResponse,
    UpdateSkillProfileRequest, UpdateSkillProfileResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Forge;
use crate::rpc::{create_job, get_job, get_skill_profile, list_jobs, search_jobs, update_skill_profile};

#[tonic::async_trait]
impl ForgeService for Forge {
    async fn create_job(&self, request: Request<CreateJobRequest>) -> Rpc<CreateJobResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(create_job::run(self, &call, input).await?))
    }

    async fn get_job(&self, request: Request<GetJobRequest>) -> Rpc<GetJobResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_job::run(self, &call, input).await?))
    }

    async fn list_jobs(&self, request: Request<ListJobsRequest>) -> Rpc<ListJobsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_jobs::run(self, &call, input).await?))
    }

    async fn search_jobs(&self, request: Request<SearchJobsRequest>) -> Rpc<SearchJobsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(search_jobs::run(self, &call, input).await?))
    }

    async fn update_skill_profile(
        &self,
        request: Request<UpdateSkillProfileRequest>,
    ) -> Rpc<UpdateSkillProfileResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_skill_profile::run(self, &call, input).await?))
    }

    async fn get_skill_profile(&self, request: Request<GetSkillProfileRequest>) -> Rpc<GetSkillProfileResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_skill_profile::run(self, &call, input).await?))
    }
}
