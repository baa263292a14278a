//! What a batch reads and writes: a fixed number of statements, however many commands there are.

use std::collections::{BTreeSet, HashSet};

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use shared::clock;
use shared::db::bulk;
use shared::error::Result;
use shared::work::Batch;

use super::External;
use super::books::{Books, Written, external_of};
use crate::entity::{transaction, wallet};
use crate::id::WalletId;

/// The rows that commands are judged by.
#[derive(Debug, Default)]
pub struct Needs {
    wallets: BTreeSet<WalletId>,
    externals: Vec<External>,
}

impl Needs {
    /// Wallets, to be locked. Which of them are there is found then.
    pub fn wallets(&mut self, ids: impl IntoIterator<Item = WalletId>) {
        self.wallets.extend(ids);
    }

    /// Whether movements with these references are on the books.
    pub fn externals(&mut self, externals: impl IntoIterator<Item = External>) {
        self.externals.extend(externals);
    }
}

/// Locks the wallets, reads what hangs on them, and takes the head of the audit chain last: from there to the commit one
/// batch follows the other, and so do the numbers of transactions.
pub async fn open(batch: &Batch, needs: Needs) -> Result<Books> {
    let tx = &batch.tx;
    let keys = needs.wallets.iter().map(|id| wallet::ActiveModel { id: Set(*id), ..Default::default() });
    let wallets = bulk::lock(tx, keys.collect()).await?;
    // In a statement of its own: what the locking one sees besides may be older than the lock.
    let used = used(tx, needs.externals).await?;
    batch.lock_audit_head().await?;
    Ok(Books::open(wallets, used, last_seq(tx).await?, clock::now()))
}

/// Writes what the commands have changed.
pub async fn close(tx: &impl ConnectionTrait, books: Books) -> Result<()> {
    use wallet::Column::{Balance, Earned, Held, Staked, UpdatedAt, Version};
    let Written { wallets, transactions, postings } = books.close();
    bulk::insert(tx, transactions.into_iter().map(IntoActiveModel::into_active_model).collect()).await?;
    bulk::insert(tx, postings.into_iter().map(IntoActiveModel::into_active_model).collect()).await?;
    let wallets = wallets.into_iter().map(IntoActiveModel::into_active_model).collect();
    bulk::update(tx, wallets, &[Balance, Held, Staked, Earned, Version, UpdatedAt]).await?;
    Ok(())
}

async fn used(tx: &impl ConnectionTrait, externals: Vec<External>) -> Result<HashSet<External>> {
    use transaction::Column::{Currency, ExternalDirection, ExternalReference};
    if externals.is_empty() {
        return Ok(HashSet::new());
    }
    let mut any = Condition::any();
    for external in externals {
        let same = Condition::all()
            .add(ExternalDirection.eq(external.direction))
            .add(Currency.eq(external.currency))
            .add(ExternalReference.eq(external.reference));
        any = any.add(same);
    }
    let rows = transaction::Entity::find().filter(any).all(tx).await?;
    Ok(rows.iter().filter_map(external_of).collect())
}

async fn last_seq(tx: &impl ConnectionTrait) -> Result<i64> {
    let newest = transaction::Entity::find()
        .select_only()
        .column(transaction::Column::Seq)
        .order_by_desc(transaction::Column::Seq)
        .into_tuple::<i64>()
        .one(tx)
        .await?;
    Ok(newest.unwrap_or(0))
}
