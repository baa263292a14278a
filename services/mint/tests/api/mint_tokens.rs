use mint::Mint;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ExternalDirection, MintSource, MintTokensRequest, TransactionType};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{mint, tokens, wallet, wallet_in};

#[tokio::test]
async fn tokens_come_into_circulation() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let to = wallet_in(&alice, Currency::Azr).await.id;

    let request = MintTokensRequest { note: "by hand".into(), ..tokens(&to, "500") };
    let minted = mint(&root).mint_tokens(request).await.unwrap().into_inner().transaction.unwrap();

    assert_eq!((minted.r#type(), minted.reason.as_str()), (TransactionType::Mint, "Test money"));
    assert_eq!(minted.debit_wallet_id, "73af4138-7373-53e0-be13-e095a354f922", "issuance has the same id everywhere");
    assert!(minted.metadata.as_ref().unwrap().fields.contains_key("note"));
    assert_eq!(minted.external_direction(), ExternalDirection::Unspecified);
    let after = wallet(&alice, &to).await;
    assert_eq!((after.balance.as_str(), after.earned.as_str()), ("500", "0"));
    service.audit_ends_with("mint.tokens.mint", Outcome::Ok, &root).await;
}

#[tokio::test]
async fn a_reward_counts_as_earned() {
    let service = TestService::<Mint>::start().await;
    let (alice, seed) = (service.student("alice"), service.service("seed"));
    let to = wallet_in(&alice, Currency::Azr).await.id;

    for (source, amount) in [(MintSource::Unspecified, "450"), (MintSource::Mining, "50")] {
        let reward =
            MintTokensRequest { r#type: TransactionType::Reward.into(), source: source.into(), ..tokens(&to, amount) };
        mint(&seed).mint_tokens(reward).await.unwrap();
    }

    let after = wallet(&alice, &to).await;
    assert_eq!((after.balance.as_str(), after.earned.as_str()), ("500", "500"));
}

#[tokio::test]
async fn an_external_reference_is_used_once() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let to = wallet_in(&alice, Currency::Azr).await.id;
    let welcome = || MintTokensRequest { external_reference: format!("welcome/{}", alice.id), ..tokens(&to, "500") };

    let first = mint(&root).mint_tokens(welcome()).await.unwrap().into_inner().transaction.unwrap();
    let second = mint(&service.service("seed")).mint_tokens(welcome()).await;

    assert_eq!(first.external_direction(), ExternalDirection::In);
    assert_eq!(first.external_reference, format!("welcome/{}", alice.id));
    assert_refused(&second, Code::AlreadyExists, "EXTERNAL_REFERENCE_USED");
    assert_eq!(wallet(&alice, &to).await.balance, "500");
}

#[tokio::test]
async fn the_supply_is_capped_by_each_share_of_it() {
    let service = TestService::<Mint>::start().await;
    let (alice, root) = (service.student("alice"), service.admin("root"));
    let to = wallet_in(&alice, Currency::Azr).await.id;
    let reward = |amount| MintTokensRequest {
        r#type: TransactionType::Reward.into(),
        source: MintSource::Mining.into(),
        ..tokens(&to, amount)
    };

    let beyond_issuance = mint(&root).mint_tokens(tokens(&to, "550000000.00000001")).await;
    let beyond_mining = mint(&root).mint_tokens(reward("300000000.00000001")).await;
    mint(&root).mint_tokens(tokens(&to, "550000000")).await.unwrap();
    mint(&root).mint_tokens(reward("300000000")).await.unwrap();
    let one_more = mint(&root).mint_tokens(tokens(&to, "0.00000001")).await;

    assert_refused(&beyond_issuance, Code::ResourceExhausted, "SUPPLY_CAP_REACHED");
    assert_refused(&beyond_mining, Code::ResourceExhausted, "SUPPLY_CAP_REACHED");
    assert_refused(&one_more, Code::ResourceExhausted, "SUPPLY_CAP_REACHED");
    assert_eq!(wallet(&alice, &to).await.balance, "850000000");
    service.audit_ends_with("mint.tokens.mint", Outcome::Refused, &root).await;
}

#[tokio::test]
async fn tokens_go_to_wallets_in_azr_only() {
    let service = TestService::<Mint>::start().await;
    let root = service.admin("root");
    let dollars = wallet_in(&service.student("alice"), Currency::Usd).await.id;

    let mismatch = mint(&root).mint_tokens(tokens(&dollars, "1")).await;
    let unknown = mint(&root).mint_tokens(tokens(&new_id(), "1")).await;

    assert_refused(&mismatch, Code::FailedPrecondition, "CURRENCY_MISMATCH");
    assert_refused(&unknown, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn only_admins_and_the_seeder_mint() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let to = wallet_in(&alice, Currency::Azr).await.id;

    for caller in [alice, service.mediator("mina"), service.service("forge")] {
        let refused = mint(&caller).mint_tokens(tokens(&to, "1")).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}

#[tokio::test]
async fn mining_pays_rewards_and_nothing_else() {
    let service = TestService::<Mint>::start().await;
    let request = MintTokensRequest { source: MintSource::Mining.into(), ..tokens(&new_id(), "1") };

    let refused = mint(&service.admin("root")).mint_tokens(request).await;

    assert_fields(&refused, &["source"]);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let request = MintTokensRequest {
        r#type: TransactionType::Burn.into(),
        source: 99,
        reason: String::new(),
        external_reference: "r".repeat(121),
        note: "n".repeat(501),
        ..tokens("y", "0")
    };

    let refused = mint(&service.admin("root")).mint_tokens(request).await;

    assert_fields(&refused, &["wallet_id", "amount", "type", "source", "reason", "external_reference", "note"]);
}
