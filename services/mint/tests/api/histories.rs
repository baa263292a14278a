//! Random histories of money, held against what has to be true of all of them. They are short here and as long as the
//! acceptance of the ledger asks for under `scripts/test --long`. Each prints the seed that repeats it.

use std::collections::HashMap;

use mint::Mint;
use mint::entity::wallet as table;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use sea_orm::EntityTrait;
use shared::testing::{TestChannel, TestService, TestUser};

mod bank;
mod claims;
mod holds;
mod repeats;
mod stakes;

/// One coin in units of 1e-8.
const COIN: i64 = 100_000_000;
/// A crowd of callers in a slow build is turned away neither by its number nor by the time it takes.
const CROWDED: &str = "deadline_default_ms = 3600000\ndeadline_max_ms = 3600000\nin_flight_max = 10000\n";

type Client = MintServiceClient<TestChannel>;

/// A client whose calls the harness does not repeat, and who asks again when told to.
fn client(user: &TestUser) -> Client {
    MintServiceClient::new(user.channel().once().patient())
}

/// Every wallet at one moment: one statement sees one.
async fn wallets(service: &TestService<Mint>) -> HashMap<String, table::Model> {
    let rows = table::Entity::find().all(service.reader()).await.unwrap();
    rows.into_iter().map(|row| (row.id.to_string(), row)).collect()
}
