use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{GetBalanceRequest, GetBalanceResponse};
use shared::clock::{self, Time};
use shared::testing::{TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::hold_funds::promised;
use crate::{balance, mint, transfer_of, wallet_in};

fn at(wallet: &str, moment: Time) -> GetBalanceRequest {
    GetBalanceRequest { wallet_id: wallet.into(), as_of: Some(clock::to_proto(moment)) }
}

fn figures(answer: &GetBalanceResponse) -> (&str, &str, &str, i64) {
    (answer.balance.as_str(), answer.held.as_str(), answer.available.as_str(), answer.version)
}

#[tokio::test]
async fn what_can_be_spent_is_what_is_there_less_what_is_held() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, _, _, _) = promised(&service).await;
    assert_eq!(figures(&balance(&alice, &from).await), ("10", "4", "6", 2));
}

#[tokio::test]
async fn the_books_say_what_they_said() {
    let service = TestService::<Mint>::start().await;
    let before = clock::now();
    let (alice, from, bob, to, _) = promised(&service).await;
    let mut then = vec![(clock::now(), balance(&alice, &from).await)];
    for _ in 0..5 {
        mint(&alice).transfer(transfer_of("1", &from, &to)).await.unwrap();
        then.push((clock::now(), balance(&alice, &from).await));
    }
    for (moment, said) in then {
        assert_eq!(mint(&alice).get_balance(at(&from, moment)).await.unwrap().into_inner(), said);
    }
    let opened = mint(&alice).get_balance(at(&from, before)).await.unwrap().into_inner();
    assert_eq!(figures(&opened), ("0", "0", "0", 0));
    assert_eq!(figures(&balance(&bob, &to).await), ("5", "0", "5", 5));
}

#[tokio::test]
async fn the_future_is_not_told_and_other_peoples_wallets_neither() {
    let service = TestService::<Mint>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    let id = wallet_in(&alice, Currency::Azr).await.id;
    let tomorrow = at("x", clock::now() + chrono::Duration::days(1));
    assert_fields(&mint(&alice).get_balance(tomorrow).await, &["wallet_id", "as_of"]);
    for wallet_id in [id, new_id()] {
        let refused = mint(&bob).get_balance(GetBalanceRequest { wallet_id, as_of: None }).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
}
