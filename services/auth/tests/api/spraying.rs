//! Guessing at many accounts comes to an end by where it comes from.

use auth::Auth;
use proto::azora::auth::v1::{ListSecurityEventsRequest, LoginRequest, LoginResponse, SecurityEventType, Severity};
use shared::testing::{TestService, assert_refused};
use tonic::{Code, Response, Status};

use crate::guessing::{ALICE, WRONG, change, login, wait};
use crate::{PASSWORD, auth, start, verified};

/// A login of anybody, from an address.
async fn tried(
    service: &TestService<Auth>,
    address: &str,
    email: &str,
    password: &str,
) -> Result<Response<LoginResponse>, Status> {
    let request = LoginRequest { email: email.into(), ..login(password, "") };
    auth(&service.stranger().at(address)).login(request).await
}

/// Lets so many failures have been counted for addresses.
async fn failures(service: &TestService<Auth>, count: i32) {
    let sql = format!("UPDATE throttle_counters SET count = {count} WHERE dimension = 'address'");
    change(service, &sql).await;
}

#[tokio::test]
async fn one_password_on_twenty_accounts_is_noticed_and_its_origin_waits_twice_as_long() {
    let service = start().await;
    verified(&service, ALICE).await;
    let (there, elsewhere) = ("192.0.2.1", "192.0.2.2");
    for number in 0..19 {
        tried(&service, there, &format!("{number}@example.org"), WRONG).await.unwrap_err();
    }
    let noticed = async || {
        let request =
            ListSecurityEventsRequest { r#type: SecurityEventType::PasswordSpray.into(), ..Default::default() };
        auth(&service.admin("root")).list_security_events(request).await.unwrap().into_inner().events
    };
    assert_eq!(noticed().await.len(), 0);
    for email in [ALICE, "twenty@example.org"] {
        tried(&service, there, email, WRONG).await.unwrap_err();
    }
    let events = noticed().await;
    assert_eq!(events.len(), 1, "once");
    assert_eq!((events[0].severity(), events[0].user_id.as_str()), (Severity::High, ""));
    assert_eq!(events[0].ip_address, there);

    // The sixth beyond the free ones waits for 32 seconds, and here for twice as many.
    for (address, seconds) in [(there, 33..=64), (elsewhere, 1..=32)] {
        tried(&service, address, "nobody@example.org", "another one").await.unwrap_err();
        failures(&service, 105).await;
        tried(&service, address, "nobody@example.org", "yet another").await.unwrap_err();
        let refused = tried(&service, address, ALICE, PASSWORD).await;
        assert_refused(&refused, Code::ResourceExhausted, "THROTTLED");
        let waited = wait(&refused.unwrap_err());
        assert!(seconds.contains(&waited), "{address}: {waited}");
    }
}

#[tokio::test]
async fn an_address_that_fails_too_often_waits_and_others_do_not() {
    let service = start().await;
    verified(&service, ALICE).await;
    tried(&service, "2001:db8:1:2::3", "nobody@example.org", WRONG).await.unwrap_err();
    failures(&service, 110).await;
    tried(&service, "2001:db8:1:2::4", "nobody@example.org", "another one").await.unwrap_err();
    let refused = tried(&service, "2001:db8:1:2::5", ALICE, PASSWORD).await;
    assert_refused(&refused, Code::ResourceExhausted, "THROTTLED");
    tried(&service, "2001:db8:1:3::3", ALICE, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn an_address_has_ten_failures_an_hour_at_one_account() {
    let service = TestService::<Auth>::with_settings("bcrypt_cost = 4\nlogin_attempts_max = 100").await;
    verified(&service, ALICE).await;
    for _ in 0..10 {
        tried(&service, "192.0.2.1", ALICE, WRONG).await.unwrap_err();
    }
    change(&service, "UPDATE throttle_counters SET count = 15 WHERE dimension = 'address_account'").await;
    let wrong = tried(&service, "192.0.2.1", ALICE, WRONG).await;
    assert_refused(&wrong, Code::Unauthenticated, "BAD_CREDENTIALS");
    let refused = tried(&service, "192.0.2.1", ALICE, PASSWORD).await;
    assert_refused(&refused, Code::ResourceExhausted, "THROTTLED");
    tried(&service, "192.0.2.2", ALICE, PASSWORD).await.unwrap();
}
