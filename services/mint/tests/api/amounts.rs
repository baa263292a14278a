//! Amounts at the ends of their range and in every wrong writing, at each RPC that takes one from a caller.

use mint::Mint;
use proto::azora::common::v1::Currency;
use shared::testing::{TestService, assert_refused, new_id, reason_of};
use tonic::{Code, Response, Status};

use crate::deposit::deposit_of;
use crate::hold_funds::hold_of;
use crate::stake::{sound, stake_of};
use crate::{balance, once, tokens, transfer_of, wallet, wallet_in, wallet_with};

const LEAST: &str = "0.00000001";
const MOST: &str = "9999999999.99999999";

/// What is refused before anything is looked at, and why.
const REFUSED: [(&str, &str); 31] = [
    ("0", "AMOUNT_NOT_POSITIVE"),
    ("0.00000000", "AMOUNT_NOT_POSITIVE"),
    ("000", "AMOUNT_NOT_POSITIVE"),
    ("10000000000", "AMOUNT_OUT_OF_RANGE"),
    ("10000000000.00000000", "AMOUNT_OUT_OF_RANGE"),
    ("99999999999999999999999999999999", "AMOUNT_OUT_OF_RANGE"),
    ("", "AMOUNT_INVALID"),
    ("-0", "AMOUNT_INVALID"),
    ("-1", "AMOUNT_INVALID"),
    ("+1", "AMOUNT_INVALID"),
    ("0.000000001", "AMOUNT_INVALID"),
    ("1.000000000", "AMOUNT_INVALID"),
    ("9999999999.999999999", "AMOUNT_INVALID"),
    ("1e-8", "AMOUNT_INVALID"),
    ("1E8", "AMOUNT_INVALID"),
    ("1e0", "AMOUNT_INVALID"),
    (".5", "AMOUNT_INVALID"),
    ("5.", "AMOUNT_INVALID"),
    (".", "AMOUNT_INVALID"),
    ("1,5", "AMOUNT_INVALID"),
    ("1_000", "AMOUNT_INVALID"),
    ("1 000", "AMOUNT_INVALID"),
    (" 1", "AMOUNT_INVALID"),
    ("0x10", "AMOUNT_INVALID"),
    ("NaN", "AMOUNT_INVALID"),
    ("inf", "AMOUNT_INVALID"),
    // Digits all of them: Arabic, Devanagari, Bengali, fullwidth, and a superscript.
    ("\u{661}\u{662}", "AMOUNT_INVALID"),
    ("\u{967}", "AMOUNT_INVALID"),
    ("1.\u{9eb}", "AMOUNT_INVALID"),
    ("\u{ff11}", "AMOUNT_INVALID"),
    ("\u{b9}", "AMOUNT_INVALID"),
];

/// Empty where it was done, otherwise why not.
fn said<A>(answer: Result<Response<A>, Status>) -> String {
    answer.map_or_else(|status| reason_of(&status), |_done| String::new())
}

#[tokio::test]
async fn what_is_no_amount_is_refused_everywhere_for_the_same_reason() {
    let service = TestService::<Mint>::start().await;
    let (mut alice, mut root) = (once(&service.student("alice")), once(&service.admin("root")));
    let (one, other) = (new_id(), new_id());
    for (amount, reason) in REFUSED {
        let code = Code::InvalidArgument;
        assert_refused(&alice.transfer(transfer_of(amount, &one, &other)).await, code, reason);
        assert_refused(&alice.hold_funds(hold_of(amount, &one, &other)).await, code, reason);
        assert_refused(&alice.stake(stake_of(amount, &one, 30)).await, code, reason);
        assert_refused(&root.mint_tokens(tokens(&one, amount)).await, code, reason);
        assert_refused(&root.deposit(deposit_of(amount, &one, "bank/1")).await, code, reason);
    }
}

#[tokio::test]
async fn both_ends_of_the_range_are_amounts() {
    let service = TestService::<Mint>::start().await;
    let (user, bob) = (service.student("alice"), service.student("bob"));
    let (mut alice, mut root) = (once(&user), once(&service.admin("root")));
    let hers = wallet_with(&service, &user, "10").await;
    let his = wallet_in(&bob, Currency::Azr).await.id;
    for (amount, [moved, held, staked, minted]) in [
        (LEAST, ["", "", "STAKE_TOO_SMALL", ""]),
        ("0000000001.50000000", ["", "", "", ""]),
        (MOST, ["INSUFFICIENT_FUNDS", "INSUFFICIENT_FUNDS", "INSUFFICIENT_FUNDS", "SUPPLY_CAP_REACHED"]),
    ] {
        assert_eq!(said(alice.transfer(transfer_of(amount, &hers, &his)).await), moved, "{amount}");
        assert_eq!(said(alice.hold_funds(hold_of(amount, &hers, &his)).await), held, "{amount}");
        assert_eq!(said(alice.stake(stake_of(amount, &hers, 30)).await), staked, "{amount}");
        assert_eq!(said(root.mint_tokens(tokens(&hers, amount)).await), minted, "{amount}");
    }
    // 10 - 1.50000001 moved - 1.5 staked + 1.50000001 minted; 1.50000001 of it held.
    let has = balance(&user, &hers).await;
    assert_eq!((has.balance.as_str(), has.held.as_str()), ("8.5", "1.50000001"));
    assert_eq!(wallet(&bob, &his).await.balance, "1.50000001");
    sound(&service).await;
}

#[tokio::test]
async fn a_wallet_can_be_full_to_the_last_unit() {
    let service = TestService::<Mint>::start().await;
    let (user, mut root) = (service.student("alice"), once(&service.admin("root")));
    let dollars = wallet_in(&user, Currency::Usd).await.id;
    assert_eq!(said(root.deposit(deposit_of(MOST, &dollars, "bank/1")).await), "");
    assert_eq!(wallet(&user, &dollars).await.balance, MOST);
    let above = root.deposit(deposit_of(LEAST, &dollars, "bank/2")).await;
    assert_refused(&above, Code::InvalidArgument, "AMOUNT_OUT_OF_RANGE");
    assert_eq!(wallet(&user, &dollars).await.balance, MOST);
    sound(&service).await;
}
