use std::time::Instant;

use auth::entity::token;
use proto::azora::auth::v1::RequestPasswordResetRequest;
use sea_orm::EntityTrait;
use shared::testing::{assert_fields, new_id};

use crate::{auth, mails, start, verified};

fn asking_for(email: &str) -> RequestPasswordResetRequest {
    RequestPasswordResetRequest { request_id: new_id(), email: email.into() }
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer_and_only_the_owner_a_message() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    let nobody = service.stranger();
    let began = Instant::now();
    let unknown = auth(&nobody).request_password_reset(asking_for("bob@example.org")).await.unwrap();
    assert!(began.elapsed().as_millis() >= 100, "no earlier than for a known address");
    let known = auth(&nobody).request_password_reset(asking_for("Alice@example.org")).await.unwrap();
    assert_eq!(known.get_ref(), unknown.get_ref());
    assert_eq!(mails(&service, "reset").len(), 1);
}

#[tokio::test]
async fn a_stranger_cannot_fill_a_mailbox() {
    let service = start().await;
    verified(&service, "alice@example.org").await;
    for _ in 0..3 {
        auth(&service.stranger()).request_password_reset(asking_for("alice@example.org")).await.unwrap();
    }
    assert_eq!(mails(&service, "reset").len(), 1);
    assert_eq!(token::Entity::find().all(service.connection()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_address_has_to_be_one() {
    let service = start().await;
    assert_fields(&auth(&service.stranger()).request_password_reset(asking_for("alice")).await, &["email"]);
}
