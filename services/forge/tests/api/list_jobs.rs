use forge::Forge;
use proto::azora::forge::v1::{CreateJobRequest, JobStatus, ListJobsRequest};
use shared::testing::TestService;

use crate::create_job::{dashboard, offered};
use crate::forge;

#[tokio::test]
async fn jobs_come_newest_first_and_can_be_narrowed() {
    let service = TestService::<Forge>::start().await;
    let kofi = service.employer("kofi");
    let first = offered(&kofi, dashboard()).await;
    let other = CreateJobRequest { category: "Data Science".into(), ..dashboard() };
    let second = offered(&service.employer("ama"), other).await;
    let list = async |request| forge(&service.student("themba")).list_jobs(request).await.unwrap().into_inner().jobs;
    let ids = |jobs: Vec<proto::azora::forge::v1::Job>| jobs.into_iter().map(|job| job.id).collect::<Vec<_>>();

    assert_eq!(ids(list(ListJobsRequest::default()).await), [second.id.clone(), first.id.clone()]);
    let category = ListJobsRequest { category: "Data Science".into(), ..Default::default() };
    assert_eq!(ids(list(category).await), [second.id]);
    let employer = ListJobsRequest { employer_id: kofi.id.to_string(), ..Default::default() };
    assert_eq!(ids(list(employer).await), [first.id]);
    let done = ListJobsRequest { status: JobStatus::Completed.into(), ..Default::default() };
    assert!(list(done).await.is_empty());
}
