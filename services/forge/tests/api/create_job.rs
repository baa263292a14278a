use forge::Forge;
use proto::azora::common::v1::Level;
use proto::azora::forge::v1::{CreateJobRequest, Job, JobStatus};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::forge;

pub fn dashboard() -> CreateJobRequest {
    CreateJobRequest {
        request_id: new_id(),
        title: "Build React Dashboard".into(),
        description: "One page that shows orders and stock at a glance.".into(),
        budget: "500".into(),
        skills: vec!["React".into(), "TypeScript".into(), "react ".into()],
        category: "Web Development".into(),
        ..Default::default()
    }
}

pub async fn offered(employer: &TestUser, request: CreateJobRequest) -> Job {
    forge(employer).create_job(request).await.unwrap().into_inner().job.unwrap()
}

#[tokio::test]
async fn a_job_is_open_at_once_and_asks_for_each_skill_once() {
    let service = TestService::<Forge>::start().await;
    let kofi = service.employer("kofi");
    let job = offered(&kofi, dashboard()).await;
    assert_eq!((job.status(), job.level(), job.budget.as_str()), (JobStatus::Open, Level::Intermediate, "500"));
    assert_eq!(job.skills, ["React", "TypeScript"]);
    service.audit_ends_with("forge.job.create", Outcome::Ok, &kofi).await;
}

#[tokio::test]
async fn only_employers_offer_jobs() {
    let service = TestService::<Forge>::start().await;
    let refused = forge(&service.student("themba")).create_job(dashboard()).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Forge>::start().await;
    let request = CreateJobRequest {
        request_id: "x".into(),
        title: "ab".into(),
        description: "short".into(),
        budget: "0".into(),
        category: String::new(),
        skills: vec!["x".into(); 21],
        level: 9,
        currency: 9,
        deadline: Some(prost_types::Timestamp { seconds: 1, nanos: 0 }),
    };
    let refused = forge(&service.employer("kofi")).create_job(request).await;
    let paths = ["request_id", "title", "description", "budget", "category", "skills", "level", "currency", "deadline"];
    assert_fields(&refused, &paths);
}
