//! The books as a journal for hledger: every movement is an entry, and at the end stands what each wallet is stored to
//! have, as balance assertions. A bookkeeping program that shares nothing with this one adds up the entries and holds the
//! sums against them.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;

use chrono::NaiveDate;
use proto::azora::mint::v1::TransactionStatus;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::db::bulk;
use shared::error::{Error, Result};
use shared::word::Word;

use crate::entity::{transaction, wallet};
use crate::id::WalletId;

/// Rows in memory at a time, however many there are.
const PAGE: u64 = 1000;
/// How amounts are read, and how balances are shown.
const HEAD: &str = "; Every movement in the order of its number, then what each wallet has
decimal-mark .
commodity 1.00000000 AZR
commodity 1.00000000 BTC
commodity 1.00000000 ETH
commodity 1.00000000 USD

";

/// Writes all of it. The connection has to be a snapshot: entries and balances belong to one moment.
///
/// # Errors
/// Whatever the database refuses, or whoever takes the text.
pub async fn write(db: &impl ConnectionTrait, out: &mut (impl Write + Send)) -> Result<()> {
    put(out, HEAD)?;
    let last = movements(db, out).await?;
    balances(db, out, last).await?;
    out.flush().map_err(|error| unwritten(&error))
}

/// The movements; gives the latest of their dates. Each page begins after the number of the last one: `transactions_seq_key`.
async fn movements(db: &impl ConnectionTrait, out: &mut (impl Write + Send)) -> Result<NaiveDate> {
    let completed = transaction::Column::Status.eq(Word(TransactionStatus::Completed));
    let all = transaction::Entity::find().filter(completed).order_by_asc(transaction::Column::Seq).limit(PAGE);
    let (mut after, mut latest) = (0, NaiveDate::default());
    loop {
        let rows = all.clone().filter(transaction::Column::Seq.gt(after)).all(db).await?;
        let Some(last) = rows.last() else { return Ok(latest) };
        after = last.seq;
        latest = rows.iter().map(|row| row.created_at.date_naive()).fold(latest, Ord::max);
        let ids: BTreeSet<WalletId> = rows.iter().flat_map(|row| [row.debit_wallet_id, row.credit_wallet_id]).collect();
        let keys = ids.into_iter().map(|id| wallet::ActiveModel { id: Set(id), ..Default::default() }).collect();
        let wallets: HashMap<WalletId, wallet::Model> =
            bulk::find(db, keys).await?.into_iter().map(|row: wallet::Model| (row.id, row)).collect();
        let entries = rows.iter().map(|row| entry(row, &wallets));
        put(out, &entries.collect::<Result<String>>()?)?;
    }
}

/// One movement. What people wrote about it is theirs, and stays out.
fn entry(row: &transaction::Model, wallets: &HashMap<WalletId, wallet::Model>) -> Result<String> {
    let account = |id: WalletId| {
        let wallet = wallets.get(&id).ok_or_else(|| Error::internal("a movement without its wallet"))?;
        Ok::<_, Error>(account_of(wallet))
    };
    let (debit, credit) = (account(row.debit_wallet_id)?, account(row.credit_wallet_id)?);
    let (date, number, kind) = (row.created_at.date_naive(), row.seq, row.r#type.text());
    let (out, come) = (row.amount.negated().with_all_places(), row.amount.with_all_places());
    let (id, currency) = (row.id, row.currency.text());
    Ok(format!(
        "{date} ({number}) {kind}  ; id:{id}\n    {debit}  {out} {currency}\n    {credit}  {come} {currency}\n\n"
    ))
}

/// What every wallet is stored to have, after all movements: hledger judges the entries of a day in the order of the file.
async fn balances(db: &impl ConnectionTrait, out: &mut (impl Write + Send), date: NaiveDate) -> Result<()> {
    let all = wallet::Entity::find().order_by_asc(wallet::Column::Id).limit(PAGE);
    let mut after = WalletId::default();
    loop {
        let rows = all.clone().filter(wallet::Column::Id.gt(after)).all(db).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let lines: String = rows.iter().map(assertion).collect();
        put(out, &format!("{date} balances\n{lines}\n"))?;
    }
}

fn assertion(wallet: &wallet::Model) -> String {
    let (account, balance) = (account_of(wallet), wallet.balance.with_all_places());
    let (currency, id) = (wallet.currency.text(), wallet.id);
    format!("    {account}  0.00000000 {currency} = {balance} {currency}  ; id:{id}\n")
}

/// `user:AZR:<owner>`, `fee:BTC:main`: as unique as the keys of the table. A name that hledger might read otherwise gives way
/// to the wallet's id.
fn account_of(wallet: &wallet::Model) -> String {
    let is_plain = |name: &str| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
        !name.is_empty() && name.chars().all(plain)
    };
    let own = match wallet.user_id {
        Some(owner) => owner.to_string(),
        None if is_plain(&wallet.r#ref) => wallet.r#ref.clone(),
        None => wallet.id.to_string(),
    };
    format!("{}:{}:{own}", wallet.kind, wallet.currency)
}

fn put(out: &mut impl Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes()).map_err(|error| unwritten(&error))
}

fn unwritten(error: &std::io::Error) -> Error {
    Error::internal(format!("the journal cannot be written: {error}"))
}
