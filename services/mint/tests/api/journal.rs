//! What `mint verify --journal` writes.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use mint::Mint;
use mint::entity::{transaction, wallet as table};
use proto::azora::mint::v1::{TransferRequest, WalletKind};
use sea_orm::{EntityTrait, IntoActiveModel, QueryOrder};
use shared::testing::{TestService, new_id};

use crate::batch_transfer::{batch, item};
use crate::capture_hold::capture_of;
use crate::hold_funds::promised;
use crate::stake::staked;
use crate::{mint, transfer_of};

async fn journal(service: &TestService<Mint>) -> String {
    let mut written = Vec::new();
    mint::journal::write(service.connection(), &mut written).await.unwrap();
    String::from_utf8(written).unwrap()
}

async fn movements(service: &TestService<Mint>) -> Vec<transaction::Model> {
    transaction::Entity::find().order_by_asc(transaction::Column::Seq).all(service.connection()).await.unwrap()
}

#[tokio::test]
async fn a_small_set_of_books_is_written_to_the_letter() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, bob, to, hold) = promised(&service).await;
    let told = TransferRequest { memo: "for Bob alone".into(), ..transfer_of("2.5", &from, &to) };
    mint(&alice).transfer(told).await.unwrap();
    mint(&alice).capture_hold(capture_of(&hold, "1")).await.unwrap();
    staked(&bob, "1.00000001", &to, 30).await;
    let (hers, his) = (format!("user:AZR:{}", alice.id), format!("user:AZR:{}", bob.id));

    let mut expected = "; Every movement in the order of its number, then what each wallet has\n\
        decimal-mark .\n\
        commodity 1.00000000 AZR\ncommodity 1.00000000 BTC\ncommodity 1.00000000 ETH\ncommodity 1.00000000 USD\n\n"
        .to_owned();
    let moved = movements(&service).await;
    let entries = [
        ("mint", "issuance:AZR:main", hers.as_str(), "10.00000000"),
        ("transfer", hers.as_str(), his.as_str(), "2.50000000"),
        ("transfer", hers.as_str(), his.as_str(), "1.00000000"),
        ("stake", his.as_str(), "stake:AZR:main", "1.00000001"),
    ];
    assert_eq!(moved.len(), entries.len(), "a hold is no movement");
    for ((row, number), (kind, debit, credit, amount)) in moved.iter().zip(1..).zip(entries) {
        let date = row.created_at.format("%Y-%m-%d");
        writeln!(expected, "{date} ({number}) {kind}  ; id:{}", row.id).unwrap();
        writeln!(expected, "    {debit}  -{amount} AZR\n    {credit}  {amount} AZR\n").unwrap();
    }
    let latest = moved.iter().map(|row| row.created_at.format("%Y-%m-%d").to_string()).max().unwrap();
    writeln!(expected, "{latest} balances").unwrap();
    let balances = HashMap::from([
        ("issuance:AZR:main".to_owned(), "-10.00000000"),
        ("stake:AZR:main".to_owned(), "1.00000001"),
        (hers, "6.50000000"),
        (his, "2.49999999"),
    ]);
    let mut wallets = table::Entity::find().all(service.connection()).await.unwrap();
    wallets.sort_by_key(|wallet| wallet.id.to_string());
    assert!(wallets.len() > balances.len(), "what is empty stands there too");
    for wallet in wallets {
        let (id, currency) = (wallet.id, wallet.currency);
        let own = wallet.user_id.map_or(wallet.r#ref, |owner| owner.to_string());
        let account = format!("{}:{currency}:{own}", wallet.kind);
        let balance = balances.get(&account).unwrap_or(&"0.00000000");
        writeln!(expected, "    {account}  0.00000000 {currency} = {balance} {currency}  ; id:{id}").unwrap();
    }
    expected.push('\n');

    assert_eq!(journal(&service).await, expected);
}

#[tokio::test]
async fn books_of_several_pages_have_every_movement_once() {
    let service = TestService::<Mint>::start().await;
    let (alice, from, _, to, _) = promised(&service).await;
    for _ in 0..3 {
        let transfers = (0..400).map(|_| item("0.00000001", &from, &to, false)).collect();
        let answer = mint(&alice).batch_transfer(batch(transfers)).await.unwrap().into_inner();
        assert!(answer.verdicts.iter().all(|verdict| verdict.transaction.is_some()));
    }
    let written = journal(&service).await;
    let ids: Vec<&str> = written
        .lines()
        .filter(|line| line.contains(" (") && line.contains(") "))
        .filter_map(|line| line.split_once("; id:"))
        .map(|(_, id)| id)
        .collect();
    let moved: Vec<String> = movements(&service).await.iter().map(|row| row.id.to_string()).collect();
    assert_eq!((moved.len(), &ids), (1201, &moved.iter().map(String::as_str).collect::<Vec<_>>()));
    let assertions: BTreeSet<&str> = written.lines().filter(|line| line.contains(" = ")).collect();
    let wallets = table::Entity::find().all(service.connection()).await.unwrap();
    assert_eq!(assertions.len(), wallets.len());
}

#[tokio::test]
async fn a_name_that_hledger_could_read_otherwise_gives_way_to_the_id() {
    let service = TestService::<Mint>::start().await;
    let odd = table::Model { r#ref: "two  spaces; and more".to_owned(), ..a_system_wallet(&service).await };
    let id = odd.id;
    table::Entity::insert(odd.into_active_model()).exec_without_returning(service.connection()).await.unwrap();
    let written = journal(&service).await;
    assert!(
        written.contains(&format!("    escrow:AZR:{id}  0.00000000 AZR = 0.00000000 AZR  ; id:{id}\n")),
        "{written}"
    );
}

/// The escrow wallet of education under another id.
async fn a_system_wallet(service: &TestService<Mint>) -> table::Model {
    let found = table::of_system(WalletKind::Escrow, "education");
    let found = found.one(service.connection()).await.unwrap().unwrap();
    let address = format!("AZR{:0<40}", new_id().replace('-', ""));
    table::Model { id: mint::id::WalletId::new(), address, ..found }
}
