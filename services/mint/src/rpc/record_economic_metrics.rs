//! Records the economy in figures, as the service does by itself from time to time.

use proto::azora::mint::v1::{EconomicMetrics, RecordEconomicMetricsRequest, RecordEconomicMetricsResponse};
use shared::call::Call;
use shared::error::{Error, Result};

use crate::Mint;
use crate::metrics;

pub struct RecordEconomicMetrics;

impl TryFrom<RecordEconomicMetricsRequest> for RecordEconomicMetrics {
    type Error = Error;

    fn try_from(_request: RecordEconomicMetricsRequest) -> Result<Self> {
        Ok(Self)
    }
}

pub async fn run(mint: &Mint, call: &Call, _input: RecordEconomicMetrics) -> Result<RecordEconomicMetricsResponse> {
    if let Some(answer) = mint.work.earlier(call).await? {
        return Ok(answer);
    }
    // Counted before the transaction: nobody waits for it who wants to write.
    let due = metrics::due(&mint.work).await?;
    mint.work
        .mutate(call, async |work| {
            let recorded = EconomicMetrics::from(metrics::keep(&work.tx, due).await?);
            work.audit(&recorded.id, &recorded)?;
            Ok(RecordEconomicMetricsResponse { metrics: Some(recorded) })
        })
        .await
}
