//! One file per RPC, named after it.

pub mod list_services;
pub mod query_logs;
pub mod register_service;
pub mod write_logs;
