//! What a round of basic income would come to if it began now: counted as DistributeUbi counts.

use proto::azora::mint::v1::{PreviewUbiRequest, PreviewUbiResponse};
use shared::call::Call;
use shared::error::{Error, Result};

use crate::Mint;

pub struct PreviewUbi;

impl TryFrom<PreviewUbiRequest> for PreviewUbi {
    type Error = Error;

    fn try_from(_request: PreviewUbiRequest) -> Result<Self> {
        Ok(Self)
    }
}

pub async fn run(mint: &Mint, call: &Call, _input: PreviewUbi) -> Result<PreviewUbiResponse> {
    let rate = mint.config.ubi_rate()?;
    let plan = rate.plan(&mint.work, call.now()).await?;
    Ok(PreviewUbiResponse { recipients: plan.recipients, total: plan.total.to_string(), base: rate.base.to_string() })
}
