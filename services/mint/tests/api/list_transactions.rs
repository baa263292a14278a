use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ListTransactionsRequest, ListTransactionsResponse, Transaction, TransactionType};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::deposit::deposit_of;
use crate::{mint, transfer_of, wallet_in, wallet_with};

/// Alice had 10 AZR, of which 1 and then 2 went to Bob.
struct Scene {
    service: TestService<Mint>,
    alice: TestUser,
    bob: TestUser,
    hers: String,
    his: String,
    first: Transaction,
    second: Transaction,
}

async fn scene() -> Scene {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let hers = wallet_with(&service, &alice, "10").await;
    let his = wallet_in(&bob, Currency::Azr).await.id;
    let first = mint(&alice).transfer(transfer_of("1", &hers, &his)).await.unwrap().into_inner().transaction.unwrap();
    let second = mint(&alice).transfer(transfer_of("2", &hers, &his)).await.unwrap().into_inner().transaction.unwrap();
    Scene { service, alice, bob, hers, his, first, second }
}

async fn list(user: &TestUser, request: ListTransactionsRequest) -> ListTransactionsResponse {
    mint(user).list_transactions(request).await.unwrap().into_inner()
}

fn of_wallet(id: &str) -> ListTransactionsRequest {
    ListTransactionsRequest { wallet_id: id.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn movements_in_and_out_come_newest_first() {
    let scene = scene().await;

    let at_bob = list(&scene.bob, of_wallet(&scene.his)).await.transactions;
    let at_alice = list(&scene.alice, of_wallet(&scene.hers)).await.transactions;

    assert_eq!(at_bob, [scene.second.clone(), scene.first.clone()]);
    assert_eq!(at_alice[..2], [scene.second, scene.first]);
    assert_eq!((at_alice.len(), at_alice[2].r#type()), (3, TransactionType::Mint));
}

#[tokio::test]
async fn without_a_wallet_everything_the_caller_may_see_is_listed() {
    let scene = scene().await;
    let (carol, root) = (scene.service.student("carol"), scene.service.admin("root"));

    for (reader, count) in [(&scene.alice, 3), (&scene.bob, 2), (&carol, 0), (&root, 3)] {
        assert_eq!(list(reader, ListTransactionsRequest::default()).await.transactions.len(), count);
    }
}

#[tokio::test]
async fn a_list_can_be_narrowed_by_type_and_time() {
    let scene = scene().await;
    let hers = of_wallet(&scene.hers);

    let minted = ListTransactionsRequest { r#type: TransactionType::Mint.into(), ..hers.clone() };
    let since = ListTransactionsRequest { since: scene.second.created_at, ..hers.clone() };
    let between = ListTransactionsRequest { since: scene.first.created_at, until: scene.second.created_at, ..hers };

    assert_eq!(list(&scene.alice, minted).await.transactions.len(), 1);
    assert_eq!(list(&scene.alice, since).await.transactions, [scene.second]);
    assert_eq!(list(&scene.alice, between).await.transactions, [scene.first]);
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let scene = scene().await;
    let whole = list(&scene.alice, of_wallet(&scene.hers)).await.transactions;

    let two = ListTransactionsRequest { page_size: 2, ..of_wallet(&scene.hers) };
    let page = list(&scene.alice, two.clone()).await;
    let rest = list(&scene.alice, ListTransactionsRequest { page_token: page.next_page_token, ..two }).await;

    assert_eq!(page.transactions, whole[..2]);
    assert_eq!((&rest.transactions[..], rest.next_page_token.as_str()), (&whole[2..], ""));
}

#[tokio::test]
async fn what_moved_in_and_out_of_all_wallets_is_one_list_however_it_is_cut() {
    let scene = scene().await;
    let (root, alice) = (scene.service.admin("root"), &scene.alice);
    let dollars = wallet_in(alice, Currency::Usd).await.id;
    for turn in 0..3 {
        mint(&root).deposit(deposit_of("5", &dollars, &format!("bank/{turn}"))).await.unwrap();
        mint(&scene.bob).transfer(transfer_of("0.5", &scene.his, &scene.hers)).await.unwrap();
        mint(alice).transfer(transfer_of("0.25", &scene.hers, &scene.his)).await.unwrap();
    }

    let whole = list(alice, ListTransactionsRequest::default()).await.transactions;
    let numbers: Vec<i64> = whole.iter().map(|one| one.seq).collect();
    assert_eq!(numbers, (1..=12).rev().collect::<Vec<i64>>());
    for page_size in [1, 2, 5] {
        let (mut cut, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = ListTransactionsRequest { page_size, page_token, ..Default::default() };
            let page = list(alice, request).await;
            cut.extend(page.transactions);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(cut, whole, "pages of {page_size}");
    }
}

#[tokio::test]
async fn a_wallet_of_somebody_else_is_not_found() {
    let scene = scene().await;

    let refused = mint(&scene.bob).list_transactions(of_wallet(&scene.hers)).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    let forge = scene.service.service("forge");
    assert_eq!(list(&forge, of_wallet(&scene.hers)).await.transactions.len(), 3);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let scene = scene().await;
    let request = ListTransactionsRequest {
        page_size: -1,
        wallet_id: "mine".into(),
        r#type: 99,
        since: scene.second.created_at,
        until: scene.first.created_at,
        ..Default::default()
    };

    let refused = mint(&scene.alice).list_transactions(request).await;

    assert_fields(&refused, &["page_size", "wallet_id", "type", "until"]);
}
