//! Rows of one table, as commands change them, with a way back.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// The rows, by id.
#[derive(Debug)]
pub struct Rows<K, M> {
    now: HashMap<K, M>,
    /// Those that the database does not have yet.
    new: BTreeSet<K>,
    changed: BTreeSet<K>,
    /// What each change replaced, in their order.
    before: Vec<(K, Option<M>)>,
}

impl<K, M> Default for Rows<K, M> {
    fn default() -> Self {
        Self { now: HashMap::new(), new: BTreeSet::new(), changed: BTreeSet::new(), before: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash + Ord, M> Rows<K, M> {
    /// Rows as the database has them.
    pub fn of(rows: impl IntoIterator<Item = (K, M)>) -> Self {
        Self { now: rows.into_iter().collect(), ..Self::default() }
    }

    pub fn get(&self, id: &K) -> Option<&M> {
        self.now.get(id)
    }

    /// Puts a row in the place of the one with its id, or beside the others.
    pub fn put(&mut self, id: K, row: M) {
        let before = self.now.insert(id.clone(), row);
        if before.is_none() {
            self.new.insert(id.clone());
        }
        self.changed.insert(id.clone());
        self.before.push((id, before));
    }

    /// A state to go back to.
    pub fn mark(&self) -> usize {
        self.before.len()
    }

    /// Undoes everything since the mark.
    pub fn go_back(&mut self, mark: usize) {
        for (id, before) in self.before.drain(mark..).rev() {
            if let Some(row) = before {
                self.now.insert(id, row);
            } else {
                self.now.remove(&id);
                self.new.remove(&id);
            }
        }
    }

    /// What has to be written: new rows, and changed ones.
    pub fn written(mut self) -> (Vec<M>, Vec<M>) {
        let mut take = |ids: BTreeSet<K>| ids.into_iter().filter_map(|id| self.now.remove(&id)).collect();
        (take(self.new), take(self.changed))
    }
}
