//! Shows a hold to whoever made it and to the owners of its wallets.

use proto::azora::mint::v1::{GetHoldRequest, GetHoldResponse};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Mint;
use crate::entity::{hold, wallet};
use crate::id::HoldId;

pub struct GetHold {
    hold: HoldId,
}

impl TryFrom<GetHoldRequest> for GetHold {
    type Error = Error;

    fn try_from(request: GetHoldRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { hold: fields.id("hold_id", &request.hold_id) };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetHold) -> Result<GetHoldResponse> {
    let db = mint.work.read();
    let hold = hold::Entity::find_by_id(input.hold).one(db).await?.ok_or_else(|| not_found("hold"))?;
    let wallets = [hold.debit_wallet_id, hold.credit_wallet_id];
    let own = wallet::visible_to(call).filter(wallet::Column::Id.is_in(wallets)).count(db).await?;
    if own == 0 && hold.creator != call.user().to_string() {
        return Err(not_found("hold"));
    }
    Ok(GetHoldResponse { hold: Some(hold.into()) })
}
