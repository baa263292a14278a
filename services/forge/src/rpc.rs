//! One file per RPC, named after it.

pub mod create_job;
pub mod get_job;
pub mod get_skill_profile;
pub mod list_jobs;
pub mod search_jobs;
pub mod update_skill_profile;
