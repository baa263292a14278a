//! The first administrator, who is made at start where none can sign in.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use auth::Auth;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{GetMeRequest, ListUsersRequest, ResetPasswordRequest};
use proto::azora::common::v1::Role;
use shared::testing::{TestService, new_id};
use uuid::Uuid;

use crate::kill::{connected, serve};
use crate::{PASSWORD, auth, log_in, registration, start};

const FILE: &str = "bootstrap-admin.token";
const SETTING: [(&str, &str); 1] = [("AZORA_AUTH_BOOTSTRAP_ADMIN_EMAIL", "root@example.org")];

/// The token in the file.
fn token(data_dir: &Path) -> String {
    std::fs::read_to_string(data_dir.join(FILE)).unwrap().trim().to_owned()
}

fn first_password(token: String) -> ResetPasswordRequest {
    ResetPasswordRequest { request_id: new_id(), token, new_password: PASSWORD.into() }
}

#[tokio::test]
async fn the_token_in_the_file_gives_the_first_administrator_a_password() {
    let settings = "bcrypt_cost = 4\nbootstrap_admin_email = \"Root@example.org\"";
    let service = TestService::<Auth>::with_settings(settings).await;
    let mode = std::fs::metadata(service.data_dir().join(FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(log_in(&service, "root@example.org", PASSWORD).await.is_err());

    auth(&service.stranger()).reset_password(first_password(token(service.data_dir()))).await.unwrap();
    let tokens = log_in(&service, "root@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let root = service.with_token(Uuid::nil().into(), &tokens.access_token);
    let me = auth(&root).get_me(GetMeRequest {}).await.unwrap().into_inner().user.unwrap();
    assert_eq!((me.role(), me.email.as_str(), me.email_verified), (Role::Admin, "root@example.org", true));
    auth(&root).list_users(ListUsersRequest::default()).await.unwrap();
}

#[tokio::test]
async fn nobody_is_made_unasked() {
    let service = start().await;
    assert!(!service.data_dir().join(FILE).exists());
    let users = auth(&service.admin("root")).list_users(ListUsersRequest::default()).await.unwrap().into_inner();
    assert!(users.users.is_empty());
}

fn stop(mut process: Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_start_replaces_the_token_until_it_has_been_used() {
    let folder = tempfile::tempdir().unwrap();
    let url = shared::testing::url_for_a_process(folder.path(), "bootstrap").await;
    let port = free_port();
    let process = serve(port, folder.path(), &url, &SETTING);
    connected(port).await;
    let first = token(folder.path());
    stop(process);

    let process = serve(port, folder.path(), &url, &SETTING);
    let mut client = AuthServiceClient::new(connected(port).await);
    let second = token(folder.path());
    assert_ne!(first, second);
    assert!(client.reset_password(first_password(first)).await.is_err());
    client.reset_password(first_password(second.clone())).await.unwrap();
    stop(process);

    let process = serve(port, folder.path(), &url, &SETTING);
    connected(port).await;
    assert_eq!(token(folder.path()), second, "an administrator can sign in, so nothing is written");
    stop(process);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_of_somebody_else_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let url = shared::testing::url_for_a_process(folder.path(), "taken").await;
    let port = free_port();
    let process = serve(port, folder.path(), &url, &[]);
    let mut client = AuthServiceClient::new(connected(port).await);
    client.register(registration("root@example.org")).await.unwrap();
    stop(process);

    let mut process = serve(port, folder.path(), &url, &SETTING);
    let mut ended = None;
    for _ in 0..3000 {
        ended = process.try_wait().unwrap();
        if ended.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop(process);
    assert_eq!(ended.map(|status| status.success()), Some(false));
    assert!(!folder.path().join(FILE).exists());
}
