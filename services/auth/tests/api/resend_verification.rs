use auth::entity::token;
use chrono::Duration;
use proto::azora::auth::v1::{ResendVerificationRequest, VerifyEmailRequest};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use shared::testing::{assert_refused, new_id};
use tonic::Code;

use crate::{auth, mails, registration, start, verified};

fn asking_for(email: &str) -> ResendVerificationRequest {
    ResendVerificationRequest { request_id: new_id(), email: email.into() }
}

#[tokio::test]
async fn the_newest_token_works_and_the_one_before_is_dead() {
    let service = start().await;
    let nobody = service.stranger();
    auth(&nobody).register(registration("alice@example.org")).await.unwrap();
    let first = mails(&service, "verify");
    let earlier = Expr::value(shared::clock::now() - Duration::minutes(1));
    let aged = token::Entity::update_many().col_expr(token::Column::CreatedAt, earlier);
    aged.exec(service.connection()).await.unwrap();

    auth(&nobody).resend_verification(asking_for("alice@example.org")).await.unwrap();
    let second: Vec<String> = mails(&service, "verify").into_iter().filter(|token| !first.contains(token)).collect();
    let verify = async |token: &str| {
        let request = VerifyEmailRequest { request_id: new_id(), token: token.to_owned() };
        auth(&nobody).verify_email(request).await
    };
    assert_refused(&verify(&first[0]).await, Code::FailedPrecondition, "TOKEN_SPENT");
    verify(&second[0]).await.unwrap();
}

#[tokio::test]
async fn nothing_is_sent_to_proved_or_unknown_addresses_and_nobody_hears_of_it() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    for email in ["alice@example.org", "bob@example.org"] {
        auth(&service.stranger()).resend_verification(asking_for(email)).await.unwrap();
    }
    assert!(mails(&service, "verify").is_empty());
}
