//! A clock that a test moves. It is the clock of the test's own thread, of what its runtime does there, and of the threads that
//! its services start, so that tests beside it keep their time: it is for `#[tokio::test]` with its one thread, and not for
//! several. Services are started before it is moved, since the database that theirs are copied from is shared with other
//! tests.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;

use crate::clock::{Time, of_the_machine};

thread_local! {
    static HAND: RefCell<Hand> = RefCell::default();
}

/// How many seconds the clock is ahead, on all threads that go by it.
#[derive(Clone, Default)]
pub(crate) struct Hand(Arc<AtomicI64>);

impl Hand {
    /// What this thread goes by.
    pub(crate) fn here() -> Self {
        HAND.with_borrow(Clone::clone)
    }

    /// Lets this thread go by it.
    pub(crate) fn adopt(self) {
        HAND.set(self);
    }
}

pub(crate) fn ahead() -> TimeDelta {
    TimeDelta::seconds(Hand::here().0.load(Ordering::Relaxed))
}

/// The clock of this test. Dropped, it is the machine's again.
pub struct MovedClock(PhantomData<*const ()>);

impl MovedClock {
    /// At the machine's time.
    #[must_use]
    pub fn start() -> Self {
        Hand::here().0.store(0, Ordering::Relaxed);
        Self(PhantomData)
    }

    /// Lets so much time pass.
    pub fn forward(&self, by: TimeDelta) {
        Hand::here().0.fetch_add(by.num_seconds(), Ordering::Relaxed);
    }

    /// Lets it be this moment, to the second.
    pub fn set(&self, moment: Time) {
        Hand::here().0.store((moment - of_the_machine()).num_seconds(), Ordering::Relaxed);
    }
}

impl Drop for MovedClock {
    fn drop(&mut self) {
        Hand::here().0.store(0, Ordering::Relaxed);
    }
}
