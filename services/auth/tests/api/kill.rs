//! A process that is killed at any moment leaves no effect without its audit entry, and no entry without its effect.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use proto::azora::auth::v1::GetJwksRequest;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::audit;
use shared::db::{Database, Settings};
use shared::fleet::{audit_entry, request_claim};
use tonic::transport::{Channel, Endpoint};

use crate::registration;

const KILLS: usize = 100;
const WRITERS: usize = 4;

/// The real binary, on a port of its own.
pub fn serve(port: u16, data_dir: &Path, database_url: &str, settings: &[(&str, &str)]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_auth"))
        .args(["serve", "--migrate"])
        .env_clear()
        .env("AZORA_ENV", "test")
        .env("AZORA_DATA_DIR", data_dir)
        .env("AZORA_AUTH_DATABASE_URL", database_url)
        .env("AZORA_AUTH_LISTEN", format!("127.0.0.1:{port}"))
        .env("AZORA_AUTH_BCRYPT_COST", "4")
        .env("AZORA_LOG", "off")
        .envs(settings.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A channel to the process, once it answers.
pub async fn connected(port: u16) -> Channel {
    let channel = Endpoint::from_shared(format!("http://127.0.0.1:{port}")).unwrap().connect_lazy();
    for _ in 0..3000 {
        let asked = AuthServiceClient::new(channel.clone()).get_jwks(GetJwksRequest {}).await;
        if asked.is_ok() {
            return channel;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    unreachable!("auth does not come up on port {port}")
}

/// Registers people until the process is gone, and counts those that were answered.
async fn register_until_it_dies(channel: Channel, round: usize, writer: usize) -> usize {
    let mut client = AuthServiceClient::new(channel);
    let mut answered = 0;
    while client.register(registration(&format!("r{round}w{writer}n{answered}@example.org"))).await.is_ok() {
        answered += 1;
    }
    answered
}

pub async fn open(url: &str) -> Database {
    let settings = Settings {
        url: url.to_owned(),
        application_name: "azora-test".to_owned(),
        schema: None,
        connections: 2,
        acquire: Duration::from_secs(10),
    };
    Database::connect(&settings).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_leave_effects_and_entries_in_step() {
    let folder = tempfile::tempdir().unwrap();
    let url = shared::testing::url_for_a_process(folder.path(), "kill").await;
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut answered = 0;
    // Where nobody is ever answered before a kill, the machine is busy with something else.
    let mut stretched = 1;
    for round in 0..KILLS {
        let mut process = serve(port, folder.path(), &url, &[]);
        let channel = connected(port).await;
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| tokio::spawn(register_until_it_dies(channel.clone(), round, writer))).collect();
        // Another moment each time, from the very first write to the middle of many.
        let moment = Duration::from_millis(u64::try_from(round * 7 % 120).unwrap());
        tokio::time::sleep(moment * stretched).await;
        process.kill().unwrap();
        process.wait().unwrap();
        for writer in writers {
            answered += writer.await.unwrap();
        }
        if answered == 0 && round % 20 == 19 {
            stretched *= 2;
        }
    }

    let database = open(&url).await;
    let db = database.writer();
    let users: BTreeSet<String> =
        auth::entity::user::Entity::find().all(db).await.unwrap().into_iter().map(|user| user.id.to_string()).collect();
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("auth.register.register"));
    let entries: BTreeSet<String> =
        entries.all(db).await.unwrap().into_iter().filter_map(|entry| entry.resource_id).collect();
    let claims = request_claim::Entity::find().all(db).await.unwrap();
    let report = audit::verify(db).await.unwrap();

    assert!(answered > 0, "nothing was written between the kills");
    assert!(users.len() >= answered, "{answered} were answered, {} are there", users.len());
    assert_eq!(users, entries, "effects and audit entries");
    assert_eq!(claims.len(), users.len(), "claims and effects");
    assert!(claims.iter().all(|claim| claim.response.is_some()), "a claim without its answer");
    assert_eq!(report.fault, None);
}
