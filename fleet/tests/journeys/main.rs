//! Promises that no service can keep alone.

#![expect(clippy::expect_used, clippy::panic, reason = "tests are free to")]

mod bookkeeping;
mod canaries;
mod compose;
mod independent;
mod ledger;
mod models;
mod operator;
mod people;
mod refreshes;
mod revocation;
mod seeded;
mod thefts;
mod traces;
