//! Opens a wallet. One per user and currency: people name a user and a currency, never a wallet.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{CreateWalletRequest, CreateWalletResponse, Wallet};
use sea_orm::ActiveModelTrait;
use shared::call::Call;
use shared::error::{Error, Result, unique};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::Mint;
use crate::entity::wallet;
use crate::error::MintError;

pub struct CreateWallet {
    currency: Word<Currency>,
    owner: Option<UserId>,
}

impl TryFrom<CreateWalletRequest> for CreateWallet {
    type Error = Error;

    fn try_from(request: CreateWalletRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            currency: fields.word("currency", request.currency),
            owner: fields.optional_id("user_id", &request.user_id),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: CreateWallet) -> Result<CreateWalletResponse> {
    mint.work
        .mutate(call, async |work| {
            let owner = call.subject("user_id", input.owner)?;
            let row = wallet::open(owner, input.currency, call.now()).insert(&work.tx).await.map_err(unique(
                "wallets",
                ["user_id", "currency"],
                MintError::WalletExists(input.currency),
            ))?;
            let wallet = Wallet::from(row);
            work.audit(&wallet.id, &wallet)?;
            Ok(CreateWalletResponse { wallet: Some(wallet) })
        })
        .await
}
