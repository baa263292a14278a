//! One file per RPC, named after it.

pub mod create_wallet;
pub mod get_wallet;
pub mod list_wallets;
