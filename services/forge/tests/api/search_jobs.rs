use forge::Forge;
use proto::azora::forge::v1::{CreateJobRequest, SearchJobsRequest};
use shared::testing::{TestService, assert_fields};

use crate::create_job::{dashboard, offered};
use crate::forge;

#[tokio::test]
async fn jobs_are_found_by_text_skill_and_budget() {
    let service = TestService::<Forge>::start().await;
    let kofi = service.employer("kofi");
    offered(&kofi, dashboard()).await;
    let cheap = CreateJobRequest {
        title: "Python 100% script".into(),
        budget: "20.5".into(),
        skills: vec!["Python".into()],
        ..dashboard()
    };
    offered(&kofi, cheap).await;
    let found = async |request| {
        let jobs = forge(&service.student("themba")).search_jobs(request).await.unwrap().into_inner().jobs;
        jobs.into_iter().map(|job| job.title).collect::<Vec<_>>()
    };
    let by_text = |text: &str| SearchJobsRequest { text: text.into(), ..Default::default() };
    assert_eq!(found(by_text("react DASH")).await, ["Build React Dashboard"]);
    assert_eq!(found(by_text("100%")).await, ["Python 100% script"]);
    assert!(found(by_text("%_%")).await.is_empty());
    let skill = SearchJobsRequest { skills: vec!["PYTHON".into()], ..Default::default() };
    assert_eq!(found(skill).await, ["Python 100% script"]);
    let budget = SearchJobsRequest { budget_min: "20.50000001".into(), ..Default::default() };
    assert_eq!(found(budget).await, ["Build React Dashboard"]);
    let budget = SearchJobsRequest { budget_max: "20.5".into(), ..Default::default() };
    assert_eq!(found(budget).await, ["Python 100% script"]);
}

#[tokio::test]
async fn bounds_that_cross_are_refused() {
    let service = TestService::<Forge>::start().await;
    let crossed = SearchJobsRequest { budget_min: "2".into(), budget_max: "1".into(), ..Default::default() };
    assert_fields(&forge(&service.student("themba")).search_jobs(crossed).await, &["budget_max"]);
    let float = SearchJobsRequest { budget_min: "1e3".into(), ..Default::default() };
    assert_fields(&forge(&service.student("themba")).search_jobs(float).await, &["budget_min"]);
}
