//! Lists what was recorded of the economy, newest first.

use proto::azora::mint::v1::{ListEconomicMetricsRequest, ListEconomicMetricsResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;

use crate::Mint;
use crate::entity::economic_metrics;

pub struct ListEconomicMetrics {
    since: Option<Time>,
    until: Option<Time>,
}

impl TryFrom<ListEconomicMetricsRequest> for ListEconomicMetrics {
    type Error = Error;

    fn try_from(request: ListEconomicMetricsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let (since, until) = fields.period("since", request.since.as_ref(), "until", request.until.as_ref());
        fields.finish(Self { since, until })
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ListEconomicMetrics) -> Result<ListEconomicMetricsResponse> {
    use economic_metrics::Column::{Id, RecordedAt};
    let recorded = economic_metrics::Entity::find()
        .apply_if(input.since, |list, since| list.filter(RecordedAt.gte(since)))
        .apply_if(input.until, |list, until| list.filter(RecordedAt.lt(until)));
    let page = page::newest(mint.work.read(), call, recorded, RecordedAt, Id).await?;
    Ok(ListEconomicMetricsResponse {
        next_page_token: page.next,
        metrics: page.rows.into_iter().map(Into::into).collect(),
    })
}
