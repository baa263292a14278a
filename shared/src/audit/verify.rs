//! Walks the chains from their first entry to their heads and names the first link that does not hold.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{chain_hash, payload};
use crate::error::Result;
use crate::fleet::{audit_entry, audit_head};

/// Entries read at a time.
const BATCH: u64 = 1000;

/// What a walk over all chains found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries looked at.
    pub entries: u64,
    /// The head of each chain that has entries: chain, seq, hash.
    pub heads: Vec<(i32, i64, Vec<u8>)>,
    /// The first fault, if there is one.
    pub fault: Option<Fault>,
}

/// Where a chain breaks, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The chain.
    pub chain: i32,
    /// The place in the chain.
    pub seq: i64,
    /// What is wrong.
    pub what: &'static str,
}

/// Checks every entry of every chain, on whatever snapshot the connection shows.
///
/// # Errors
/// Whatever the database refuses; a broken chain is a report, not an error.
pub async fn verify(db: &impl ConnectionTrait) -> Result<Report> {
    let mut report = Report::default();
    let heads = audit_head::Entity::find().order_by_asc(audit_head::Column::Chain).all(db).await?;
    for head in heads {
        if let Some(fault) = verify_chain(db, &head, &mut report.entries).await? {
            report.fault = Some(fault);
            return Ok(report);
        }
        if head.seq > 0 {
            report.heads.push((head.chain, head.seq, head.hash));
        }
    }
    report.fault = stray_entry(db).await?;
    Ok(report)
}

async fn verify_chain(db: &impl ConnectionTrait, head: &audit_head::Model, entries: &mut u64) -> Result<Option<Fault>> {
    let chain = head.chain;
    let (mut seq, mut hash) = (0, vec![0; 32]);
    loop {
        let batch = audit_entry::Entity::find()
            .filter(audit_entry::Column::Chain.eq(chain))
            .filter(audit_entry::Column::Seq.gt(seq))
            .order_by_asc(audit_entry::Column::Seq)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(last) = batch.last() else { break };
        let next = (last.seq, last.hash.clone());
        for row in &batch {
            seq += 1;
            if let Some(what) = broken(row, seq, &hash) {
                return Ok(Some(Fault { chain, seq, what }));
            }
            hash.clone_from(&row.hash);
            *entries += 1;
        }
        (seq, hash) = next;
    }
    let what = if seq < head.seq {
        "entries are missing at the end"
    } else if seq > head.seq {
        "there are entries beyond the head"
    } else if hash != head.hash {
        "the head does not match the last entry"
    } else {
        return Ok(None);
    };
    Ok(Some(Fault { chain, seq: seq.min(head.seq) + 1, what }))
}

fn broken(row: &audit_entry::Model, seq: i64, previous: &[u8]) -> Option<&'static str> {
    if row.seq != seq {
        return Some("an entry is missing");
    }
    if row.prev_hash != previous {
        return Some("the entry does not follow the one before it");
    }
    if row.hash != chain_hash(row) {
        return Some("the entry was altered");
    }
    (row.payload != payload(row)).then_some("a column differs from what was recorded")
}

/// An entry on a chain that has no head.
async fn stray_entry(db: &impl ConnectionTrait) -> Result<Option<Fault>> {
    let heads =
        QuerySelect::query(&mut audit_head::Entity::find().select_only().column(audit_head::Column::Chain)).to_owned();
    let stray = audit_entry::Entity::find()
        .filter(audit_entry::Column::Chain.not_in_subquery(heads))
        .order_by_asc(audit_entry::Column::Seq)
        .one(db)
        .await?;
    Ok(stray.map(|row| Fault { chain: row.chain, seq: row.seq, what: "the chain has no head" }))
}
