//! Mint's books as another bookkeeping program reads them: hledger adds up what was exported, and has to come to what the
//! wallets are stored to have. For the end of whatever has been done to a fleet.

use std::collections::BTreeMap;
use std::process::{Command, Output};

use mint::entity::wallet;
use sea_orm::{ConnectionTrait, EntityTrait};
use shared::testing::place::said;
use shared::testing::{Place, units};

use crate::independent::ROOT;
use crate::operator::fleet;

/// What is in each account.
type Balances = BTreeMap<String, i64>;

/// Every rule is kept, the exported journal holds, and its sums are the balances of all wallets. Nothing may move meanwhile.
pub async fn agree(place: &Place) {
    let (code, told) = verified(place);
    assert_eq!(code, 0, "{told}");
    let (code, sentence) = said(&hledger(place, &["check"]));
    assert_eq!(code, 0, "{sentence}");
    let summed = added_up(place);
    let stored = stored(place).await;
    assert_eq!(summed, stored, "the sums of hledger, and the wallets");
}

/// `fleet verify`, with the journal: its exit code, and all that it said.
fn verified(place: &Place) -> (i32, String) {
    let output = fleet(place, &["verify", "--journal", &journal(place)]).output().expect("it runs");
    let (code, complaint) = said(&output);
    (code, format!("{}{complaint}", String::from_utf8_lossy(&output.stdout)))
}

fn journal(place: &Place) -> String {
    place.folder.path().join("books.journal").display().to_string()
}

fn hledger(place: &Place, arguments: &[&str]) -> Output {
    let mut command = Command::new(format!("{ROOT}/scripts/hledger"));
    command.args(["-f", &journal(place)]).args(arguments).output().expect("it runs")
}

/// What hledger comes to by adding up the entries.
fn added_up(place: &Place) -> Balances {
    let output = hledger(place, &["balance", "--flat", "--empty", "--no-total", "-O", "csv"]);
    assert_eq!(said(&output), (0, String::new()));
    let printed = String::from_utf8(output.stdout).expect("text");
    let lines = printed.lines().filter(|line| *line != "\"account\",\"balance\"");
    let balance = |line: &str| {
        let (account, amount) = line.trim_matches('"').split_once("\",\"").expect("two columns");
        let currency = account.split(':').nth(1).expect("kind, currency and owner");
        // Nothing is nothing in any currency: hledger names none.
        let (amount, named) = amount.split_once(' ').unwrap_or((amount, currency));
        assert_eq!(named, currency, "{line}");
        (account.to_owned(), units(amount))
    };
    lines.map(balance).collect()
}

/// What mint has stored.
async fn stored(place: &Place) -> Balances {
    let database = place.database("mint").await;
    let wallets = wallet::Entity::find().all(database.reader()).await.expect("wallets");
    database.close().await.expect("it closes");
    let balance = |wallet: wallet::Model| {
        let own = wallet.user_id.map_or(wallet.r#ref, |owner| owner.to_string());
        (format!("{}:{}:{own}", wallet.kind, wallet.currency), wallet.balance.units())
    };
    wallets.into_iter().map(balance).collect()
}

#[tokio::test]
async fn a_balance_that_no_movement_explains_is_found_by_us_and_by_hledger() {
    let place = Place::new().await;
    let migrated = fleet(&place, &["migrate", "--only", "mint", "up"]).output().expect("it runs");
    assert_eq!(said(&migrated), (0, String::new()));
    agree(&place).await;

    let database = place.database("mint").await;
    let tampered = "UPDATE wallets SET balance = 1 WHERE kind = 'external' AND currency = 'USD'";
    database.writer().execute_unprepared(tampered).await.expect("written");
    database.close().await.expect("it closes");
    let (code, told) = verified(&place);
    assert_eq!(code, 2, "{told}");
    for rule in ["balances_sum_to_zero", "wallets_are_what_their_postings_say"] {
        assert!(told.contains(&format!("BROKEN  {rule}: ")), "{told}");
    }
    let (code, sentence) = said(&hledger(&place, &["check"]));
    assert_eq!(code, 1, "{sentence}");
    assert!(sentence.contains("external:USD:main") && sentence.contains("0.00000001"), "{sentence}");
}
