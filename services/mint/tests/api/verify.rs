//! `mint verify`, typed as an operator would.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use sea_orm::ConnectionTrait;
use shared::testing::Place;
use shared::testing::place::said;

fn typed(place: &Place, arguments: &[&str]) -> Output {
    place.command(env!("CARGO_BIN_EXE_mint"), arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn books_that_are_not_there_are_not_made() {
    let place = Place::new().await;
    let (code, sentence) = said(&typed(&place, &["verify"]));
    if place.url("mint").starts_with("sqlite:") {
        assert_eq!(code, 1, "{sentence}");
        assert!(sentence.starts_with("mint: cannot open sqlite:"), "{sentence}");
        assert!(!place.folder.path().join("mint.db").exists());
    } else {
        assert_eq!(code, 2, "{sentence}");
        assert!(sentence.contains("run \"mint migrate up\""), "{sentence}");
    }
}

#[tokio::test]
async fn sound_books_are_0_broken_ones_2_and_a_journal_that_cannot_be_written_1() {
    let place = Place::new().await;
    assert_eq!(said(&typed(&place, &["migrate", "up"])), (0, String::new()));
    let file = place.folder.path().join("books.journal");
    let journal = file.to_str().unwrap();

    let sound = typed(&place, &["verify", "--journal", journal]);
    assert_eq!(said(&sound), (0, String::new()));
    let said_of_each = printed(&sound);
    assert!(said_of_each.contains("kept    postings_run_on: "), "{said_of_each}");
    assert!(said_of_each.ends_with("mint: the books are sound, up to transaction 0\n"), "{said_of_each}");
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("    fee:BTC:main  0.00000000 BTC = 0.00000000 BTC  ; id:"), "{written}");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "what people own is not for all to read");

    let part = place.folder.path().join("books.journal.part");
    std::fs::write(&part, "half of an earlier one").unwrap();
    assert_eq!(said(&typed(&place, &["verify", "--journal", journal])), (0, String::new()));
    assert_eq!((std::fs::read_to_string(&file).unwrap(), part.exists()), (written, false));

    let nowhere = place.folder.path().join("no/such/folder");
    let (code, sentence) = said(&typed(&place, &["verify", "--journal", nowhere.to_str().unwrap()]));
    assert_eq!(code, 1, "{sentence}");
    assert!(sentence.starts_with("mint: cannot write ") && sentence.contains("no/such/folder"), "{sentence}");

    let database = place.database("mint").await;
    let tampered = "UPDATE wallets SET balance = 1 WHERE kind = 'external' AND currency = 'BTC'";
    database.writer().execute_unprepared(tampered).await.unwrap();
    database.close().await.unwrap();
    let broken = typed(&place, &["verify"]);
    assert_eq!(said(&broken), (2, String::new()));
    let told = printed(&broken);
    assert!(told.contains("BROKEN  balances_sum_to_zero: ") && told.contains("first by BTC"), "{told}");
    assert!(told.contains("mint: the books break 2 of "), "{told}");
}
