//! Returns one transaction, to the owner of either of its wallets.

use proto::azora::mint::v1::{GetTransactionRequest, GetTransactionResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Mint;
use crate::entity::transaction;
use crate::id::TransactionId;

pub struct GetTransaction {
    transaction: TransactionId,
}

impl TryFrom<GetTransactionRequest> for GetTransaction {
    type Error = Error;

    fn try_from(request: GetTransactionRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { transaction: fields.id("transaction_id", &request.transaction_id) };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetTransaction) -> Result<GetTransactionResponse> {
    let row = transaction::visible_to(call)
        .filter(transaction::Column::Id.eq(input.transaction))
        .one(mint.work.read())
        .await?
        .ok_or_else(|| not_found("transaction"))?;
    Ok(GetTransactionResponse { transaction: Some(row.into()) })
}
