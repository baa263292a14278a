use proto::azora::auth::v1::UpdateProfileRequest;
use shared::testing::{Outcome, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{auth, signed_in, start};

#[tokio::test]
async fn a_mask_says_what_changes() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let first = UpdateProfileRequest {
        request_id: new_id(),
        bio: "I learn.".into(),
        location: "Lagos".into(),
        language: "fr".into(),
        ..Default::default()
    };
    auth(&alice).update_profile(first).await.unwrap();
    let mask = Some(prost_types::FieldMask { paths: vec!["bio".into()] });
    let second =
        UpdateProfileRequest { request_id: new_id(), location: "x".into(), update_mask: mask, ..Default::default() };
    let profile = auth(&alice).update_profile(second).await.unwrap().into_inner().profile.unwrap();
    assert_eq!((profile.bio.as_str(), profile.location.as_str(), profile.language.as_str()), ("", "Lagos", "fr"));
    service.audit_ends_with("auth.profile.update", Outcome::Ok, &alice).await;
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    let request = UpdateProfileRequest {
        request_id: new_id(),
        bio: "x".repeat(1001),
        avatar_url: "http://example.org/a.png".into(),
        language: "x".into(),
        update_mask: Some(prost_types::FieldMask { paths: vec!["role".into()] }),
        ..Default::default()
    };
    assert_fields(&auth(&alice).update_profile(request).await, &["bio", "avatar_url", "language", "update_mask"]);
}

#[tokio::test]
async fn somebody_without_an_account_has_no_profile_to_change() {
    let service = start().await;
    let request = UpdateProfileRequest { request_id: new_id(), bio: "x".into(), ..Default::default() };
    assert_refused(&auth(&service.student("ghost")).update_profile(request).await, Code::NotFound, "NOT_FOUND");
}
