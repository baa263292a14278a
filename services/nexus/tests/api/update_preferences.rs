use nexus::Nexus;
use prost_types::FieldMask;
use proto::azora::common::v1::Level;
use proto::azora::nexus::v1::{GetUserProfileRequest, Preferences, UpdatePreferencesRequest, UserProfile};
use shared::testing::{Outcome, TestService, TestUser, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::nexus;

fn wishes() -> Preferences {
    Preferences {
        categories: vec!["Programming".into(), "Web Development".into()],
        levels: vec![Level::Beginner.into(), Level::Intermediate.into()],
        disabled_surfaces: vec!["home".into()],
    }
}

fn request(preferences: Preferences) -> UpdatePreferencesRequest {
    UpdatePreferencesRequest { request_id: new_id(), preferences: Some(preferences), ..Default::default() }
}

fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(|&path| path.into()).collect() })
}

async fn updated(user: &TestUser, request: UpdatePreferencesRequest) -> UserProfile {
    nexus(user).update_preferences(request).await.unwrap().into_inner().profile.unwrap()
}

#[tokio::test]
async fn the_first_update_makes_the_profile() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");

    let profile = updated(&alice, UpdatePreferencesRequest { consent: Some(true), ..request(wishes()) }).await;

    assert_eq!((profile.preferences.clone(), profile.consent), (Some(wishes()), true));
    let kept = nexus(&alice).get_user_profile(GetUserProfileRequest::default()).await.unwrap().into_inner();
    assert_eq!(kept.profile, Some(profile));
    service.audit_ends_with("nexus.preferences.update", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn without_a_mask_only_what_is_given_changes() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    updated(&alice, UpdatePreferencesRequest { consent: Some(true), ..request(wishes()) }).await;

    let only = Preferences { categories: vec!["Data Science".into()], ..Default::default() };
    let profile = updated(&alice, request(only)).await;

    let expected = Preferences { categories: vec!["Data Science".into()], ..wishes() };
    assert_eq!((profile.preferences, profile.consent), (Some(expected), true));
}

#[tokio::test]
async fn a_mask_clears_what_it_names_and_nothing_else() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    updated(&alice, UpdatePreferencesRequest { consent: Some(true), ..request(wishes()) }).await;

    let levels = UpdatePreferencesRequest { update_mask: mask(&["preferences.levels"]), ..request(wishes()) };
    let levels = UpdatePreferencesRequest { preferences: None, ..levels };
    let profile = updated(&alice, levels).await;
    assert_eq!((profile.preferences, profile.consent), (Some(Preferences { levels: vec![], ..wishes() }), true));

    let document = UpdatePreferencesRequest { update_mask: mask(&["preferences"]), ..request(Preferences::default()) };
    let profile = updated(&alice, document).await;
    assert_eq!((profile.preferences, profile.consent), (Some(Preferences::default()), true));
}

#[tokio::test]
async fn consent_can_be_taken_back() {
    let service = TestService::<Nexus>::start().await;
    let alice = service.student("alice");
    let consent = |given| UpdatePreferencesRequest { request_id: new_id(), consent: given, ..Default::default() };
    assert!(updated(&alice, consent(Some(true))).await.consent);
    assert!(updated(&alice, consent(None)).await.consent, "nothing was said");

    assert!(!updated(&alice, consent(Some(false))).await.consent);
}

#[tokio::test]
async fn a_word_that_is_given_twice_is_kept_once() {
    let service = TestService::<Nexus>::start().await;
    let twice = Preferences {
        categories: vec!["Programming".into(), " Programming ".into()],
        levels: vec![Level::Expert.into(), Level::Expert.into()],
        ..Default::default()
    };

    let profile = updated(&service.student("alice"), request(twice)).await;

    let kept = profile.preferences.unwrap();
    assert_eq!((kept.categories.len(), kept.levels), (1, vec![i32::from(Level::Expert)]));
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Nexus>::start().await;
    let bad = UpdatePreferencesRequest {
        request_id: "x".into(),
        preferences: Some(Preferences {
            categories: vec!["Programming".into(), String::new()],
            levels: vec![Level::Beginner.into(), 77],
            disabled_surfaces: vec!["home".into(); 51],
        }),
        consent: None,
        update_mask: mask(&["engagement"]),
    };

    let refused = nexus(&service.student("alice")).update_preferences(bad).await;

    let paths = [
        "request_id",
        "preferences.categories[1]",
        "preferences.levels[1]",
        "preferences.disabled_surfaces",
        "update_mask",
    ];
    assert_fields(&refused, &paths);
}

#[tokio::test]
async fn a_service_cannot_consent_for_anybody() {
    let service = TestService::<Nexus>::start().await;

    let refused = nexus(&service.service("family")).update_preferences(request(wishes())).await;

    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");
}
