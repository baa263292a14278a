//! Mint as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "what helps a test fails like a test")]

use mint::Mint;
use mint::entity::wallet as table;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{
    CreateWalletRequest, GetBalanceRequest, GetBalanceResponse, GetWalletRequest, MintTokensRequest, TransactionType,
    TransferRequest, Wallet, WalletKind,
};
use shared::testing::{TestChannel, TestService, TestUser, coverage, new_id};

mod amounts;
mod as_of;
mod audit_trail;
mod batch_transfer;
mod books;
mod burn_tokens;
mod capture_hold;
mod convert_currency;
mod create_wallet;
mod deposit;
mod distribute_ubi;
mod external;
mod get_balance;
mod get_economic_metrics;
mod get_hold;
mod get_mining_stats;
mod get_operation;
mod get_statement;
mod get_transaction;
mod get_wallet;
mod histories;
mod hold_funds;
mod journal;
mod list_economic_metrics;
mod list_exchange_rates;
mod list_mining_records;
mod list_stakes;
mod list_transactions;
mod list_wallets;
mod mint_tokens;
mod preview_stake_reward;
mod preview_ubi;
mod record_economic_metrics;
mod reverse_transaction;
mod stake;
mod submit_proof_of_knowledge;
mod transfer;
mod unstake;
mod update_exchange_rate;
mod verify;
mod verify_ledger;
mod void_hold;
mod withdraw;

/// The generated client, signed in as `user`.
fn mint(user: &TestUser) -> MintServiceClient<TestChannel> {
    MintServiceClient::new(user.channel())
}

/// The same, without the harness repeating its calls: for calls that race, or that are not to be tried again.
fn once(user: &TestUser) -> MintServiceClient<TestChannel> {
    MintServiceClient::new(user.channel().once())
}

/// The id of a wallet of the system.
fn system(kind: WalletKind, currency: Currency, reference: &str) -> String {
    table::id_of_system(kind, currency, reference).to_string()
}

/// A new, empty wallet of `user`.
async fn wallet_in(user: &TestUser, currency: Currency) -> Wallet {
    let request = CreateWalletRequest { request_id: new_id(), currency: currency.into(), ..Default::default() };
    mint(user).create_wallet(request).await.unwrap().into_inner().wallet.unwrap()
}

/// The id of a new AZR wallet of `user` with `amount` in it.
async fn wallet_with(service: &TestService<Mint>, user: &TestUser, amount: &str) -> String {
    let wallet = wallet_in(user, Currency::Azr).await;
    mint(&service.admin("root")).mint_tokens(tokens(&wallet.id, amount)).await.unwrap();
    wallet.id
}

/// The wallet as its owner sees it now.
async fn wallet(user: &TestUser, id: &str) -> Wallet {
    let request = GetWalletRequest { wallet_id: id.to_owned() };
    mint(user).get_wallet(request).await.unwrap().into_inner().wallet.unwrap()
}

/// What is in it, as its owner sees it now.
async fn balance(user: &TestUser, id: &str) -> GetBalanceResponse {
    let request = GetBalanceRequest { wallet_id: id.to_owned(), as_of: None };
    mint(user).get_balance(request).await.unwrap().into_inner()
}

/// A request to move money.
fn transfer_of(amount: &str, from: &str, to: &str) -> TransferRequest {
    TransferRequest {
        request_id: new_id(),
        from_wallet_id: from.to_owned(),
        to_wallet_id: to.to_owned(),
        amount: amount.to_owned(),
        ..Default::default()
    }
}

/// A request for new tokens out of issuance.
fn tokens(wallet: &str, amount: &str) -> MintTokensRequest {
    MintTokensRequest {
        request_id: new_id(),
        wallet_id: wallet.to_owned(),
        amount: amount.to_owned(),
        r#type: TransactionType::Mint.into(),
        reason: "Test money".to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Mint>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Mint>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let mint = TestService::<Mint>::start().await;
    coverage::entity::<mint::entity::economic_metrics::Entity>(&mint).await;
    coverage::entity::<mint::entity::exchange_rate::Entity>(&mint).await;
    coverage::entity::<mint::entity::hold::Entity>(&mint).await;
    coverage::entity::<mint::entity::mining_day::Entity>(&mint).await;
    coverage::entity::<mint::entity::mining_record::Entity>(&mint).await;
    coverage::entity::<mint::entity::posting::Entity>(&mint).await;
    coverage::entity::<mint::entity::stake::Entity>(&mint).await;
    coverage::entity::<mint::entity::transaction::Entity>(&mint).await;
    coverage::entity::<mint::entity::ubi_round::Entity>(&mint).await;
    coverage::entity::<mint::entity::wallet::Entity>(&mint).await;
}
