//! The trace that a transaction, or a hold set or freed, leaves on one wallet. Append-only: the newest posting of a
//! wallet is its balance.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use shared::amount::Amount;
use shared::clock::Time;
use shared::db;
use shared::error::{Error, Result};

use crate::entity::wallet;
use crate::id::{HoldId, TransactionId, WalletId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "postings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub wallet_id: WalletId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub transaction_id: Option<TransactionId>,
    pub hold_id: Option<HoldId>,
    pub amount: Amount,
    pub held_delta: Amount,
    pub balance_after: Amount,
    pub held_after: Amount,
    pub effective_at: Time,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// What the books said of a wallet at some moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub balance: Amount,
    pub held: Amount,
    /// How many postings it had.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct Found {
    version: i64,
    balance_after: Option<Amount>,
    held_after: Option<Amount>,
}

/// What the books said of a wallet before a moment: its times rise with its versions, so that the last posting before it is
/// among half as many with each look, and no index has to know of times.
///
/// # Errors
/// A version without its posting, which only broken books explain.
pub async fn standing_before(db: &impl ConnectionTrait, wallet: &wallet::Model, moment: Time) -> Result<Standing> {
    let sql = "WITH RECURSIVE search (low, high) AS (
            SELECT CAST(0 AS bigint), CAST($3 AS bigint)
            UNION ALL
            SELECT CASE WHEN created_at < $2 THEN version ELSE low END,
                   CASE WHEN created_at < $2 THEN high ELSE version - 1 END
            FROM search JOIN postings ON wallet_id = $1 AND version = (low + high + 1) / 2
            WHERE low < high
        )
        SELECT low AS version, balance_after, held_after
        FROM search LEFT JOIN postings ON wallet_id = $1 AND version = low
        WHERE low = high";
    let asked = [wallet.id.into(), moment.into(), wallet.version.into()];
    let statement = Statement::from_sql_and_values(db::backend(db), sql, asked);
    let found = Found::find_by_statement(statement).one(db).await?;
    match found {
        Some(Found { version: 0, .. }) => Ok(Standing::default()),
        Some(Found { version, balance_after: Some(balance), held_after: Some(held) }) => {
            Ok(Standing { balance, held, version })
        }
        _ => Err(Error::internal(format!("wallet {} lacks a posting", wallet.id))),
    }
}
