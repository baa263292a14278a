//! Lists the services that are watched.

use proto::azora::health::v1::{ListServicesRequest, ListServicesResponse};
use shared::call::Call;
use shared::error::Result;
use shared::page;

use crate::Health;
use crate::entity::service;

pub async fn run(health: &Health, call: &Call, _input: ListServicesRequest) -> Result<ListServicesResponse> {
    let services = service::watched();
    let page =
        page::newest(health.work.read(), call, services, service::Column::CreatedAt, service::Column::Id).await?;
    Ok(ListServicesResponse { services: page.rows.into_iter().map(Into::into).collect(), next_page_token: page.next })
}
