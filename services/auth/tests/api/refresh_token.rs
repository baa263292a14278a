use auth::Auth;
use auth::entity::session;
use chrono::Duration;
use proto::azora::auth::v1::{ListSessionsRequest, RefreshTokenRequest, RefreshTokenResponse, Tokens};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::{Code, Response, Status};

use crate::login::log_in;
use crate::{PASSWORD, auth, start, verified};

async fn refresh(service: &TestService<Auth>, token: &str) -> Result<Response<RefreshTokenResponse>, Status> {
    auth(&service.stranger()).refresh_token(RefreshTokenRequest { refresh_token: token.to_owned(), proof: None }).await
}

async fn refreshed(service: &TestService<Auth>, token: &str) -> Tokens {
    refresh(service, token).await.unwrap().into_inner().tokens.unwrap()
}

async fn opened(service: &TestService<Auth>) -> Tokens {
    verified(service, "alice@example.org").await;
    log_in(service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap()
}

/// Lets all sessions look as if so much time had passed.
async fn later(service: &TestService<Auth>, by: Duration) {
    let moments = [
        session::Column::RefreshedAt,
        session::Column::LastUsedAt,
        session::Column::IdleExpiresAt,
        session::Column::AbsoluteExpiresAt,
    ];
    for row in session::Entity::find().all(service.connection()).await.unwrap() {
        let values = [row.refreshed_at, row.last_used_at, row.idle_expires_at, row.absolute_expires_at];
        let mut update = session::Entity::update_many().filter(session::Column::Id.eq(row.id));
        for (moment, value) in moments.into_iter().zip(values) {
            update = update.col_expr(moment, Expr::value(value - by));
        }
        update.exec(service.connection()).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_goes_on_with_new_tokens_and_keeps_its_id() {
    let service = start().await;
    let first = opened(&service).await;
    let second = refreshed(&service, &first.refresh_token).await;
    let third = refreshed(&service, &second.refresh_token).await;
    assert_eq!((&second.session_id, &third.session_id), (&first.session_id, &first.session_id));
    assert_ne!(second.refresh_token, third.refresh_token);
    let alice = service.with_token(shared::id::UserId::default(), &third.access_token);
    auth(&alice).list_sessions(ListSessionsRequest::default()).await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_the_successor_works() {
    let service = start().await;
    let first = opened(&service).await;
    let lost = refreshed(&service, &first.refresh_token).await;
    for _ in 0..20 {
        assert_eq!(refreshed(&service, &first.refresh_token).await.refresh_token, lost.refresh_token);
    }
    refreshed(&service, &lost.refresh_token).await;
}

#[tokio::test]
async fn a_copy_that_somebody_kept_ends_the_session_for_both() {
    let service = start().await;
    let first = opened(&service).await;
    let second = refreshed(&service, &first.refresh_token).await;
    later(&service, Duration::seconds(31)).await;
    assert_refused(&refresh(&service, &first.refresh_token).await, Code::Unauthenticated, "SESSION_ENDED");
    assert_refused(&refresh(&service, &second.refresh_token).await, Code::Unauthenticated, "SESSION_ENDED");
    let row = session::Entity::find().one(service.connection()).await.unwrap().unwrap();
    assert_eq!(row.revoke_reason.as_deref(), Some("token_reuse"));
}

#[tokio::test]
async fn a_token_two_steps_old_is_a_copy_even_at_once() {
    let service = start().await;
    let first = opened(&service).await;
    let second = refreshed(&service, &first.refresh_token).await;
    let third = refreshed(&service, &second.refresh_token).await;
    assert_refused(&refresh(&service, &first.refresh_token).await, Code::Unauthenticated, "SESSION_ENDED");
    assert_refused(&refresh(&service, &third.refresh_token).await, Code::Unauthenticated, "SESSION_ENDED");
}

#[tokio::test]
async fn sessions_end_when_nobody_uses_them() {
    let service = start().await;
    let first = opened(&service).await;
    later(&service, Duration::days(29)).await;
    let second = refreshed(&service, &first.refresh_token).await;
    later(&service, Duration::days(30)).await;
    assert_refused(&refresh(&service, &second.refresh_token).await, Code::Unauthenticated, "SESSION_ENDED");
}

#[tokio::test]
async fn sessions_in_daily_use_end_after_ninety_days() {
    let service = start().await;
    let mut current = opened(&service).await.refresh_token;
    for _ in 0..4 {
        later(&service, Duration::days(22)).await;
        current = refreshed(&service, &current).await.refresh_token;
    }
    later(&service, Duration::days(2)).await;
    assert_refused(&refresh(&service, &current).await, Code::Unauthenticated, "SESSION_ENDED");
}

#[tokio::test]
async fn what_is_no_token_or_not_ours_is_refused_alike() {
    let service = start().await;
    let other = opened(&TestService::<Auth>::with_settings("bcrypt_cost = 4").await).await;
    let own = opened(&service).await.refresh_token;
    let last = if own.ends_with('A') { "E" } else { "A" };
    let altered = format!("{}{last}", &own[..own.len() - 1]);
    let later = own.replacen(".0.", ".1.", 1);
    for token in ["x", "v1.a.0.b", &other.refresh_token, &altered, &later] {
        assert_refused(&refresh(&service, token).await, Code::Unauthenticated, "SESSION_ENDED");
    }
    refreshed(&service, &own).await;
    assert_fields(&refresh(&service, "").await, &["refresh_token"]);
    assert_fields(&refresh(&service, &"x".repeat(201)).await, &["refresh_token"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_at_once_with_one_token_all_get_one_successor() {
    let service = start().await;
    let mut current = opened(&service).await.refresh_token;
    for _ in 0..20 {
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let mut client = auth(&service.stranger());
            let request = RefreshTokenRequest { refresh_token: current.clone(), proof: None };
            asking.spawn(async move { client.refresh_token(request).await.unwrap().into_inner().tokens.unwrap() });
        }
        let mut successors: Vec<String> = asking.join_all().await.into_iter().map(|one| one.refresh_token).collect();
        successors.sort();
        successors.dedup();
        assert_eq!(successors.len(), 1);
        current = successors.remove(0);
        // Twenty bursts in one minute are more than a day's share: each round is another day.
        later(&service, Duration::seconds(40)).await;
        session::Entity::update_many()
            .col_expr(session::Column::GraceUses, Expr::value(0))
            .exec(service.connection())
            .await
            .unwrap();
    }
}
