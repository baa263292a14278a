use chrono::TimeDelta;
use mint::Mint;
use mint::entity::wallet as table;
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{
    ConvertCurrencyRequest, ConvertCurrencyResponse, ExchangeRate, TransactionType, WalletKind, WalletStatus,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::testing::{MovedClock, Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::{Code, Response, Status};

use crate::capture_hold::set_status;
use crate::deposit::deposit_of;
use crate::reverse_transaction::reversal_of;
use crate::stake::sound;
use crate::update_exchange_rate::set_rate;
use crate::{mint, system, tokens, wallet, wallet_in, wallet_with};

fn sale_of(amount: &str, from: &str, to: &str) -> ConvertCurrencyRequest {
    ConvertCurrencyRequest {
        request_id: new_id(),
        from_wallet_id: from.into(),
        to_wallet_id: to.into(),
        amount: amount.into(),
        minimum_bought: String::new(),
    }
}

/// Puts an amount into a wallet, whatever its currency.
async fn fill(service: &TestService<Mint>, id: &str, currency: Currency, amount: &str) {
    let root = service.admin("root");
    if currency == Currency::Azr {
        mint(&root).mint_tokens(tokens(id, amount)).await.unwrap();
    } else {
        mint(&root).deposit(deposit_of(amount, id, &new_id())).await.unwrap();
    }
}

/// Alice with 100 AZR and 10 USD, and liquidity of 50 USD and 1000 AZR.
struct Scene {
    service: TestService<Mint>,
    alice: TestUser,
    azr: String,
    usd: String,
}

async fn scene_with(settings: &str) -> Scene {
    let service = TestService::<Mint>::with_settings(settings).await;
    let alice = service.student("alice");
    let azr = wallet_with(&service, &alice, "100").await;
    let usd = wallet_in(&alice, Currency::Usd).await.id;
    fill(&service, &usd, Currency::Usd, "10").await;
    for (currency, amount) in [(Currency::Usd, "50"), (Currency::Azr, "1000")] {
        fill(&service, &system(WalletKind::Liquidity, currency, "main"), currency, amount).await;
    }
    Scene { service, alice, azr, usd }
}

async fn scene() -> Scene {
    scene_with("").await
}

impl Scene {
    async fn convert(&self, request: ConvertCurrencyRequest) -> Result<Response<ConvertCurrencyResponse>, Status> {
        mint(&self.alice).convert_currency(request).await
    }

    async fn converted(&self, request: ConvertCurrencyRequest) -> ConvertCurrencyResponse {
        self.convert(request).await.unwrap().into_inner()
    }

    async fn in_system(&self, kind: WalletKind, currency: Currency) -> String {
        wallet(&self.service.admin("root"), &system(kind, currency, "main")).await.balance
    }

    async fn has(&self) -> (String, String) {
        (wallet(&self.alice, &self.azr).await.balance, wallet(&self.alice, &self.usd).await.balance)
    }
}

fn pair(azr: &str, usd: &str) -> (String, String) {
    (azr.into(), usd.into())
}

#[tokio::test]
async fn what_is_sold_the_fee_and_what_is_bought_move_together() {
    let scene = scene().await;

    let done = scene.converted(sale_of("100", &scene.azr, &scene.usd)).await;

    assert_eq!((done.sold.as_str(), done.fee.as_str(), done.bought.as_str()), ("100", "0.3", "9.97"));
    assert_eq!((done.sold_currency(), done.bought_currency()), (Currency::Azr, Currency::Usd));
    assert_eq!(done.rate, "0.1");
    let stock = |currency| system(WalletKind::Liquidity, currency, "main");
    let fees = system(WalletKind::Fee, Currency::Azr, "main");
    let moved: Vec<_> = done
        .transactions
        .iter()
        .map(|one| (one.r#type(), one.debit_wallet_id.as_str(), one.credit_wallet_id.as_str(), one.amount.as_str()))
        .collect();
    assert_eq!(
        moved,
        [
            (TransactionType::Conversion, scene.azr.as_str(), stock(Currency::Azr).as_str(), "99.7"),
            (TransactionType::Fee, scene.azr.as_str(), fees.as_str(), "0.3"),
            (TransactionType::Conversion, stock(Currency::Usd).as_str(), scene.usd.as_str(), "9.97"),
        ]
    );
    assert!(!done.group_id.is_empty());
    for one in &done.transactions {
        assert_eq!((one.group_id.as_str(), one.reason.as_str()), (done.group_id.as_str(), "1 AZR = 0.1 USD"));
        let noted = &one.metadata.as_ref().unwrap().fields["exchange_rate_id"];
        assert!(format!("{noted:?}").contains(&done.exchange_rate_id));
    }
    assert_eq!(scene.has().await, pair("0", "19.97"));
    assert_eq!(scene.in_system(WalletKind::Liquidity, Currency::Azr).await, "1099.7");
    assert_eq!(scene.in_system(WalletKind::Liquidity, Currency::Usd).await, "40.03");
    assert_eq!(scene.in_system(WalletKind::Fee, Currency::Azr).await, "0.3");
    scene.service.audit_ends_with("mint.currency.convert", Outcome::Ok, &scene.alice).await;
    sound(&scene.service).await;
}

#[tokio::test]
async fn azr_is_bought_at_the_same_rate() {
    let scene = scene().await;

    let done = scene.converted(sale_of("10", &scene.usd, &scene.azr)).await;

    assert_eq!((done.sold.as_str(), done.fee.as_str(), done.bought.as_str()), ("10", "0.03", "99.7"));
    assert_eq!((done.sold_currency(), done.rate.as_str()), (Currency::Usd, "0.1"));
    assert_eq!(scene.has().await, pair("199.7", "0"));
    assert_eq!(scene.in_system(WalletKind::Fee, Currency::Usd).await, "0.03");
    sound(&scene.service).await;
}

#[tokio::test]
async fn without_a_fee_there_are_two_movements_and_the_rounding_stays_in_liquidity() {
    let scene = scene_with("conversion_fee_bp = 0").await;
    set_rate(&scene.service, Currency::Usd, "0.3").await;

    let there = scene.converted(sale_of("1", &scene.usd, &scene.azr)).await;
    let back = scene.converted(sale_of(&there.bought, &scene.azr, &scene.usd)).await;

    assert_eq!((there.fee.as_str(), there.bought.as_str(), there.transactions.len()), ("0", "3.33333333", 2));
    assert_eq!(back.bought, "0.99999999");
    assert_eq!(scene.has().await, pair("100", "9.99999999"));
    assert_eq!(scene.in_system(WalletKind::Liquidity, Currency::Usd).await, "50.00000001");
    sound(&scene.service).await;
}

#[tokio::test]
async fn the_newest_rate_holds_and_a_repeat_is_answered_at_the_old_one() {
    let scene = scene().await;
    let request = sale_of("10", &scene.azr, &scene.usd);
    let first = scene.converted(request.clone()).await;

    let newer = set_rate(&scene.service, Currency::Usd, "0.2").await;
    let again = scene.converted(request).await;
    let second = scene.converted(sale_of("10", &scene.azr, &scene.usd)).await;

    assert_eq!(again, first);
    assert_eq!((first.rate.as_str(), first.bought.as_str()), ("0.1", "0.997"));
    assert_eq!((second.rate.as_str(), second.bought.as_str()), ("0.2", "1.994"));
    assert_eq!(second.exchange_rate_id, newer.id);
    assert_eq!(scene.has().await, pair("80", "12.991"));
}

#[tokio::test]
async fn the_newest_rate_holds_also_where_the_clock_has_stepped_back() {
    let scene = scene_with("conversion_fee_bp = 0").await;
    let clock = MovedClock::start();
    clock.forward(TimeDelta::hours(1));
    let ahead = set_rate(&scene.service, Currency::Usd, "0.2").await;
    clock.forward(TimeDelta::hours(-1));

    let newest = set_rate(&scene.service, Currency::Usd, "0.3").await;
    let done = scene.converted(sale_of("10", &scene.azr, &scene.usd)).await;

    let since = |rate: &ExchangeRate| rate.effective_from.map(|at| (at.seconds, at.nanos));
    assert!(since(&newest) > since(&ahead));
    assert_eq!((done.bought.as_str(), &done.exchange_rate_id), ("3", &newest.id));
}

#[tokio::test]
async fn no_leg_of_it_is_taken_back_alone() {
    let scene = scene().await;
    let root = scene.service.admin("root");
    let done = scene.converted(sale_of("100", &scene.azr, &scene.usd)).await;
    assert_eq!(done.transactions.len(), 3);

    for leg in &done.transactions {
        let refused = mint(&root).reverse_transaction(reversal_of(&leg.id, "")).await;
        assert_refused(&refused, Code::FailedPrecondition, "NOT_REVERSIBLE");
        let said = refused.unwrap_err();
        assert!(said.message().ends_with("it is part of a conversion; convert back instead"), "{said}");
    }
    assert_eq!(scene.has().await, pair("0", "19.97"));
}

#[tokio::test]
async fn nobody_pays_for_nothing_or_for_less_than_was_asked_for() {
    let scene = scene().await;
    let at_least = |minimum: &str| ConvertCurrencyRequest {
        minimum_bought: minimum.into(),
        ..sale_of("10", &scene.azr, &scene.usd)
    };

    let nothing = scene.convert(sale_of("0.00000009", &scene.azr, &scene.usd)).await;
    let less = scene.convert(at_least("0.99700001")).await;

    assert_refused(&nothing, Code::FailedPrecondition, "CONVERSION_BELOW_MINIMUM");
    assert_eq!(nothing.unwrap_err().message(), "it would buy 0, at least 0.00000001 is wanted");
    assert_refused(&less, Code::FailedPrecondition, "CONVERSION_BELOW_MINIMUM");
    assert_eq!(less.unwrap_err().message(), "it would buy 0.997, at least 0.99700001 is wanted");
    assert_eq!(scene.has().await, pair("100", "10"));
    assert_eq!(scene.converted(at_least("0.997")).await.bought, "0.997");
}

#[tokio::test]
async fn no_more_is_bought_than_there_is() {
    let scene = scene().await;
    fill(&scene.service, &scene.azr, Currency::Azr, "900").await;

    let refused = scene.convert(sale_of("502", &scene.azr, &scene.usd)).await;

    assert_refused(&refused, Code::FailedPrecondition, "LIQUIDITY_EXHAUSTED");
    assert_eq!(refused.unwrap_err().message(), "there is 50 to be bought, wanted 50.0494");
    assert_eq!(scene.has().await, pair("1000", "10"));
    assert_eq!(scene.in_system(WalletKind::Liquidity, Currency::Azr).await, "1000");
    assert_eq!(scene.in_system(WalletKind::Fee, Currency::Azr).await, "0");
    scene.service.audit_ends_with("mint.currency.convert", Outcome::Refused, &scene.alice).await;
    sound(&scene.service).await;
}

#[tokio::test]
async fn no_more_is_sold_than_there_is_fee_and_all() {
    let scene = scene().await;

    // What is left after the fee would be there.
    let refused = scene.convert(sale_of("100.00000001", &scene.azr, &scene.usd)).await;

    assert_refused(&refused, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
    assert_eq!(refused.unwrap_err().message(), "available 100, wanted 100.00000001");
    assert_eq!(scene.has().await, pair("100", "10"));
}

#[tokio::test]
async fn azr_has_to_be_on_one_side() {
    let scene = scene().await;
    let btc = wallet_in(&scene.alice, Currency::Btc).await.id;

    let refused = scene.convert(sale_of("1", &scene.usd, &btc)).await;

    assert_refused(&refused, Code::FailedPrecondition, "NO_RATE");
    assert_eq!(refused.unwrap_err().message(), "USD is not changed into BTC");
    assert_refused(&scene.convert(sale_of("1", &scene.usd, &scene.usd)).await, Code::InvalidArgument, "SAME_WALLET");
}

#[tokio::test]
async fn both_wallets_have_to_be_the_callers() {
    let scene = scene().await;
    let bob = scene.service.student("bob");
    let his = wallet_in(&bob, Currency::Usd).await.id;
    let stock = system(WalletKind::Liquidity, Currency::Usd, "main");

    for to in [his.clone(), stock, new_id()] {
        let refused = scene.convert(sale_of("1", &scene.azr, &to)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    for thief in [bob, scene.service.admin("root")] {
        let refused = mint(&thief).convert_currency(sale_of("1", &scene.azr, &his)).await;
        assert_refused(&refused, Code::NotFound, "NOT_FOUND");
    }
    let forge = scene.service.service("forge");
    let refused = mint(&forge).convert_currency(sale_of("1", &scene.azr, &scene.usd)).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    assert_eq!(scene.has().await, pair("100", "10"));
}

#[tokio::test]
async fn state_is_judged_before_rate_rate_before_minimum_and_funds_before_liquidity() {
    let scene = scene().await;
    let btc = wallet_in(&scene.alice, Currency::Btc).await.id;
    for wallet in [&scene.usd, &btc] {
        set_status(&scene.service, wallet, WalletStatus::Frozen).await;
        let refused = scene.convert(sale_of("1000000", &scene.usd, &btc)).await;
        assert_refused(&refused, Code::FailedPrecondition, "WALLET_NOT_ACTIVE");
        set_status(&scene.service, wallet, WalletStatus::Active).await;
    }

    let dear = |from: &str, to: &str| ConvertCurrencyRequest {
        minimum_bought: "9999999999".into(),
        ..sale_of("1000000", from, to)
    };
    assert_refused(&scene.convert(dear(&scene.usd, &btc)).await, Code::FailedPrecondition, "NO_RATE");
    let below = scene.convert(dear(&scene.azr, &scene.usd)).await;
    assert_refused(&below, Code::FailedPrecondition, "CONVERSION_BELOW_MINIMUM");
    let funds = scene.convert(sale_of("1000000", &scene.azr, &scene.usd)).await;
    assert_refused(&funds, Code::FailedPrecondition, "INSUFFICIENT_FUNDS");
}

#[tokio::test]
async fn what_a_ceiling_keeps_out_is_not_sold_either() {
    let scene = scene().await;
    // No RPC sets a ceiling yet.
    let id = mint::id::WalletId(scene.usd.parse().unwrap());
    let ceiling = table::Entity::update_many()
        .col_expr(table::Column::Ceil, Expr::value(1_050_000_000_i64))
        .filter(table::Column::Id.eq(id));
    ceiling.exec(scene.service.connection()).await.unwrap();

    let refused = scene.convert(sale_of("10", &scene.azr, &scene.usd)).await;

    assert_refused(&refused, Code::FailedPrecondition, "CEILING_EXCEEDED");
    assert_eq!(scene.has().await, pair("100", "10"));
    assert_eq!(scene.in_system(WalletKind::Fee, Currency::Azr).await, "0", "the legs before it are undone");
    sound(&scene.service).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_buy_no_more_than_there_is() {
    let scene = scene_with("conversion_fee_bp = 0").await;
    fill(&scene.service, &scene.azr, Currency::Azr, "900").await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (mut client, request) = (mint(&scene.alice), sale_of("60", &scene.azr, &scene.usd));
        asking.spawn(async move { client.convert_currency(request).await.is_ok() });
    }
    // 6 USD each, out of 50.
    assert_eq!(asking.join_all().await.into_iter().filter(|done| *done).count(), 8);
    assert_eq!(scene.has().await, pair("520", "58"));
    assert_eq!(scene.in_system(WalletKind::Liquidity, Currency::Usd).await, "2");
    sound(&scene.service).await;
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Mint>::start().await;
    let bad = ConvertCurrencyRequest {
        request_id: "x".into(),
        minimum_bought: "0".into(),
        ..sale_of("1.123456789", "y", "")
    };

    let refused = mint(&service.student("alice")).convert_currency(bad).await;

    assert_fields(&refused, &["request_id", "from_wallet_id", "to_wallet_id", "amount", "minimum_bought"]);
}
