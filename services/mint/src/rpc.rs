//! One file per RPC, named after it.

pub mod batch_transfer;
pub mod burn_tokens;
pub mod capture_hold;
pub mod create_wallet;
pub mod deposit;
pub mod get_balance;
pub mod get_hold;
pub mod get_transaction;
pub mod get_wallet;
pub mod hold_funds;
pub mod list_transactions;
pub mod list_wallets;
pub mod mint_tokens;
pub mod reverse_transaction;
pub mod transfer;
pub mod void_hold;
pub mod withdraw;
