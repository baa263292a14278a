use proto::azora::auth::v1::VerifyEmailRequest;
use shared::testing::{assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{PASSWORD, auth, log_in, mails, registration, start};

fn with_token(token: &str) -> VerifyEmailRequest {
    VerifyEmailRequest { request_id: new_id(), token: token.into() }
}

#[tokio::test]
async fn the_token_that_was_sent_proves_the_address_once() {
    let service = start().await;
    let nobody = service.stranger();
    auth(&nobody).register(registration("alice@example.org")).await.unwrap();
    assert_refused(
        &log_in(&service, "alice@example.org", PASSWORD).await,
        Code::FailedPrecondition,
        "EMAIL_NOT_VERIFIED",
    );

    let token = mails(&service, "verify").remove(0);
    let user = auth(&nobody).verify_email(with_token(&token)).await.unwrap().into_inner().user.unwrap();

    assert!(user.email_verified);
    log_in(&service, "alice@example.org", PASSWORD).await.unwrap();
    assert_refused(&auth(&nobody).verify_email(with_token(&token)).await, Code::FailedPrecondition, "TOKEN_SPENT");
}

#[tokio::test]
async fn a_token_that_was_never_sent_is_refused() {
    let service = start().await;
    let unknown = auth(&service.stranger()).verify_email(with_token(&"0".repeat(64))).await;
    assert_refused(&unknown, Code::FailedPrecondition, "TOKEN_SPENT");
    assert_fields(&auth(&service.stranger()).verify_email(with_token("x")).await, &["token"]);
}
