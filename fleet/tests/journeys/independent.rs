//! What others have written agrees with us: an authenticator app, a reader of tokens, and a client that knows the API from
//! reflection alone.

use std::process::{Command, Stdio};

use shared::testing::Place;
use shared::testing::place::said;

use crate::operator::fleet;
use crate::seeded::Fleet;

/// The repository.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[tokio::test]
async fn an_authenticator_app_and_a_reader_of_tokens_take_what_auth_gives() {
    let place = Place::new().await;
    let mut command = fleet(&place, &["up", "--migrate", "--port-base", "0"]);
    let running = Fleet::started(command.stderr(Stdio::null()));
    let mut client = Command::new(format!("{ROOT}/scripts/python"));
    client.arg(format!("{ROOT}/fleet/tests/independent/authenticator.py"));
    client.arg(running.address("auth")).arg(place.folder.path());
    let (code, sentence) = said(&client.output().expect("it runs"));
    assert_eq!(code, 0, "{sentence}");
}
