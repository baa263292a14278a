use notifications::Notifications;
use proto::azora::notifications::v1::GetUnreadCountRequest;
use shared::testing::TestService;

use crate::{notifications, told};

#[tokio::test]
async fn whoever_was_never_told_anything_has_nothing_unread() {
    let service = TestService::<Notifications>::start().await;

    let counted = notifications(&service.student("alice")).get_unread_count(GetUnreadCountRequest {}).await.unwrap();

    assert_eq!(counted.into_inner().unread_count, 0);
}

#[tokio::test]
async fn each_user_has_a_count_of_their_own() {
    let service = TestService::<Notifications>::start().await;
    let (alice, bob) = (service.student("alice"), service.student("bob"));
    told(&service, &alice).await;
    told(&service, &alice).await;

    for (user, expected) in [(&alice, 2), (&bob, 0)] {
        let counted = notifications(user).get_unread_count(GetUnreadCountRequest {}).await.unwrap().into_inner();
        assert_eq!(counted.unread_count, expected);
    }
}
