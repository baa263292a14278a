use auth::Auth;
use auth::entity::user;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    ConfirmEmailChangeRequest, GetMeRequest, RequestPasswordResetRequest, ResetPasswordRequest,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use shared::fleet::outbox;
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tokio::task::JoinSet;
use tonic::Code;

use crate::change_email::change_to;
use crate::{PASSWORD, auth, log_in, mails, messages, signed_in, start, verified};

fn confirmation(token: &str) -> ConfirmEmailChangeRequest {
    ConfirmEmailChangeRequest { request_id: new_id(), token: token.into() }
}

/// The token that went to the address somebody asked for.
async fn token_for(service: &TestService<Auth>, caller: &TestUser, new_email: &str) -> String {
    let earlier = mails(service, "email-change");
    auth(caller).change_email(change_to(new_email)).await.unwrap();
    mails(service, "email-change").into_iter().find(|token| !earlier.contains(token)).unwrap()
}

#[tokio::test]
async fn the_new_address_is_the_accounts_and_both_are_told() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let token = token_for(&service, &alice, "new@example.org").await;
    let user = auth(&alice).confirm_email_change(confirmation(&token)).await.unwrap().into_inner().user.unwrap();
    assert_eq!((user.email.as_str(), user.email_verified), ("new@example.org", true));
    service.audit_ends_with("auth.email_change.confirm", Outcome::Ok, &alice).await;

    let told = messages(&service, "email-changed");
    assert_eq!(told.len(), 2);
    for address in ["alice@example.org", "new@example.org"] {
        assert!(told.iter().any(|message| message.contains(address)), "{address} is not told");
    }
    let events = outbox::Entity::find().filter(outbox::Column::Type.eq("azora.auth.user.updated.v1"));
    assert_eq!(events.count(service.connection()).await.unwrap(), 1);
    log_in(&service, "new@example.org", PASSWORD).await.unwrap();
    let old = log_in(&service, "alice@example.org", PASSWORD).await;
    assert_refused(&old, Code::Unauthenticated, "BAD_CREDENTIALS");
    let again = auth(&alice).confirm_email_change(confirmation(&token)).await;
    assert_refused(&again, Code::FailedPrecondition, "TOKEN_SPENT");
}

#[tokio::test]
async fn sessions_go_on() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let epoch = async || user::by_id(alice.id).one(service.connection()).await.unwrap().unwrap().epoch;
    let before = epoch().await;
    let token = token_for(&service, &alice, "new@example.org").await;
    auth(&alice).confirm_email_change(confirmation(&token)).await.unwrap();
    assert_eq!(epoch().await, before);
    auth(&alice).get_me(GetMeRequest {}).await.unwrap();
}

#[tokio::test]
async fn somebody_elses_token_is_none() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let bob = signed_in(&service, "bob@example.org").await;
    let token = token_for(&service, &alice, "new@example.org").await;
    let foreign = auth(&bob).confirm_email_change(confirmation(&token)).await;
    assert_refused(&foreign, Code::FailedPrecondition, "TOKEN_SPENT");
    auth(&alice).confirm_email_change(confirmation(&token)).await.unwrap();
}

#[tokio::test]
async fn an_address_that_was_taken_in_the_meantime_stays_its_owners() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let token = token_for(&service, &alice, "new@example.org").await;
    verified(&service, "new@example.org").await;
    let taken = auth(&alice).confirm_email_change(confirmation(&token)).await;
    assert_refused(&taken, Code::FailedPrecondition, "TOKEN_SPENT");
    assert_eq!(messages(&service, "email-changed").len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_who_confirm_the_same_address_at_once_gets_it() {
    let service = start().await;
    let mut tokens = Vec::new();
    for number in 0..6 {
        let caller = signed_in(&service, &format!("user{number}@example.org")).await;
        let token = token_for(&service, &caller, "new@example.org").await;
        tokens.push((caller, token));
    }
    let mut confirming = JoinSet::new();
    for (caller, token) in tokens {
        confirming.spawn(async move {
            let mut client = AuthServiceClient::new(caller.channel().once());
            client.confirm_email_change(confirmation(&token)).await.is_ok()
        });
    }
    assert_eq!(confirming.join_all().await.into_iter().filter(|succeeded| *succeeded).count(), 1);
}

#[tokio::test]
async fn what_went_to_the_old_address_is_dead() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let nobody = service.stranger();
    let forgotten = RequestPasswordResetRequest { request_id: new_id(), email: "alice@example.org".into() };
    auth(&nobody).request_password_reset(forgotten).await.unwrap();
    let token = token_for(&service, &alice, "new@example.org").await;
    auth(&alice).confirm_email_change(confirmation(&token)).await.unwrap();

    let token = mails(&service, "reset").remove(0);
    let reset = ResetPasswordRequest { request_id: new_id(), token, new_password: "seven tall rivers".into() };
    assert_refused(&auth(&nobody).reset_password(reset).await, Code::FailedPrecondition, "TOKEN_SPENT");
    assert_fields(&auth(&alice).confirm_email_change(confirmation("x")).await, &["token"]);
}
