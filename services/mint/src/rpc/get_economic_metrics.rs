//! The economy in figures: those that were recorded last, or, for those who run the platform, those of this moment. Counting
//! reads every wallet once, so it is not for everybody.

use proto::azora::mint::v1::{GetEconomicMetricsRequest, GetEconomicMetricsResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};

use crate::Mint;
use crate::entity::economic_metrics;
use crate::metrics;

pub struct GetEconomicMetrics {
    fresh: bool,
}

impl TryFrom<GetEconomicMetricsRequest> for GetEconomicMetrics {
    type Error = Error;

    fn try_from(request: GetEconomicMetricsRequest) -> Result<Self> {
        Ok(Self { fresh: request.fresh })
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetEconomicMetrics) -> Result<GetEconomicMetricsResponse> {
    if input.fresh {
        call.require_privileged("fresh")?;
        return metrics::told(&mint.work).await;
    }
    let newest = economic_metrics::newest().one(mint.work.read()).await?;
    let newest = newest.ok_or_else(|| not_found("record of the economy"))?;
    Ok(GetEconomicMetricsResponse { metrics: Some(newest.into()), ..GetEconomicMetricsResponse::default() })
}
