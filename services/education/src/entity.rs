//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod assessment_submission;
pub mod course;
pub mod enrollment;
pub mod learning_progress;
pub mod module;
pub mod student;
pub mod transaction;
pub mod wallet;
