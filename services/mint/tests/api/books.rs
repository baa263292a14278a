//! The books as a whole, after money has moved in several ways.

use std::collections::BTreeMap;

use mint::Mint;
use mint::entity::{posting, transaction, wallet as table};
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{MintSource, MintTokensRequest, TransactionType};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use shared::amount::Amount;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::{mint, tokens, transfer_of, wallet_in, wallet_with};

/// Six movements that go through and two that do not.
async fn moved_about() -> TestService<Mint> {
    let service = TestService::<Mint>::start().await;
    let (alice, bob, root) = (service.student("alice"), service.educator("bob"), service.admin("root"));
    let hers = wallet_with(&service, &alice, "100").await;
    let his = wallet_with(&service, &bob, "0.00000003").await;
    wallet_in(&bob, Currency::Eth).await;
    let reward = MintTokensRequest {
        r#type: TransactionType::Reward.into(),
        source: MintSource::Mining.into(),
        ..tokens(&his, "72.92")
    };
    mint(&root).mint_tokens(reward).await.unwrap();
    mint(&alice).transfer(transfer_of("33.33333333", &hers, &his)).await.unwrap();
    mint(&bob).transfer(transfer_of("0.00000001", &his, &hers)).await.unwrap();
    mint(&alice).transfer(transfer_of("66.66666668", &hers, &his)).await.unwrap();
    for (amount, from, to) in [("0.00000001", &hers, &his), ("1000", &his, &hers)] {
        let owner = if from == &hers { &alice } else { &bob };
        let refused = mint(owner).transfer(transfer_of(amount, from, to)).await;
        assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    }
    service
}

async fn postings_of(wallet: &table::Model, db: &DatabaseConnection) -> Vec<posting::Model> {
    let postings = posting::Entity::find().filter(posting::Column::WalletId.eq(wallet.id));
    postings.order_by_asc(posting::Column::Version).all(db).await.unwrap()
}

#[tokio::test]
async fn all_balances_of_a_currency_sum_to_nothing() {
    let service = moved_about().await;

    let mut sums = BTreeMap::<&str, i128>::new();
    for wallet in table::Entity::find().all(service.connection()).await.unwrap() {
        *sums.entry(wallet.currency.text()).or_default() += i128::from(wallet.balance.units());
    }

    assert_eq!(sums, BTreeMap::from([("AZR", 0), ("BTC", 0), ("ETH", 0), ("USD", 0)]));
}

#[tokio::test]
async fn a_wallet_is_what_its_postings_say() {
    let service = moved_about().await;

    for wallet in table::Entity::find().all(service.connection()).await.unwrap() {
        let postings = postings_of(&wallet, service.connection()).await;
        let mut balance = 0;
        for (posting, version) in postings.iter().zip(1..) {
            balance += posting.amount.units();
            assert_eq!((posting.version, posting.balance_after.units()), (version, balance), "of {}", wallet.id);
        }
        let newest = postings.last().map_or((0, Amount::ZERO, Amount::ZERO), |newest| {
            (newest.version, newest.balance_after, newest.held_after)
        });
        assert_eq!((wallet.version, wallet.balance, wallet.held), newest, "of {}", wallet.id);
    }
}

#[tokio::test]
async fn every_transaction_has_two_postings_of_its_amount_and_a_number() {
    let service = moved_about().await;
    let db = service.connection();
    let transactions = transaction::Entity::find().order_by_asc(transaction::Column::Seq).all(db).await.unwrap();

    assert_eq!(transactions.len(), 6, "what was refused left no transaction");
    for (transaction, seq) in transactions.iter().zip(1..) {
        let of_it = posting::Entity::find().filter(posting::Column::TransactionId.eq(transaction.id));
        let mut legs: Vec<_> =
            of_it.all(db).await.unwrap().into_iter().map(|leg| (leg.amount, leg.wallet_id)).collect();
        legs.sort();
        let amount = transaction.amount;
        assert_eq!(transaction.seq, seq);
        assert_eq!(legs, [(amount.negated(), transaction.debit_wallet_id), (amount, transaction.credit_wallet_id)]);
    }
}

#[tokio::test]
async fn a_posting_cannot_be_altered_or_removed() {
    let service = moved_about().await;
    let db = service.connection();

    let altered = posting::Entity::update_many()
        .col_expr(posting::Column::Amount, sea_orm::sea_query::Expr::value(1))
        .exec(db)
        .await;
    let removed = posting::Entity::delete_many().exec(db).await;

    assert!(altered.unwrap_err().to_string().contains("append-only"));
    assert!(removed.unwrap_err().to_string().contains("append-only"));
}

#[tokio::test]
async fn a_transaction_cannot_be_altered_or_removed() {
    let service = moved_about().await;
    for change in [
        "UPDATE transactions SET amount = amount + 1",
        "UPDATE transactions SET credit_wallet_id = debit_wallet_id",
        "UPDATE transactions SET status = 'voided'",
        "DELETE FROM transactions",
    ] {
        let refused = service.connection().execute_unprepared(change).await.unwrap_err();
        assert!(refused.to_string().contains("refuses this change"), "{change}: {refused}");
    }
}

#[tokio::test]
async fn a_posting_is_one_of_the_two_sides_of_its_transaction() {
    let service = moved_about().await;
    let db = service.connection();
    if shared::db::backend(db) == sea_orm::DbBackend::Sqlite {
        return; // VerifyLedger finds it there.
    }
    for (wallet, amount) in [("debit_wallet_id", "amount"), ("credit_wallet_id", "2 * amount")] {
        let forged = format!(
            "INSERT INTO postings (wallet_id, version, transaction_id, amount, balance_after, held_after, effective_at, created_at)
             SELECT {wallet}, 1000, id, {amount}, 0, 0, created_at, created_at FROM transactions WHERE seq = 1"
        );
        let refused = db.execute_unprepared(&forged).await.unwrap_err();
        assert!(refused.to_string().contains("belong to nothing"), "{wallet}: {refused}");
    }
}

#[tokio::test]
async fn a_wallet_that_money_has_been_in_stays() {
    let service = moved_about().await;
    for change in ["DELETE FROM wallets", "UPDATE wallets SET currency = 'USD'"] {
        let refused = service.connection().execute_unprepared(change).await.unwrap_err();
        assert!(refused.to_string().contains("refuses this change"), "{change}: {refused}");
    }
}
