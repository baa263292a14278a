//! Holds the books against every rule that they promise to keep.

use proto::azora::mint::v1::{VerifyLedgerRequest, VerifyLedgerResponse};
use shared::call::Call;
use shared::error::{Error, Result};

use crate::Mint;
use crate::rules;

pub struct VerifyLedger;

impl TryFrom<VerifyLedgerRequest> for VerifyLedger {
    type Error = Error;

    fn try_from(_request: VerifyLedgerRequest) -> Result<Self> {
        Ok(Self)
    }
}

pub async fn run(mint: &Mint, _call: &Call, _input: VerifyLedger) -> Result<VerifyLedgerResponse> {
    let snapshot = mint.work.snapshot().await?;
    let (rules, seq) = rules::verify(&snapshot).await?;
    snapshot.rollback().await?;
    let sound = rules.iter().all(|rule| rule.broken == 0);
    Ok(VerifyLedgerResponse { rules, seq, sound })
}
