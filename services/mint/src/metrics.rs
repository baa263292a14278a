//! The economy in figures, all of them read at one moment: what there is, where it is, and how much of it moves. What does not
//! add up is not told.

use std::time::Duration;

use chrono::TimeDelta;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{
    EconomicMetrics, GetEconomicMetricsResponse, SupplyParts, TradeActivity, TransactionStatus, TransactionType,
    TypeVolume, WalletKind,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use shared::amount::Amount;
use shared::background::{Background, attempt};
use shared::clock::{self, Time};
use shared::error::{Error, Result};
use shared::word::Word;
use shared::work::Door;

use crate::entity::{economic_metrics, transaction, wallet};
use crate::id::MetricsId;
use crate::income::ACTIVE_DAYS;
use crate::sums::{self, Sum};

/// What counts as trade.
const TRADE: [TransactionType; 3] =
    [TransactionType::Transfer, TransactionType::Payment, TransactionType::EscrowRelease];

/// What over time is told of.
const DAY: TimeDelta = TimeDelta::days(1);
const MONTH: TimeDelta = TimeDelta::days(30);
/// What the background does.
const FIGURES: &str = "the figures of the economy";

/// What is found at one moment.
struct Figures {
    row: economic_metrics::Model,
    kinds: Vec<Wallets>,
    /// What moved within a day, by type.
    day: Vec<(Word<TransactionType>, Sum)>,
}

/// All wallets in AZR of one kind.
struct Wallets {
    kind: Word<WalletKind>,
    balance: Sum,
    held: Sum,
}

/// Records the figures when the service starts, and then again and again. Where nothing is recorded yet there is little to count:
/// the start waits for it, so that whoever asks finds something.
pub async fn follow(door: &Door, background: &Background, minutes: u64) -> Result<()> {
    let first = attempt(FIGURES, turn(door.clone()));
    if economic_metrics::newest().one(door.read()).await?.is_some() {
        background.run(first);
    } else {
        Box::pin(first).await;
    }
    let door = door.clone();
    background.every(Duration::from_mins(minutes), FIGURES, move || turn(door.clone()));
    Ok(())
}

/// Records the figures once.
pub async fn turn(door: Door) -> Result<()> {
    let figures = due(&door).await?;
    door.prepare(async |tx| {
        keep(tx, figures).await?;
        Ok(())
    })
    .await
}

/// What is to be recorded: where nothing has moved since the last time, what was recorded then.
pub async fn due(door: &Door) -> Result<economic_metrics::Model> {
    let newest = economic_metrics::newest().one(door.read()).await?;
    let version = transaction::last_seq(door.read()).await?;
    match newest {
        Some(row) if row.ledger_version == version => Ok(row),
        _ => {
            let snapshot = door.snapshot().await?;
            let figures = measure(&snapshot).await?;
            snapshot.rollback().await?;
            Ok(figures.row)
        }
    }
}

/// Records figures, unless others of the same state of the ledger are there: then those are the answer.
pub async fn keep(db: &impl ConnectionTrait, row: economic_metrics::Model) -> Result<economic_metrics::Model> {
    use economic_metrics::Column::LedgerVersion;
    let version = row.ledger_version;
    let there = || economic_metrics::Entity::find().filter(LedgerVersion.eq(version));
    if let Some(kept) = there().one(db).await? {
        return Ok(kept);
    }
    economic_metrics::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(LedgerVersion).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    there().one(db).await?.ok_or_else(|| Error::internal("figures that are recorded and are not"))
}

/// The figures of this moment, with what is not recorded of them.
pub async fn told(door: &Door) -> Result<GetEconomicMetricsResponse> {
    let snapshot = door.snapshot().await?;
    let figures = measure(&snapshot).await?;
    let month = traded(&volumes(&snapshot, figures.row.recorded_at - MONTH).await?);
    snapshot.rollback().await?;
    figures.told(month)
}

async fn measure(db: &impl ConnectionTrait) -> Result<Figures> {
    // The first question sets the moment.
    let ledger_version = transaction::last_seq(db).await?;
    let now = clock::now();
    let kinds = kinds(db).await?;
    let day = volumes(db, now - DAY).await?;
    // What has been counted once is not counted again: transactions never change.
    let before = economic_metrics::newest().one(db).await?;
    let counted = before.as_ref().map_or(0, |row| row.ledger_version);
    let minted = moved(db, counted, transaction::Column::DebitWalletId).await?;
    let burned = moved(db, counted, transaction::Column::CreditWalletId).await?;
    let earlier =
        |of: fn(&economic_metrics::Model) -> Amount| before.as_ref().map_or(0, |row| i128::from(of(row).units()));
    let users = kinds.iter().find(|one| *one.kind == WalletKind::User);
    let row = economic_metrics::Model {
        id: MetricsId::new(),
        active_wallets: active(db, now - TimeDelta::days(ACTIVE_DAYS), now).await?,
        recorded_at: now,
        ledger_version,
        total_supply: Sum(-balance(&kinds, &SOURCES)).amount()?,
        circulating_supply: Sum(balance(&kinds, &[WalletKind::User])).amount()?,
        total_staked: Sum(balance(&kinds, &[WalletKind::Stake])).amount()?,
        total_minted: Sum(minted.0 + earlier(|row| row.total_minted)).amount()?,
        total_burned: Sum(burned.0 + earlier(|row| row.total_burned)).amount()?,
        total_held: users.map(|users| users.held).unwrap_or_default().amount()?,
        daily_volume: traded(&day).at_most_the_largest(),
        created_at: now,
    };
    let figures = Figures { row, kinds, day };
    figures.check()?;
    Ok(figures)
}

/// Where all money comes from.
const SOURCES: [WalletKind; 2] = [WalletKind::Issuance, WalletKind::RewardPool];

impl Figures {
    fn check(&self) -> Result<()> {
        let whole: i128 = self.kinds.iter().map(|one| one.balance.0).sum();
        let made = self.row.total_minted.minus(self.row.total_burned)?;
        if whole == 0 && made == self.row.total_supply {
            return Ok(());
        }
        Err(Error::internal("figures of the economy that do not add up"))
    }

    fn parts(&self) -> Result<SupplyParts> {
        let part = |kind| Ok::<_, Error>(Sum(balance(&self.kinds, &[kind])).amount()?.to_string());
        Ok(SupplyParts {
            users: part(WalletKind::User)?,
            staked: part(WalletKind::Stake)?,
            escrow: part(WalletKind::Escrow)?,
            fees: part(WalletKind::Fee)?,
            liquidity: part(WalletKind::Liquidity)?,
            rounding: part(WalletKind::Rounding)?,
            external: part(WalletKind::External)?,
        })
    }

    /// All of it, as an answer, with what was traded within a month.
    fn told(self, month: Sum) -> Result<GetEconomicMetricsResponse> {
        let parts = self.parts()?;
        let activity = activity(month, self.row.circulating_supply);
        let by_type = self.day.iter().map(|(kind, volume)| TypeVolume {
            r#type: kind.number(),
            volume: volume.at_most_the_largest().to_string(),
        });
        Ok(GetEconomicMetricsResponse {
            parts: Some(parts),
            monthly_volume: month.at_most_the_largest().to_string(),
            trade_activity: activity.into(),
            daily_volumes: by_type.collect(),
            // They are not kept, so there is nothing to call them by.
            metrics: Some(EconomicMetrics { id: String::new(), ..self.row.into() }),
        })
    }
}

/// A word for how often a coin changes hands in 30 days.
fn activity(month: Sum, circulating: Amount) -> TradeActivity {
    let (traded, circulating) = (month.0 * 10, i128::from(circulating.units()));
    if traded > 15 * circulating {
        TradeActivity::Hot
    } else if traded > 8 * circulating {
        TradeActivity::Healthy
    } else {
        TradeActivity::Quiet
    }
}

fn balance(kinds: &[Wallets], of: &[WalletKind]) -> i128 {
    kinds.iter().filter(|one| of.contains(&one.kind)).map(|one| one.balance.0).sum()
}

fn traded(volumes: &[(Word<TransactionType>, Sum)]) -> Sum {
    Sum(volumes.iter().filter(|(kind, _)| TRADE.contains(kind)).map(|(_, volume)| volume.0).sum())
}

async fn kinds(db: &impl ConnectionTrait) -> Result<Vec<Wallets>> {
    let found = wallet::Entity::find()
        .select_only()
        .column(wallet::Column::Kind)
        .expr_as(sums::of("balance"), "balances")
        .expr_as(sums::of("held"), "holds")
        .filter(wallet::Column::Currency.eq(Word(Currency::Azr)))
        .group_by(wallet::Column::Kind)
        .into_tuple::<(Word<WalletKind>, Sum, Sum)>()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|(kind, balance, held)| Wallets { kind, balance, held }).collect())
}

/// People's wallets that something moved in, but for basic income.
async fn active(db: &impl ConnectionTrait, since: Time, until: Time) -> Result<i32> {
    let count = wallet::active_between(since, until)
        .select_only()
        .column_as(wallet::Column::Id.count(), "wallets")
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(i32::try_from(count.unwrap_or(0)).unwrap_or(i32::MAX))
}

/// What has moved in AZR.
fn completed() -> Select<transaction::Entity> {
    transaction::Entity::find()
        .filter(transaction::Column::Currency.eq(Word(Currency::Azr)))
        .filter(transaction::Column::Status.eq(Word(TransactionStatus::Completed)))
}

/// What has moved since a moment, by type.
async fn volumes(db: &impl ConnectionTrait, since: Time) -> Result<Vec<(Word<TransactionType>, Sum)>> {
    let found = completed()
        .select_only()
        .column(transaction::Column::Type)
        .expr_as(sums::of("amount"), "volume")
        .filter(transaction::Column::CreatedAt.gt(since))
        .group_by(transaction::Column::Type)
        .order_by_asc(transaction::Column::Type)
        .into_tuple::<(Word<TransactionType>, Sum)>()
        .all(db)
        .await?;
    Ok(found)
}

/// What has left issuance and the pools after one transaction, or has come back to them.
async fn moved(db: &impl ConnectionTrait, after: i64, side: transaction::Column) -> Result<Sum> {
    let sources = wallet::Entity::find()
        .select_only()
        .column(wallet::Column::Id)
        .filter(wallet::Column::Kind.is_in(SOURCES.map(Word)))
        .into_query();
    let sum = completed()
        .select_only()
        .expr_as(sums::of("amount"), "moved")
        .filter(transaction::Column::Seq.gt(after))
        .filter(side.in_subquery(sources))
        .into_tuple::<Sum>()
        .one(db)
        .await?;
    Ok(sum.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trade_is_quiet_healthy_or_hot() {
        let coins = Amount::whole(1000);
        let word = |traded: i64| activity(Sum(Amount::whole(traded).units().into()), coins);
        assert_eq!([word(0), word(800)], [TradeActivity::Quiet; 2]);
        assert_eq!([word(801), word(1500)], [TradeActivity::Healthy; 2]);
        assert_eq!(word(1501), TradeActivity::Hot);
        assert_eq!(activity(Sum(0), Amount::ZERO), TradeActivity::Quiet);
    }
}
