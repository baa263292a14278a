use auth::Auth;
use auth::entity::{mfa_challenge, security_event, session, user};
use auth::id::ChallengeId;
use chrono::Duration;
use proto::azora::audit::v1::VerifyAuditLogRequest;
use proto::azora::audit::v1::audit_service_client::AuditServiceClient;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    DeleteUserRequest, DeleteUserResponse, LoginRequest, ReactivateUserRequest, RefreshTokenRequest, RegisterRequest,
    SecurityEventType, Severity, UpdateProfileRequest, VerifyEmailRequest,
};
use proto::azora::common::v1::Role;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait,
    QueryFilter, Statement,
};
use serde_json::json;
use shared::clock;
use shared::db;
use shared::fleet::outbox;
use shared::id::UserId;
use shared::migrate::catalogue;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::{Code, Response, Status};
use uuid::Uuid;

use crate::change_email::{change_to, turn_a_factor_on};
use crate::create_api_key::wanted;
use crate::list_security_events::{insert, noticed};
use crate::resolve_security_event::resolution;
use crate::suspend_user::suspension;
use crate::{PASSWORD, admin, auth, log_in, mails, messages, registration, signed_in, start, verified};

/// Of somebody else's account, by an administrator.
fn closing(user_id: &str) -> DeleteUserRequest {
    DeleteUserRequest { request_id: new_id(), user_id: user_id.into(), ..Default::default() }
}

/// Of one's own. Sent once: whoever is gone repeats nothing.
async fn close_own(owner: &TestUser, password: &str) -> Result<Response<DeleteUserResponse>, Status> {
    let request = DeleteUserRequest { password: password.into(), ..closing("") };
    AuthServiceClient::new(owner.channel().once()).delete_user(request).await
}

#[tokio::test]
async fn a_person_closes_their_own_account_with_the_password() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let tokens = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let wrong = close_own(&alice, "three small rivulets").await;
    assert_refused(&wrong, Code::PermissionDenied, "PASSWORD_WRONG");

    let closed = close_own(&alice, PASSWORD).await.unwrap().into_inner().user_id;
    assert_eq!(closed, alice.id.to_string());
    service.audit_ends_with("auth.user.delete", Outcome::Ok, &alice).await;

    let login = log_in(&service, "alice@example.org", PASSWORD).await;
    assert_refused(&login, Code::Unauthenticated, "BAD_CREDENTIALS");
    let refresh = RefreshTokenRequest { refresh_token: tokens.refresh_token, ..Default::default() };
    let refresh = auth(&service.stranger()).refresh_token(refresh).await;
    assert_refused(&refresh, Code::Unauthenticated, "SESSION_ENDED");
    let told = messages(&service, "closed");
    assert_eq!((told.len(), told[0].contains("alice@example.org")), (1, true));
    let events = outbox::Entity::find().filter(outbox::Column::Type.eq("azora.auth.user.deleted.v1"));
    assert_eq!(events.count(service.connection()).await.unwrap(), 1);
    assert_ne!(verified(&service, "alice@example.org").await.id, closed, "the address is free again");
}

#[tokio::test]
async fn where_a_second_factor_is_on_it_is_needed_too() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turn_a_factor_on(&service, &alice).await;
    assert_refused(&close_own(&alice, PASSWORD).await, Code::PermissionDenied, "CODE_WRONG");
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn an_administrator_closes_any_account_once() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let root = service.admin("root");
    auth(&root).delete_user(closing(&alice.id)).await.unwrap();
    service.audit_ends_with("auth.user.delete", Outcome::Ok, &root).await;
    assert_refused(&auth(&root).delete_user(closing(&alice.id)).await, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn nobody_else_closes_an_account() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let bob = signed_in(&service, "bob@example.org").await;
    let foreign = auth(&bob).delete_user(DeleteUserRequest { password: PASSWORD.into(), ..closing(&alice.id) }).await;
    assert_refused(&foreign, Code::PermissionDenied, "NOT_OWNER");
    assert_fields(&auth(&bob).delete_user(closing("x")).await, &["user_id"]);
    assert_fields(&auth(&bob).delete_user(closing("")).await, &["password"]);
    let named = DeleteUserRequest { password: String::new(), ..closing(&bob.id.to_string()) };
    assert_refused(&auth(&bob).delete_user(named).await, Code::PermissionDenied, "PASSWORD_WRONG");
}

#[tokio::test]
async fn the_last_administrator_and_the_accounts_of_services_stay() {
    let service = start().await;
    let (first, second) = (admin(&service, "a@example.org").await, admin(&service, "b@example.org").await);
    let root = service.admin("root");
    auth(&root).delete_user(closing(&first.id)).await.unwrap();
    let last = auth(&root).delete_user(closing(&second.id)).await;
    assert_refused(&last, Code::FailedPrecondition, "LAST_ADMIN");

    let address = format!("mint{}", user::SERVICE_ADDRESS);
    let mint = user::open(UserId::new(), address, "mint".to_owned(), Role::Service, clock::now());
    let mint = mint.insert(service.connection()).await.unwrap();
    let of_a_service = auth(&root).delete_user(closing(&mint.id.to_string())).await;
    assert_refused(&of_a_service, Code::FailedPrecondition, "SERVICE_ACCOUNT");
}

/// What is planted in everything that may say something of a person.
const CANARIES: [&str; 3] = ["kanarie7", "203.0.113.77", "+4915112345678"];
const ADDRESS: &str = "kanarie7@example.org";

/// The columns that hold a canary.
async fn columns_with_a_canary(service: &TestService<Auth>) -> Vec<String> {
    let connection = service.connection();
    let mut found = Vec::new();
    for table in catalogue::tables(connection).await.unwrap() {
        for column in &table.columns {
            let holds = CANARIES.map(|canary| holds(connection, &column.name, canary)).join(" OR ");
            let count = format!("SELECT count(*) FROM \"{}\" WHERE {holds}", table.name);
            let count = Statement::from_string(db::backend(connection), count);
            let count = connection.query_one_raw(count).await.unwrap().unwrap();
            if count.try_get_by_index::<i64>(0).unwrap() > 0 {
                found.push(format!("{}.{}", table.name, column.name));
            }
        }
    }
    found
}

/// Whether a column of whatever type contains the text, as text or in bytes.
fn holds(connection: &impl ConnectionTrait, column: &str, text: &str) -> String {
    let hex = shared::random::to_hex(text.as_bytes());
    match db::backend(connection) {
        DbBackend::Sqlite => format!("instr(hex(\"{column}\"), '{}') > 0", hex.to_uppercase()),
        _ => format!("position('{text}' in \"{column}\"::text) > 0 OR position('{hex}' in \"{column}\"::text) > 0"),
    }
}

/// Somebody who has left traces of themselves wherever that is possible, and the registration it began with.
async fn somebody_everywhere(service: &TestService<Auth>) -> (TestUser, RegisterRequest) {
    let nobody = service.stranger();
    let registration = RegisterRequest { name: "kanarie7 vogel".into(), ..registration(ADDRESS) };
    let account = auth(&nobody).register(registration.clone()).await.unwrap().into_inner().user.unwrap();
    let token = mails(service, "verify").remove(0);
    auth(&nobody).verify_email(VerifyEmailRequest { request_id: new_id(), token }).await.unwrap();
    let login = LoginRequest {
        email: ADDRESS.into(),
        password: PASSWORD.into(),
        device_label: "kanarie7 phone".into(),
        ..Default::default()
    };
    let tokens = auth(&nobody).login(login).await.unwrap().into_inner().tokens.unwrap();
    let id = UserId(Uuid::parse_str(&account.id).unwrap());
    let owner = service.with_token(id, &tokens.access_token);

    let profile = UpdateProfileRequest {
        request_id: new_id(),
        bio: "I am kanarie7.".into(),
        avatar_url: "https://kanarie7.example.org/me.png".into(),
        location: "kanarie7 street".into(),
        ..Default::default()
    };
    auth(&owner).update_profile(profile).await.unwrap();
    auth(&owner).create_api_key(wanted("kanarie7 robot", &["mint:read"])).await.unwrap();
    auth(&owner).change_email(change_to("new.kanarie7@example.org")).await.unwrap();
    plant_directly(service, id).await;
    // What administrators were told of the person is kept with their own calls.
    let root = service.admin("root");
    let metadata = json!({ "agent": "kanarie7" });
    let seen = noticed(Some(id), SecurityEventType::NewDevice, Severity::Low, 1);
    let origin = (Some(CANARIES[1].to_owned()), Some("kanarie7/1.0".to_owned()));
    let seen = security_event::Model { ip_address: origin.0, user_agent: origin.1, metadata, ..seen };
    let event = insert(service, seen).await;
    auth(&root).resolve_security_event(resolution(&event)).await.unwrap();
    auth(&root).suspend_user(suspension(&account.id)).await.unwrap();
    let back = ReactivateUserRequest { request_id: new_id(), user_id: account.id };
    auth(&root).reactivate_user(back).await.unwrap();
    (owner, registration)
}

/// What no call within the process fills.
async fn plant_directly(service: &TestService<Auth>, id: UserId) {
    let connection = service.connection();
    let phone = user::Entity::update_many().col_expr(user::Column::Phone, Expr::value(CANARIES[2]));
    phone.exec(connection).await.unwrap();
    let sessions = session::Entity::update_many()
        .col_expr(session::Column::IpAddress, Expr::value(CANARIES[1]))
        .col_expr(session::Column::UserAgent, Expr::value("kanarie7/1.0"))
        .col_expr(session::Column::DeviceKey, Expr::value(b"kanarie7".to_vec()));
    sessions.exec(connection).await.unwrap();
    let now = clock::now();
    let challenge = mfa_challenge::ActiveModel {
        id: Set(ChallengeId::new()),
        user_id: Set(id),
        purpose: Set("login".to_owned()),
        attempts: Set(0),
        sends: Set(0),
        epoch: Set(1),
        device_label: Set(Some("kanarie7 tablet".to_owned())),
        ip_address: Set(Some(CANARIES[1].to_owned())),
        user_agent: Set(Some("kanarie7/1.0".to_owned())),
        expires_at: Set(now + Duration::minutes(10)),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    challenge.insert(connection).await.unwrap();
}

#[tokio::test]
async fn nothing_personal_is_left_in_any_table_and_the_audit_trail_still_holds() {
    let service = start().await;
    let (owner, registration) = somebody_everywhere(&service).await;
    let planted = columns_with_a_canary(&service).await;
    for column in [
        "api_keys.name",
        "known_devices.label",
        "mfa_challenges.device_label",
        "mfa_challenges.ip_address",
        "mfa_challenges.user_agent",
        "request_claims.response",
        "security_events.ip_address",
        "security_events.metadata",
        "security_events.user_agent",
        "sessions.device_key",
        "sessions.device_label",
        "sessions.ip_address",
        "sessions.user_agent",
        "tokens.email",
        "user_profiles.avatar_url",
        "user_profiles.bio",
        "user_profiles.location",
        "users.email",
        "users.name",
        "users.phone",
    ] {
        assert!(planted.iter().any(|found| found == column), "nothing was planted in {column}: {planted:?}");
    }

    let root = service.admin("root");
    auth(&root).delete_user(closing(&owner.id.to_string())).await.unwrap();

    assert_eq!(columns_with_a_canary(&service).await, Vec::<String>::new());
    let forgotten = auth(&service.stranger()).register(registration).await;
    assert_refused(&forgotten, Code::FailedPrecondition, "REQUEST_ID_EXPIRED");
    let report = AuditServiceClient::new(root.channel()).verify_audit_log(VerifyAuditLogRequest {}).await.unwrap();
    assert!(report.into_inner().valid);
}

#[tokio::test]
async fn what_others_said_and_got_stays() {
    let service = start().await;
    let alice = verified(&service, "alice@example.org").await;
    let request = registration("bob@example.org");
    let bob = auth(&service.stranger()).register(request.clone()).await.unwrap().into_inner();
    auth(&service.admin("root")).delete_user(closing(&alice.id)).await.unwrap();
    let again = AuthServiceClient::new(service.stranger().channel().once()).register(request).await;
    assert_eq!(again.unwrap().into_inner(), bob);
}
