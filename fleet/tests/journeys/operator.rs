//! What an operator may get wrong, typed as they would type it: one sentence that says what to do, and an exit code.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use shared::config::PORTS;
use shared::testing::Place;
use shared::testing::place::said;

/// The binary, typed in a place of its own.
pub fn fleet(place: &Place, arguments: &[&str]) -> Command {
    place.command(env!("CARGO_BIN_EXE_fleet"), arguments)
}

fn run(place: &Place, arguments: &[&str]) -> (i32, String) {
    said(&fleet(place, arguments).output().expect("it runs"))
}

/// On the default databases, for what is refused before any is opened.
fn refused(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleet"));
    command.args(arguments).env_clear().env("AZORA_DATA_DIR", folder.path()).envs(variables.iter().copied());
    said(&command.output().expect("it runs"))
}

/// A process that is ended with its test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.kill().expect("it was running");
        self.0.wait().expect("it ended");
    }
}

#[test]
fn settings_that_cannot_be_used_are_64_and_name_what_is_meant() {
    for (variables, sentence) in [
        (&[("AZORA_LOGG", "info")][..], "auth: unknown setting AZORA_LOGG; did you mean log?"),
        (&[("AZORA_DATABASE_URL", "mysql://db/")], "auth: no support for mysql: databases; use sqlite: or postgres:"),
        (&[("AZORA_MINT_LISTEN", "here")], "mint: listen = \"here\" must be an address and a port, 127.0.0.1:50053"),
        (&[("AZORA_AUTH_BCRYPT_COST", "4")], "auth: bcrypt_cost must lie between 10 and 16, is 4"),
        (&[("AZORA_IN_FLIGHT_MAX", "many")], "auth: AZORA_IN_FLIGHT_MAX must be a whole number, is \"many\""),
    ] {
        assert_eq!(refused(&["up"], variables), (64, sentence.to_owned()));
    }
    let (code, sentence) = refused(&["up"], &[("AZORA_DATABASE_URL", "postgres://db/one")]);
    assert_eq!(code, 64);
    assert!(sentence.contains("must end after the host"), "{sentence}");
    let (code, sentence) = refused(&["migrate", "--only", "mnt", "status"], &[]);
    assert_eq!(code, 64);
    assert!(sentence.starts_with("fleet: no service \"mnt\"; there are auth, education, mint"), "{sentence}");
    assert_eq!(refused(&["fly"], &[]).0, 64);
}

#[test]
fn a_folder_that_cannot_be_written_is_named_with_the_way_out() {
    let (code, sentence) = refused(&["up", "--port-base", "0"], &[("AZORA_DATA_DIR", "/proc/azora")]);
    assert_eq!(code, 1, "{sentence}");
    assert!(sentence.contains("/proc/azora") && sentence.contains("set AZORA_DATA_DIR"), "{sentence}");
}

#[tokio::test]
async fn a_port_in_use_is_named_before_a_database_is_opened() {
    let place = Place::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    let mut command = fleet(&place, &["up"]);
    // The other eight take whatever is free.
    for (service, _) in PORTS {
        command.env(format!("AZORA_{}_LISTEN", service.to_uppercase()), "127.0.0.1:0");
    }
    let (code, sentence) = said(&command.env("AZORA_MINT_LISTEN", &address).output().expect("it runs"));
    assert_eq!(code, 1, "{sentence}");
    assert!(sentence.starts_with(&format!("mint: cannot listen on {address}")), "{sentence}");
    assert!(!place.folder.path().join("auth.db").exists());
}

#[tokio::test]
async fn a_database_newer_than_the_binary_is_left_alone() {
    let place = Place::new().await;
    assert_eq!(run(&place, &["migrate", "--only", "mint", "up"]).0, 0);
    let database = place.database("mint").await;
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_from_tomorrow', 1)";
    database.writer().execute_unprepared(later).await.expect("written");
    database.close().await.expect("closes");
    for arguments in [&["migrate", "--only", "mint", "up"][..], &["up", "--port-base", "0", "--migrate"]] {
        let (code, sentence) = run(&place, arguments);
        assert_eq!(code, 2, "{sentence}");
        assert!(sentence.contains("m9999_from_tomorrow"), "{sentence}");
    }
}

#[tokio::test]
async fn a_second_process_on_the_same_files_is_refused_and_down_too() {
    let place = Place::new().await;
    let Some(file) = place.url("auth").strip_prefix("sqlite:").map(ToOwned::to_owned) else { return };
    let mut first = fleet(&place, &["up", "--port-base", "0"]);
    let _served = Served(first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"));
    let waiting = Instant::now();
    while !place.folder.path().join("health.db.serving").exists() {
        assert!(waiting.elapsed() < Duration::from_mins(1), "the first fleet does not come up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let expected = format!("auth: another process serves {file}; stop it, or talk to it instead");
    assert_eq!(run(&place, &["up", "--port-base", "0"]), (1, expected.clone()));
    assert_eq!(run(&place, &["migrate", "--only", "auth", "down", "--yes"]), (1, expected));
    assert_eq!(run(&place, &["migrate", "--only", "auth", "status"]), (0, String::new()));
}

#[tokio::test]
async fn down_wants_a_yes_and_a_step_that_exists() {
    let place = Place::new().await;
    assert_eq!(run(&place, &["migrate", "--only", "family", "up"]).0, 0);
    for arguments in [&["--to", "m7777"][..], &["--steps", "1"]] {
        let (code, sentence) = run(&place, &[&["migrate", "--only", "family", "down"], arguments].concat());
        assert_eq!(code, 64, "{sentence}");
    }
    assert_eq!(run(&place, &["migrate", "--only", "family", "status"]), (0, String::new()));
}

#[tokio::test]
async fn a_reader_that_goes_away_does_not_end_the_work() {
    let place = Place::new().await;
    let mut command = fleet(&place, &["migrate", "up"]);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(running.stdout.take());
    assert_eq!(said(&running.wait_with_output().expect("it ends")), (0, String::new()));
    assert_eq!(run(&place, &["migrate", "status"]), (0, String::new()));
}
