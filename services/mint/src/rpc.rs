//! One file per RPC, named after it.

pub mod create_wallet;
pub mod get_transaction;
pub mod get_wallet;
pub mod list_transactions;
pub mod list_wallets;
pub mod mint_tokens;
pub mod transfer;
