//! Lists wallets, newest first.

use proto::azora::mint::v1::{ListWalletsRequest, ListWalletsResponse};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;

use crate::Mint;
use crate::entity::wallet;

pub struct ListWallets {
    owner: Option<UserId>,
}

impl TryFrom<ListWalletsRequest> for ListWallets {
    type Error = Error;

    fn try_from(request: ListWalletsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { owner: fields.optional_id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ListWallets) -> Result<ListWalletsResponse> {
    let wallets = wallet::owned_by(call.subject("user_id", input.owner)?);
    let page = page::newest(mint.work.read(), call, wallets, wallet::Column::CreatedAt, wallet::Column::Id).await?;
    Ok(ListWalletsResponse { next_page_token: page.next, wallets: page.rows.into_iter().map(Into::into).collect() })
}
