use nexus::Nexus;
use proto::azora::nexus::v1::{GetUserProfileRequest, InteractionKind, Preferences};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused};
use tonic::Code;

use crate::{act, acts, nexus};

fn of(user: &TestUser) -> GetUserProfileRequest {
    GetUserProfileRequest { user_id: user.id.to_string() }
}

#[tokio::test]
async fn there_is_none_before_a_person_said_or_did_anything() {
    let service = TestService::<Nexus>::start().await;

    let refused = nexus(&service.student("alice")).get_user_profile(GetUserProfileRequest::default()).await;

    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}

#[tokio::test]
async fn the_first_act_makes_an_empty_one_without_consent() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    nexus(&alice).record_interactions(acts(&alice, vec![act(InteractionKind::Like)])).await.unwrap();

    let answer = nexus(&alice).get_user_profile(GetUserProfileRequest::default()).await.unwrap().into_inner();

    let profile = answer.profile.unwrap();
    assert_eq!((profile.user_id, profile.consent), (alice.id.to_string(), false));
    assert_eq!(profile.preferences, Some(Preferences::default()));
}

#[tokio::test]
async fn admins_and_services_may_name_a_person() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    nexus(&alice).record_interactions(acts(&alice, vec![act(InteractionKind::Like)])).await.unwrap();

    for caller in [service.admin("root"), service.service("family"), alice.clone()] {
        let answer = nexus(&caller).get_user_profile(of(&alice)).await.unwrap().into_inner();
        assert_eq!(answer.profile.unwrap().user_id, alice.id.to_string());
    }
    let nobody = nexus(&service.service("family")).get_user_profile(GetUserProfileRequest::default()).await;
    assert_fields(&nobody, &["user_id"]);
}

#[tokio::test]
async fn nobody_else_sees_it() {
    let service = TestService::<Nexus>::start().await;
    let (alice, bob) = (service.student("alice"), service.educator("bob"));
    nexus(&alice).record_interactions(acts(&alice, vec![act(InteractionKind::Like)])).await.unwrap();

    let refused = nexus(&bob).get_user_profile(of(&alice)).await;

    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}
