//! What a batch reads and writes: a fixed number of statements, however many commands there are.

use std::collections::{BTreeSet, HashMap, HashSet};

use proto::azora::mint::v1::ActivityType;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::db::bulk::{self, Writes};
use shared::error::Result;
use shared::id::UserId;
use shared::word::Word;
use shared::work::{Happened, Judged, Verdict};

use super::External;
use super::books::{Books, Opening, external_of};
use crate::entity::{hold, mining_day, mining_record, stake, transaction, ubi_round, wallet};
use crate::id::{HoldId, StakeId, TransactionId, WalletId};

const CHANGING_OF_DAYS: [mining_day::Column; 2] = [mining_day::Column::Paid, mining_day::Column::UpdatedAt];
const CHANGING_OF_HOLDS: [hold::Column; 3] = [hold::Column::Captured, hold::Column::Status, hold::Column::UpdatedAt];
const CHANGING_OF_ROUNDS: [ubi_round::Column; 6] = [
    ubi_round::Column::Recipients,
    ubi_round::Column::Total,
    ubi_round::Column::HoldId,
    ubi_round::Column::Cursor,
    ubi_round::Column::Status,
    ubi_round::Column::UpdatedAt,
];
const CHANGING_OF_STAKES: [stake::Column; 5] = [
    stake::Column::Status,
    stake::Column::EndedAt,
    stake::Column::UnstakeTransactionId,
    stake::Column::RewardTransactionId,
    stake::Column::UpdatedAt,
];
const CHANGING_OF_WALLETS: [wallet::Column; 6] = [
    wallet::Column::Balance,
    wallet::Column::Held,
    wallet::Column::Staked,
    wallet::Column::Earned,
    wallet::Column::Version,
    wallet::Column::UpdatedAt,
];

/// The rows that commands are judged by.
#[derive(Debug, Default)]
pub struct Needs {
    wallets: BTreeSet<WalletId>,
    holds: BTreeSet<HoldId>,
    stakes: BTreeSet<StakeId>,
    reversals: BTreeSet<TransactionId>,
    proofs: Vec<(WalletId, Word<ActivityType>, String)>,
    miners: BTreeSet<UserId>,
    rounds: BTreeSet<String>,
    externals: Vec<External>,
}

impl Needs {
    /// Wallets. Which of them are there is found then.
    pub fn wallets(&mut self, ids: impl IntoIterator<Item = WalletId>) {
        self.wallets.extend(ids);
    }

    /// A hold and its wallets, if it is there.
    pub fn hold(&mut self, hold: Option<&hold::Model>) {
        self.holds.extend(hold.map(|hold| hold.id));
        self.wallets.extend(hold.into_iter().flat_map(|hold| [hold.debit_wallet_id, hold.credit_wallet_id]));
    }

    /// A stake, its wallet and the hold on its reward, if it is there.
    pub fn stake(&mut self, stake: Option<&stake::Model>) {
        self.stakes.extend(stake.map(|stake| stake.id));
        self.wallets.extend(stake.map(|stake| stake.wallet_id));
        self.holds.extend(stake.and_then(|stake| stake.reward_hold_id));
    }

    /// Whether this activity has been paid for, and what its owner has been paid today; the wallet is to be asked for as well.
    pub fn proof(&mut self, wallet: &wallet::Model, activity: Word<ActivityType>, activity_id: &str) {
        self.proofs.push((wallet.id, activity, activity_id.to_owned()));
        self.miners.extend(wallet.user_id);
    }

    /// The round of a day, if there is one, and its hold as it was seen; its pool is to be asked for as well.
    pub fn round(&mut self, day: &str, hold: Option<HoldId>) {
        self.rounds.insert(day.to_owned());
        self.holds.extend(hold);
    }

    /// How much of these transactions has been taken back; their wallets are to be asked for as well.
    pub fn reversals(&mut self, ids: impl IntoIterator<Item = TransactionId>) {
        self.reversals.extend(ids);
    }

    /// Whether movements with these references are on the books.
    pub fn externals(&mut self, externals: impl IntoIterator<Item = External>) {
        self.externals.extend(externals);
    }
}

/// Reads the wallets and what hangs on them. The head of the audit chain is held, by which all who change wallets follow one
/// another: there are no locks on rows.
pub async fn open(tx: &impl ConnectionTrait, needs: Needs) -> Result<Books> {
    let keys = needs.wallets.iter().map(|id| wallet::ActiveModel { id: Set(*id), ..Default::default() });
    let wallets: Vec<wallet::Model> = bulk::find(tx, keys.collect()).await?;
    let now = clock::now();
    let latest = wallets.iter().map(|wallet: &wallet::Model| wallet.updated_at).fold(now, Ord::max);
    let opening = Opening {
        holds: holds(tx, needs.holds, &wallets, now).await?,
        stakes: stakes(tx, needs.stakes).await?,
        records: records(tx, needs.proofs).await?,
        days: days(tx, needs.miners, latest).await?,
        rounds: rounds(tx, needs.rounds).await?,
        reversed: reversed(tx, needs.reversals).await?,
        used: used(tx, needs.externals).await?,
        wallets,
    };
    Books::open(opening, now)
}

/// What has become of the commands, and what is to be written: wallets only where nobody has gone past the head and changed
/// them.
pub fn close(books: Books, verdicts: Vec<Result<Verdict>>) -> Judged {
    let closing = books.close();
    let mut versions = HashMap::new();
    for posting in &closing.postings {
        versions.entry(posting.wallet_id).or_insert(posting.version - 1);
    }
    let versions = closing.wallets.iter().map(|wallet| versions.get(&wallet.id).copied().unwrap_or(wallet.version));
    let versions = versions.map(Into::into).collect();
    let mut writes = Writes::default();
    writes.insert(active(closing.new_holds));
    writes.insert(active(closing.transactions));
    writes.insert(active(closing.postings));
    writes.insert(active(closing.new_stakes));
    writes.update(active(closing.stakes), &CHANGING_OF_STAKES);
    writes.insert(active(closing.new_records));
    writes.insert(active(closing.new_days));
    writes.update(active(closing.days), &CHANGING_OF_DAYS);
    writes.insert(active(closing.new_rounds));
    writes.update(active(closing.rounds), &CHANGING_OF_ROUNDS);
    writes.update(active(closing.holds), &CHANGING_OF_HOLDS);
    writes.update_unmoved(active(closing.wallets), &CHANGING_OF_WALLETS, wallet::Column::Version, versions);
    let happened = closing.expired.iter().map(|hold| Happened {
        action: "mint.hold.expire",
        resource_type: "hold",
        resource_id: hold.to_string(),
    });
    Judged { verdicts, happened: happened.collect(), writes }
}

fn active<M, A>(rows: Vec<M>) -> Vec<A>
where
    A: ActiveModelTrait,
    M: IntoActiveModel<A>,
{
    rows.into_iter().map(IntoActiveModel::into_active_model).collect()
}

/// Those asked for, and those of the wallets whose time is over.
async fn holds(
    tx: &impl ConnectionTrait,
    asked: BTreeSet<HoldId>,
    wallets: &[wallet::Model],
    now: Time,
) -> Result<Vec<hold::Model>> {
    let keys = asked.iter().map(|id| hold::ActiveModel { id: Set(*id), ..Default::default() });
    let mut found = bulk::find(tx, keys.collect()).await?;
    let holding: Vec<WalletId> =
        wallets.iter().filter(|wallet| wallet.held > Amount::ZERO).map(|wallet| wallet.id).collect();
    if !holding.is_empty() {
        let due = hold::due(now).filter(bulk::among(tx, hold::Column::DebitWalletId, holding)).all(tx).await?;
        found.extend(due.into_iter().filter(|hold| !asked.contains(&hold.id)));
    }
    Ok(found)
}

async fn stakes(tx: &impl ConnectionTrait, asked: BTreeSet<StakeId>) -> Result<Vec<stake::Model>> {
    let keys = asked.into_iter().map(|id| stake::ActiveModel { id: Set(id), ..Default::default() });
    Ok(bulk::find(tx, keys.collect()).await?)
}

async fn records(
    tx: &impl ConnectionTrait,
    proofs: Vec<(WalletId, Word<ActivityType>, String)>,
) -> Result<Vec<mining_record::Model>> {
    use mining_record::Column::{ActivityId, ActivityType, WalletId};
    let asked = proofs.into_iter().map(|(wallet, activity, id)| mining_record::ActiveModel {
        wallet_id: Set(wallet),
        activity_type: Set(activity),
        activity_id: Set(id),
        ..Default::default()
    });
    Ok(bulk::matching(tx, asked.collect(), &[WalletId, ActivityType, ActivityId]).await?)
}

async fn days(tx: &impl ConnectionTrait, users: BTreeSet<UserId>, now: Time) -> Result<Vec<mining_day::Model>> {
    let day = clock::day(now);
    let key = |user| mining_day::ActiveModel { user_id: Set(user), day: Set(day.clone()), ..Default::default() };
    Ok(bulk::find(tx, users.into_iter().map(key).collect()).await?)
}

async fn rounds(tx: &impl ConnectionTrait, days: BTreeSet<String>) -> Result<Vec<ubi_round::Model>> {
    if days.is_empty() {
        return Ok(Vec::new());
    }
    let days: Vec<String> = days.into_iter().collect();
    Ok(ubi_round::Entity::find().filter(bulk::among(tx, ubi_round::Column::Day, days)).all(tx).await?)
}

async fn reversed(tx: &impl ConnectionTrait, asked: BTreeSet<TransactionId>) -> Result<HashMap<TransactionId, Amount>> {
    let mut sums = HashMap::new();
    let asked =
        asked.into_iter().map(|id| transaction::ActiveModel { reverses_id: Set(Some(id)), ..Default::default() });
    let rows = bulk::matching(tx, asked.collect(), &[transaction::Column::ReversesId]).await?;
    for row in rows {
        let Some(id) = row.reverses_id else { continue };
        let sum = sums.entry(id).or_insert(Amount::ZERO);
        *sum = sum.plus(row.amount)?;
    }
    Ok(sums)
}

async fn used(tx: &impl ConnectionTrait, externals: Vec<External>) -> Result<HashSet<External>> {
    use transaction::Column::{Currency, ExternalDirection, ExternalReference};
    let asked = externals.into_iter().map(|external| transaction::ActiveModel {
        external_direction: Set(Some(external.direction)),
        currency: Set(external.currency),
        external_reference: Set(Some(external.reference)),
        ..Default::default()
    });
    let rows = bulk::matching(tx, asked.collect(), &[ExternalDirection, Currency, ExternalReference]).await?;
    Ok(rows.iter().filter_map(external_of).collect())
}
