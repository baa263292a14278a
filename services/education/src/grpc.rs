//! The table of contents: every RPC of `EducationService`, and where it lives.

use proto::azora::education::v1::education_service_server::EducationService;
use proto::azora::education::v1::{
    AddModuleRequest, AddModuleResponse, CreateCourseRequest, CreateCourseResponse, CreateStudentRequest,
    CreateStudentResponse, EnrollStudentRequest, EnrollStudentResponse, GetCourseRequest, GetCourseResponse,
    GetEnrollmentRequest, GetEnrollmentResponse, GetModuleRequest, GetModuleResponse, GetProgressRequest,
    GetProgressResponse, GetStudentRequest, GetStudentResponse, GetWalletRequest, GetWalletResponse,
    ListCoursesRequest, ListCoursesResponse, ListEnrollmentsRequest, ListEnrollmentsResponse, ListModulesRequest,
    ListModulesResponse, ListStudentsRequest, ListStudentsResponse, ListTransactionsRequest, ListTransactionsResponse,
    PublishCourseRequest, PublishCourseResponse, RecordProgressRequest, RecordProgressResponse, StartModuleRequest,
    StartModuleResponse, UpdateCourseRequest, UpdateCourseResponse, UpdateStudentRequest, UpdateStudentResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Education;
use crate::rpc::{
    add_module, create_course, create_student, enroll_student, get_course, get_enrollment, get_module, get_progress,
    get_student, get_wallet, list_courses, list_enrollments, list_modules, list_students, list_transactions,
    publish_course, record_progress, start_module, update_course, update_student,
};

#[tonic::async_trait]
impl EducationService for Education {
    async fn create_student(&self, request: Request<CreateStudentRequest>) -> Rpc<CreateStudentResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(create_student::run(self, &call, input).await?))
    }

    async fn get_student(&self, request: Request<GetStudentRequest>) -> Rpc<GetStudentResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_student::run(self, &call, input).await?))
    }

    async fn update_student(&self, request: Request<UpdateStudentRequest>) -> Rpc<UpdateStudentResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_student::run(self, &call, input).await?))
    }

    async fn list_students(&self, request: Request<ListStudentsRequest>) -> Rpc<ListStudentsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_students::run(self, &call, input).await?))
    }

    async fn create_course(&self, request: Request<CreateCourseRequest>) -> Rpc<CreateCourseResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(create_course::run(self, &call, input).await?))
    }

    async fn update_course(&self, request: Request<UpdateCourseRequest>) -> Rpc<UpdateCourseResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_course::run(self, &call, input).await?))
    }

    async fn publish_course(&self, request: Request<PublishCourseRequest>) -> Rpc<PublishCourseResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(publish_course::run(self, &call, input).await?))
    }

    async fn get_course(&self, request: Request<GetCourseRequest>) -> Rpc<GetCourseResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_course::run(self, &call, input).await?))
    }

    async fn list_courses(&self, request: Request<ListCoursesRequest>) -> Rpc<ListCoursesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_courses::run(self, &call, input).await?))
    }

    async fn add_module(&self, request: Request<AddModuleRequest>) -> Rpc<AddModuleResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(add_module::run(self, &call, input).await?))
    }

    async fn get_module(&self, request: Request<GetModuleRequest>) -> Rpc<GetModuleResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_module::run(self, &call, input).await?))
    }

    async fn list_modules(&self, request: Request<ListModulesRequest>) -> Rpc<ListModulesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_modules::run(self, &call, input).await?))
    }

    async fn enroll_student(&self, request: Request<EnrollStudentRequest>) -> Rpc<EnrollStudentResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(enroll_student::run(self, &call, input).await?))
    }

    async fn get_enrollment(&self, request: Request<GetEnrollmentRequest>) -> Rpc<GetEnrollmentResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_enrollment::run(self, &call, input).await?))
    }

    async fn list_enrollments(&self, request: Request<ListEnrollmentsRequest>) -> Rpc<ListEnrollmentsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_enrollments::run(self, &call, input).await?))
    }

    async fn start_module(&self, request: Request<StartModuleRequest>) -> Rpc<StartModuleResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(start_module::run(self, &call, input).await?))
    }

    async fn record_progress(&self, request: Request<RecordProgressRequest>) -> Rpc<RecordProgressResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(record_progress::run(self, &call, input).await?))
    }

    async fn get_progress(&self, request: Request<GetProgressRequest>) -> Rpc<GetProgressResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_progress::run(self, &call, input).await?))
    }

    async fn get_wallet(&self, request: Request<GetWalletRequest>) -> Rpc<GetWalletResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_wallet::run(self, &call, input).await?))
    }

    async fn list_transactions(&self, request: Request<ListTransactionsRequest>) -> Rpc<ListTransactionsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_transactions::run(self, &call, input).await?))
    }
}
