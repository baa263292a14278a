//! Basic income: what everybody gets out of the community pool once a day, and more who has lately learnt. Whole numbers
//! only. All of it is judged as of one moment, so that a round that goes on later gives what it would have given at once.

use std::collections::HashMap;

use chrono::Duration;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{WalletKind, WalletStatus};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use shared::amount::Amount;
use shared::clock::Time;
use shared::db::bulk;
use shared::error::Result;
use shared::word::Word;
use shared::work::Door;

use crate::entity::{mining_record, wallet};
use crate::id::WalletId;
use crate::sums::Sum;

/// Who has moved money within so many days is active.
pub const ACTIVE_DAYS: i64 = 30;
/// One coin, in units of 1e-8.
const COIN: i128 = 100_000_000;
/// Wallets that are looked at together.
const PAGE: usize = 1000;

/// How much everybody gets.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub base: Amount,
    /// The most that it is multiplied by.
    pub factor_max: i32,
    /// So many records of knowledge make it once as much again.
    pub activity_full: i32,
}

/// What one wallet is to get; nothing where the base is too small for a whole coin.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    pub wallet: WalletId,
    pub amount: Amount,
}

/// What a round comes to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    pub recipients: i32,
    pub total: Amount,
}

/// The pool that pays.
pub fn pool() -> WalletId {
    wallet::id_of_system(WalletKind::RewardPool, Currency::Azr, "community")
}

impl Rate {
    /// floor(base x min(most, 1 + records / full)), in whole coins.
    pub fn share(self, records: i64) -> Amount {
        let full = i128::from(self.activity_full);
        let factor = (full + i128::from(records)).min(full * i128::from(self.factor_max));
        let coins = i128::from(self.base.units()) * factor / (full * COIN);
        Sum(coins * COIN).at_most_the_largest()
    }

    /// The shares of the next wallets in the order of their ids: active ones whose owners were so at that moment.
    pub async fn shares(
        self,
        db: &impl ConnectionTrait,
        at: Time,
        after: Option<WalletId>,
        most: usize,
    ) -> Result<Vec<Share>> {
        let since = at - Duration::days(ACTIVE_DAYS);
        let wallets: Vec<WalletId> = wallet::active_between(since, at)
            .select_only()
            .column(wallet::Column::Id)
            .filter(wallet::Column::Status.eq(Word(WalletStatus::Active)))
            .apply_if(after, |list, after| list.filter(wallet::Column::Id.gt(after)))
            .order_by_asc(wallet::Column::Id)
            .limit(most as u64)
            .into_tuple::<WalletId>()
            .all(db)
            .await?;
        let records = records(db, &wallets, since, at).await?;
        let share = |wallet| Share { wallet, amount: self.share(records.get(&wallet).copied().unwrap_or_default()) };
        Ok(wallets.into_iter().map(share).collect())
    }

    /// What a round would come to that begins at this moment.
    pub async fn plan(self, door: &Door, at: Time) -> Result<Plan> {
        let snapshot = door.snapshot().await?;
        let (mut recipients, mut total, mut after) = (0, 0, None);
        loop {
            let shares = self.shares(&snapshot, at, after, PAGE).await?;
            for share in shares.iter().filter(|share| share.amount > Amount::ZERO) {
                recipients += 1;
                total += i128::from(share.amount.units());
            }
            if shares.len() < PAGE {
                break;
            }
            after = shares.last().map(|share| share.wallet);
        }
        snapshot.rollback().await?;
        Ok(Plan { recipients, total: Sum(total).at_most_the_largest() })
    }
}

/// How many records of knowledge each of the wallets has.
async fn records(
    db: &impl ConnectionTrait,
    wallets: &[WalletId],
    since: Time,
    until: Time,
) -> Result<HashMap<WalletId, i64>> {
    use mining_record::Column;
    if wallets.is_empty() {
        return Ok(HashMap::new());
    }
    let counted = mining_record::Entity::find()
        .select_only()
        .column(Column::WalletId)
        .column_as(Column::Id.count(), "records")
        .filter(bulk::among(db, Column::WalletId, wallets.to_vec()))
        .filter(Column::MinedAt.gt(since))
        .filter(Column::MinedAt.lte(until))
        .group_by(Column::WalletId)
        .into_tuple::<(WalletId, i64)>()
        .all(db)
        .await?;
    Ok(counted.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_learns_gets_more_up_to_the_most_and_in_whole_coins() {
        let rate = |base: &str, factor_max, activity_full| Rate {
            base: Amount::parse(base).expect("an amount"),
            factor_max,
            activity_full,
        };
        for (rate, records, coins) in [
            (rate("10", 2, 100), 0, 10),
            (rate("10", 2, 100), 9, 10),
            (rate("10", 2, 100), 10, 11),
            (rate("10", 2, 100), 99, 19),
            (rate("10", 2, 100), 100, 20),
            (rate("10", 2, 100), 1_000_000, 20),
            (rate("10", 1, 100), 100, 10),
            (rate("10.99", 3, 2), 1, 16),
            (rate("0.99", 2, 100), 1, 0),
            (rate("0.99", 2, 100), 2, 1),
            (rate("0", 2, 100), 100, 0),
        ] {
            assert_eq!(rate.share(records), Amount::whole(coins), "{rate:?} {records}");
        }
        let most = rate("9999999999.99999999", 100, 1).share(i64::MAX);
        assert_eq!(most.units(), shared::amount::MAX_UNITS, "more than any pool has");
    }
}
