//! What is in a wallet, now or as the books said earlier. Versions and times of a wallet agree in their order, so the last
//! posting of an earlier moment is found by halving.

use proto::azora::mint::v1::{GetBalanceRequest, GetBalanceResponse};
use sea_orm::EntityTrait;
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Mint;
use crate::entity::{posting, wallet};
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
    let (balance, held, version) = match input.as_of {
        None => (row.balance, row.held, row.version),
        Some(moment) => at(mint, &row, moment).await?,
    };
    let available = wallet::Model { balance, held, ..row }.available()?;
    Ok(GetBalanceResponse {
        balance: balance.to_string(),
        held: held.to_string(),
        available: available.to_string(),
        version,
    })
}

/// Balance, held and version after the last posting that was written by that moment.
async fn at(mint: &Mint, wallet: &wallet::Model, moment: Time) -> Result<(Amount, Amount, i64)> {
    let mut last = (Amount::ZERO, Amount::ZERO, 0);
    let (mut low, mut high) = (1, wallet.version);
    while low <= high {
        let middle = low + (high - low) / 2;
        let posting = posting::Entity::find_by_id((wallet.id, middle)).one(mint.work.read()).await?;
        let posting = posting.ok_or_else(|| Error::internal("a version of a wallet without its posting"))?;
        if posting.created_at <= moment {
            last = (posting.balance_after, posting.held_after, middle);
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    Ok(last)
}
