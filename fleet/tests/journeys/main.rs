//! Promises that no service can keep alone.

#![expect(clippy::expect_used, clippy::panic, reason = "tests are free to")]

mod compose;
mod models;
mod operator;
mod seeded;
mod traces;
