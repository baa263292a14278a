//! What moved in a wallet between two moments, with the balance before and after.

use std::collections::HashMap;

use proto::azora::mint::v1::{GetStatementRequest, GetStatementResponse, StatementLine};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::clock::{self, Time};
use shared::db::bulk;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;

use crate::Mint;
use crate::entity::{posting, transaction};
use crate::id::{TransactionId, WalletId};

pub struct GetStatement {
    wallet: WalletId,
    from: Time,
    to: Time,
}

impl TryFrom<GetStatementRequest> for GetStatement {
    type Error = Error;

    fn try_from(request: GetStatementRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            wallet: fields.id("wallet_id", &request.wallet_id),
            from: fields.required_time("from", request.from.as_ref()),
            to: fields.required_time("to", request.to.as_ref()),
        };
        if input.to > clock::now() {
            fields.refuse("to", "must not lie in the future");
        } else if request.from.is_some() && request.to.is_some() && input.from >= input.to {
            fields.refuse("to", "must lie after from");
        }
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetStatement) -> Result<GetStatementResponse> {
    let row = mint.wallets.find(input.wallet).await?;
    let wallet = row.filter(|wallet| wallet.is_visible_to(call)).ok_or_else(|| not_found("wallet"))?;
    let db = mint.work.read();
    let opening = posting::standing_before(db, &wallet, input.from).await?;
    let closing = posting::standing_before(db, &wallet, input.to).await?;
    let within = posting::Entity::find()
        .filter(posting::Column::WalletId.eq(wallet.id))
        .filter(posting::Column::Version.gt(opening.version))
        .filter(posting::Column::Version.lte(closing.version));
    let page = page::in_order(db, call, within, posting::Column::Version).await?;
    check(&page.rows)?;
    let ids = page.rows.iter().filter_map(|row| row.transaction_id);
    let keys = ids.map(|id| transaction::ActiveModel { id: Set(id), ..Default::default() }).collect();
    let moved: HashMap<TransactionId, transaction::Model> =
        bulk::find(db, keys).await?.into_iter().map(|row| (row.id, row)).collect();
    Ok(GetStatementResponse {
        opening: opening.balance.to_string(),
        closing: closing.balance.to_string(),
        opening_version: opening.version,
        closing_version: closing.version,
        lines: page.rows.iter().map(|row| line(row, &moved)).collect(),
        next_page_token: page.next,
    })
}

/// Each line goes on where the one before ended: a statement that does not add up is not given.
fn check(lines: &[posting::Model]) -> Result<()> {
    for (before, after) in lines.iter().zip(lines.iter().skip(1)) {
        let sum = before.balance_after.plus(after.amount)?;
        if sum != after.balance_after || before.version + 1 != after.version {
            return Err(Error::internal("postings of a wallet that do not run on"));
        }
    }
    Ok(())
}

fn line(row: &posting::Model, moved: &HashMap<TransactionId, transaction::Model>) -> StatementLine {
    StatementLine {
        version: row.version,
        effective_at: Some(clock::to_proto(row.effective_at)),
        amount: row.amount.to_string(),
        held_delta: row.held_delta.to_string(),
        balance_after: row.balance_after.to_string(),
        held_after: row.held_after.to_string(),
        transaction: row.transaction_id.and_then(|id| moved.get(&id)).cloned().map(Into::into),
        hold_id: row.hold_id.map(|id| id.to_string()).unwrap_or_default(),
    }
}
