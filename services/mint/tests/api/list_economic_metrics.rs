use mint::Mint;
use proto::azora::mint::v1::{EconomicMetrics, ListEconomicMetricsRequest, ListEconomicMetricsResponse};
use shared::testing::{TestService, TestUser, assert_fields};

use crate::record_economic_metrics::recorded;
use crate::{mint, tokens, wallet_with};

async fn list(user: &TestUser, request: ListEconomicMetricsRequest) -> ListEconomicMetricsResponse {
    mint(user).list_economic_metrics(request).await.unwrap().into_inner()
}

/// Three records, the newest first.
async fn series(service: &TestService<Mint>) -> Vec<EconomicMetrics> {
    let root = service.admin("root");
    // That of the start, since nothing has moved.
    let mut series = vec![recorded(&root).await];
    let id = wallet_with(service, &service.student("alice"), "10").await;
    for _ in 0..2 {
        mint(&root).mint_tokens(tokens(&id, "1")).await.unwrap();
        series.insert(0, recorded(&root).await);
    }
    series
}

#[tokio::test]
async fn figures_come_newest_first_page_by_page() {
    let service = TestService::<Mint>::start().await;
    let (alice, series) = (service.student("alice"), series(&service).await);
    let first = list(&alice, ListEconomicMetricsRequest { page_size: 2, ..Default::default() }).await;
    let page_token = first.next_page_token.clone();
    let second = ListEconomicMetricsRequest { page_size: 2, page_token, ..Default::default() };
    let second = list(&alice, second).await;
    assert_eq!(([first.metrics, second.metrics].concat(), second.next_page_token.as_str()), (series, ""));
}

#[tokio::test]
async fn they_can_be_narrowed_to_a_time() {
    let service = TestService::<Mint>::start().await;
    let (alice, series) = (service.student("alice"), series(&service).await);
    let (middle, newest) = (series[1].recorded_at, series[0].recorded_at);
    let narrowed = ListEconomicMetricsRequest { since: middle, until: newest, ..Default::default() };
    assert_eq!(list(&alice, narrowed).await.metrics, [series[1].clone()]);
    let backwards = ListEconomicMetricsRequest { since: newest, until: middle, ..Default::default() };
    assert_fields(&mint(&alice).list_economic_metrics(backwards).await, &["until"]);
}
