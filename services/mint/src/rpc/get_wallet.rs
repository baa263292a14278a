//! Returns one wallet, to those who may see it.

use proto::azora::mint::v1::{GetWalletRequest, GetWalletResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Mint;
use crate::id::WalletId;

pub struct GetWallet {
    wallet: WalletId,
}

impl TryFrom<GetWalletRequest> for GetWallet {
    type Error = Error;

    fn try_from(request: GetWalletRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { wallet: fields.id("wallet_id", &request.wallet_id) };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetWallet) -> Result<GetWalletResponse> {
    let row = mint.wallets.find(input.wallet).await?;
    let row = row.filter(|wallet| wallet.is_visible_to(call)).ok_or_else(|| not_found("wallet"))?;
    Ok(GetWalletResponse { wallet: Some(row.into()) })
}
