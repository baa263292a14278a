use forge::Forge;
use proto::azora::forge::v1::{RecordedHistory, UpdateSkillProfileRequest};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::forge;

pub fn with_skills(skills: &[&str]) -> UpdateSkillProfileRequest {
    UpdateSkillProfileRequest {
        request_id: new_id(),
        skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
        ..Default::default()
    }
}

fn history() -> RecordedHistory {
    RecordedHistory { jobs_completed: 5, rating_sum: 18, rating_count: 4, earned: "1200".into() }
}

#[tokio::test]
async fn the_first_update_makes_the_profile_and_a_mask_says_what_changes() {
    let service = TestService::<Forge>::start().await;
    let themba = service.student("themba");
    let first = UpdateSkillProfileRequest { headline: "I learn".into(), ..with_skills(&["Python", "python", "React"]) };
    forge(&themba).update_skill_profile(first).await.unwrap();
    let mask = Some(prost_types::FieldMask { paths: vec!["headline".into()] });
    let second = UpdateSkillProfileRequest { update_mask: mask, ..with_skills(&["Java"]) };
    let profile = forge(&themba).update_skill_profile(second).await.unwrap().into_inner().profile.unwrap();
    assert_eq!((profile.headline.as_str(), profile.skills), ("", vec!["Python".to_owned(), "React".to_owned()]));
    service.audit_ends_with("forge.skill_profile.update", Outcome::Ok, &themba).await;
}

#[tokio::test]
async fn history_from_elsewhere_is_stated_once_by_those_who_vouch_for_it() {
    let service = TestService::<Forge>::start().await;
    let themba = service.student("themba");
    let own = UpdateSkillProfileRequest { recorded: Some(history()), ..with_skills(&[]) };
    let refused = forge(&themba).update_skill_profile(own).await;
    assert_refused(&refused, Code::PermissionDenied, "ROLE_REQUIRED");

    let vouched =
        || UpdateSkillProfileRequest { recorded: Some(history()), user_id: themba.id.to_string(), ..with_skills(&[]) };
    let seed = service.service("seed");
    let profile = forge(&seed).update_skill_profile(vouched()).await.unwrap().into_inner().profile.unwrap();
    assert_eq!((profile.rating.as_str(), profile.jobs_completed, profile.total_earned.as_str()), ("4.5", 5, "1200"));
    assert_eq!(profile.opening, Some(history()));
    let again = forge(&seed).update_skill_profile(vouched()).await;
    assert_refused(&again, Code::FailedPrecondition, "OPENING_RECORDED");
}

#[tokio::test]
async fn nobody_writes_somebody_elses_profile() {
    let service = TestService::<Forge>::start().await;
    let of_themba =
        UpdateSkillProfileRequest { user_id: service.student("themba").id.to_string(), ..with_skills(&["x"]) };
    let refused = forge(&service.student("bob")).update_skill_profile(of_themba).await;
    assert_refused(&refused, Code::PermissionDenied, "NOT_OWNER");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Forge>::start().await;
    let history = RecordedHistory { jobs_completed: -1, rating_sum: 3, rating_count: 4, earned: "NaN".into() };
    let request = UpdateSkillProfileRequest {
        headline: "x".repeat(201),
        update_mask: Some(prost_types::FieldMask { paths: vec!["rating".into()] }),
        recorded: Some(history),
        ..with_skills(&[""])
    };
    let refused = forge(&service.student("themba")).update_skill_profile(request).await;
    let paths =
        ["headline", "skills[0]", "update_mask", "recorded.jobs_completed", "recorded.rating_sum", "recorded.earned"];
    assert_fields(&refused, &paths);
}
