//! Single rows that many callers ask for at once, read together: while one query runs, those who come meanwhile wait for
//! the next, which asks for all of their rows. A row is read after it was asked for, so it is never stale. Worth it for
//! the few reads that a benchmark names; alone, a caller is served as fast as without.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ColumnTrait, EntityTrait, ModelTrait, QueryFilter, Value};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::error::Result;
use crate::work::Door;

/// Rows of one query at most.
const TOGETHER_MAX: usize = 256;
/// Callers that wait at most; further ones wait for a place.
const WAITING_MAX: usize = 1024;

/// Reads rows of one entity by id.
pub struct Gather<E: EntityTrait> {
    asked: mpsc::Sender<Asked<E>>,
    door: Door,
    key: E::Column,
}

struct Asked<E: EntityTrait> {
    id: Uuid,
    answer: oneshot::Sender<Option<E::Model>>,
}

impl<E> Gather<E>
where
    E: EntityTrait<Column: Sync, Model: Clone + Send + Sync>,
{
    /// Begins to serve; `key` is the column with the id. Ends with the last handle.
    #[must_use]
    pub fn start(door: Door, key: E::Column) -> Self {
        let (asked, asking) = mpsc::channel(WAITING_MAX);
        tokio::spawn(serve::<E>(door.clone(), key, asking));
        Self { asked, door, key }
    }

    /// The row with this id.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn find(&self, id: impl Into<Uuid>) -> Result<Option<E::Model>> {
        let id = id.into();
        let (answer, answered) = oneshot::channel();
        if self.asked.send(Asked { id, answer }).await.is_ok()
            && let Ok(row) = answered.await
        {
            return Ok(row);
        }
        // The query for all of them failed: each caller asks alone and hears why.
        Ok(E::find().filter(self.key.eq(id)).one(self.door.read()).await?)
    }
}

async fn serve<E>(door: Door, key: E::Column, mut asking: mpsc::Receiver<Asked<E>>)
where
    E: EntityTrait<Model: Clone + Send + Sync>,
{
    while let Some(first) = asking.recv().await {
        // Callers that are ready to ask come before the query.
        tokio::task::yield_now().await;
        let mut batch = vec![first];
        while batch.len() < TOGETHER_MAX
            && let Ok(next) = asking.try_recv()
        {
            batch.push(next);
        }
        let ids: BTreeSet<Uuid> = batch.iter().map(|asked| asked.id).collect();
        let Ok(rows) = E::find().filter(key.is_in(padded(ids))).all(door.read()).await else { continue };
        let rows: HashMap<Value, E::Model> = rows.into_iter().map(|row| (row.get(key), row)).collect();
        for asked in batch {
            // A caller that has gone meanwhile needs no answer.
            let _gone = asked.answer.send(rows.get(&Value::from(asked.id)).cloned());
        }
    }
}

/// The ids, the last one repeated up to a power of two: nine forms of the statement instead of 256, so that each is
/// prepared once.
fn padded(ids: BTreeSet<Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    if let Some(last) = ids.last().copied() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_forms_of_the_statement() {
        let forms: BTreeSet<usize> =
            (1..=TOGETHER_MAX).map(|count| padded((0..count as u128).map(Uuid::from_u128).collect()).len()).collect();
        assert_eq!(forms.into_iter().collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 64, 128, 256]);
    }
}
