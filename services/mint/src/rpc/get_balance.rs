//! What is in a wallet, now or as the books said earlier.

use chrono::TimeDelta;
use proto::azora::mint::v1::{GetBalanceRequest, GetBalanceResponse};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Mint;
use crate::entity::posting::{self, Standing};
use crate::entity::wallet;
use crate::id::WalletId;

pub struct GetBalance {
    wallet: WalletId,
    as_of: Option<Time>,
}

impl TryFrom<GetBalanceRequest> for GetBalance {
    type Error = Error;

    fn try_from(request: GetBalanceRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let as_of = fields.time("as_of", request.as_of.as_ref());
        if as_of.is_some_and(|moment| moment > shared::clock::now()) {
            fields.refuse("as_of", "must not lie in the future");
        }
        let input = Self { wallet: fields.id("wallet_id", &request.wallet_id), as_of };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetBalance) -> Result<GetBalanceResponse> {
    let row = mint.wallets.find(input.wallet).await?;
    let row = row.filter(|wallet| wallet.is_visible_to(call)).ok_or_else(|| not_found("wallet"))?;
    let Standing { balance, held, version } = match input.as_of {
        None => Standing { balance: row.balance, held: row.held, version: row.version },
        // What was written at that moment counts, and nothing is written between two microseconds.
        Some(moment) => posting::standing_before(mint.work.read(), &row, moment + TimeDelta::microseconds(1)).await?,
    };
    let available = wallet::Model { balance, held, ..row }.available()?;
    Ok(GetBalanceResponse {
        balance: balance.to_string(),
        held: held.to_string(),
        available: available.to_string(),
        version,
    })
}
