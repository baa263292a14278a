//! The table of contents: every RPC of `SapiensService`, and where it lives.

use proto::azora::sapiens::v1::sapiens_service_server::SapiensService;
use proto::azora::sapiens::v1::{
    CompletePathStepRequest, CompletePathStepResponse, CreateLearningPathRequest, CreateLearningPathResponse,
    EndTutoringSessionRequest, EndTutoringSessionResponse, GetLearningPathRequest, GetLearningPathResponse,
    GetProgressRequest, GetProgressResponse, GetStudentProfileRequest, GetStudentProfileResponse,
    GetTutoringSessionRequest, GetTutoringSessionResponse, ListLearningPathsRequest, ListLearningPathsResponse,
    ListMessagesRequest, ListMessagesResponse, ListTutoringSessionsRequest, ListTutoringSessionsResponse,
    StartTutoringSessionRequest, StartTutoringSessionResponse, UpdateStudentProfileRequest,
    UpdateStudentProfileResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Sapiens;
use crate::rpc::{
    complete_path_step, create_learning_path, end_tutoring_session, get_learning_path, get_progress,
    get_student_profile, get_tutoring_session, list_learning_paths, list_messages, list_tutoring_sessions,
    start_tutoring_session, update_student_profile,
};

#[tonic::async_trait]
impl SapiensService for Sapiens {
    async fn start_tutoring_session(
        &self,
        request: Request<StartTutoringSessionRequest>,
    ) -> Rpc<StartTutoringSessionResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(start_tutoring_session::run(self, &call, input).await?))
    }

    async fn end_tutoring_session(
        &self,
        request: Request<EndTutoringSessionRequest>,
    ) -> Rpc<EndTutoringSessionResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(end_tutoring_session::run(self, &call, input).await?))
    }

    async fn get_tutoring_session(
        &self,
        request: Request<GetTutoringSessionRequest>,
    ) -> Rpc<GetTutoringSessionResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_tutoring_session::run(self, &call, input).await?))
    }

    async fn list_tutoring_sessions(
        &self,
        request: Request<ListTutoringSessionsRequest>,
    ) -> Rpc<ListTutoringSessionsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_tutoring_sessions::run(self, &call, input).await?))
    }

    async fn list_messages(&self, request: Request<ListMessagesRequest>) -> Rpc<ListMessagesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_messages::run(self, &call, input).await?))
    }

    async fn create_learning_path(
        &self,
        request: Request<CreateLearningPathRequest>,
    ) -> Rpc<CreateLearningPathResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(create_learning_path::run(self, &call, input).await?))
    }

    async fn get_learning_path(&self, request: Request<GetLearningPathRequest>) -> Rpc<GetLearningPathResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_learning_path::run(self, &call, input).await?))
    }

    async fn list_learning_paths(&self, request: Request<ListLearningPathsRequest>) -> Rpc<ListLearningPathsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_learning_paths::run(self, &call, input).await?))
    }

    async fn complete_path_step(&self, request: Request<CompletePathStepRequest>) -> Rpc<CompletePathStepResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(complete_path_step::run(self, &call, input).await?))
    }

    async fn get_progress(&self, request: Request<GetProgressRequest>) -> Rpc<GetProgressResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_progress::run(self, &call, input).await?))
    }

    async fn get_student_profile(&self, request: Request<GetStudentProfileRequest>) -> Rpc<GetStudentProfileResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_student_profile::run(self, &call, input).await?))
    }

    async fn update_student_profile(
        &self,
        request: Request<UpdateStudentProfileRequest>,
    ) -> Rpc<UpdateStudentProfileResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_student_profile::run(self, &call, input).await?))
    }
}
