//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod assessment;
pub mod learning_insight;
pub mod learning_path;
pub mod message;
pub mod path_step;
pub mod progress;
pub mod question;
pub mod student_profile;
pub mod tutoring_session;
