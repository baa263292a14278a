//! One file per table: its columns, finders, pure state rules, and its form in the contract.

pub mod application;
pub mod contract;
pub mod dispute;
pub mod job;
pub mod job_skill;
pub mod milestone;
pub mod profile_skill;
pub mod skill_profile;
