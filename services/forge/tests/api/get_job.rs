use forge::Forge;
use proto::azora::forge::v1::GetJobRequest;
use sea_orm::ConnectionTrait;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::create_job::{dashboard, offered};
use crate::forge;

#[tokio::test]
async fn an_open_job_is_for_everybody_and_a_closed_one_for_its_employer() {
    let service = TestService::<Forge>::start().await;
    let kofi = service.employer("kofi");
    let get = GetJobRequest { job_id: offered(&kofi, dashboard()).await.id };
    forge(&service.student("themba")).get_job(get.clone()).await.unwrap();
    service.connection().execute_unprepared("UPDATE jobs SET status = 'cancelled'").await.unwrap();
    let stranger = forge(&service.student("themba")).get_job(get.clone()).await;
    assert_refused(&stranger, Code::NotFound, "NOT_FOUND");
    forge(&kofi).get_job(get.clone()).await.unwrap();
    forge(&service.admin("root")).get_job(get).await.unwrap();
}
