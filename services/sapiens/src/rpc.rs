//! One file per RPC, named after it.

pub mod complete_path_step;
pub mod create_learning_path;
pub mod end_tutoring_session;
pub mod get_learning_path;
pub mod get_progress;
pub mod get_student_profile;
pub mod get_tutoring_session;
pub mod list_learning_paths;
pub mod list_messages;
pub mod list_tutoring_sessions;
pub mod start_tutoring_session;
pub mod update_student_profile;
