//! What became of a request that moves money, for whoever never got its answer.

use proto::azora::mint::v1::{GetOperationRequest, GetOperationResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::call::Call;
use shared::clock;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::fleet::request_claim;
use uuid::Uuid;

use crate::Mint;
use crate::entity::transaction;

const TRANSACTIONS_MAX: u64 = 1000;

pub struct GetOperation {
    operation: Uuid,
}

impl TryFrom<GetOperationRequest> for GetOperation {
    type Error = Error;

    fn try_from(request: GetOperationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { operation: fields.id("operation_id", &request.operation_id) };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetOperation) -> Result<GetOperationResponse> {
    let db = mint.work.read();
    let caller = call.user().to_string();
    let claim = request_claim::Entity::find_by_id((caller.clone(), input.operation)).one(db).await?;
    let claim = claim.ok_or_else(|| not_found("operation"))?;
    let transactions = transaction::Entity::find()
        .filter(transaction::Column::OperationCaller.eq(caller))
        .filter(transaction::Column::OperationId.eq(input.operation))
        .order_by_asc(transaction::Column::Seq)
        .limit(TRANSACTIONS_MAX)
        .all(db)
        .await?;
    Ok(GetOperationResponse {
        reason: claim.reason.unwrap_or_default(),
        method: claim.method,
        decided_at: Some(clock::to_proto(claim.decided_at)),
        transactions: transactions.into_iter().map(Into::into).collect(),
    })
}
