use auth::Auth;
use proto::azora::auth::v1::{LogoutRequest, WatchRevocationsRequest, WatchRevocationsResponse};
use shared::testing::{TestService, assert_refused, new_id};
use tonic::{Code, Streaming};

use crate::suspend_user::suspension;
use crate::{PASSWORD, auth, log_in, start, verified};

async fn watch(service: &TestService<Auth>) -> Streaming<WatchRevocationsResponse> {
    let mint = service.service("mint");
    auth(&mint).watch_revocations(WatchRevocationsRequest {}).await.unwrap().into_inner()
}

/// What is told until everything up to that moment has been.
async fn picture(stream: &mut Streaming<WatchRevocationsResponse>) -> (Vec<(String, i32)>, Vec<String>) {
    let (mut epochs, mut sessions) = (Vec::new(), Vec::new());
    loop {
        let part = stream.message().await.unwrap().unwrap();
        epochs.extend(part.epochs.into_iter().map(|raised| (raised.user_id, raised.epoch)));
        sessions.extend(part.session_ids);
        if part.complete {
            return (epochs, sessions);
        }
    }
}

#[tokio::test]
async fn a_watcher_hears_everything_of_the_last_minutes_then_each_change() {
    let service = start().await;
    let account = verified(&service, "alice@example.org").await;
    let tokens = log_in(&service, "alice@example.org", PASSWORD).await.unwrap().into_inner().tokens.unwrap();
    let mut stream = watch(&service).await;
    assert_eq!(picture(&mut stream).await, (Vec::new(), Vec::new()));

    let alice = service.with_token(uuid::Uuid::parse_str(&account.id).unwrap().into(), &tokens.access_token);
    auth(&alice).logout(LogoutRequest { request_id: new_id() }).await.unwrap();
    auth(&service.admin("root")).suspend_user(suspension(&account.id)).await.unwrap();

    let (mut epochs, mut sessions) = (Vec::new(), Vec::new());
    while epochs.is_empty() || sessions.is_empty() {
        // Each part says that everything has been told: a silence would be a broken stream.
        let news = stream.message().await.unwrap().unwrap();
        assert!(news.complete);
        epochs.extend(news.epochs.into_iter().map(|raised| (raised.user_id, raised.epoch)));
        sessions.extend(news.session_ids);
    }
    let told = (vec![(account.id, 2)], vec![tokens.session_id]);
    assert_eq!((epochs, sessions), told);
    assert_eq!(picture(&mut watch(&service).await).await, told, "a late watcher hears the same");
}

#[tokio::test]
async fn only_services_watch() {
    let service = start().await;
    for caller in [service.student("alice"), service.admin("root")] {
        let refused = auth(&caller).watch_revocations(WatchRevocationsRequest {}).await;
        assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
    }
}
