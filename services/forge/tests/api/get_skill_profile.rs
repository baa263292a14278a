use forge::Forge;
use proto::azora::forge::v1::GetSkillProfileRequest;
use shared::testing::{TestService, assert_refused};
use tonic::Code;

use crate::forge;
use crate::update_skill_profile::with_skills;

#[tokio::test]
async fn anybody_signed_in_reads_anybodys_profile() {
    let service = TestService::<Forge>::start().await;
    let themba = service.student("themba");
    forge(&themba).update_skill_profile(with_skills(&["Python"])).await.unwrap();
    let of_themba = GetSkillProfileRequest { user_id: themba.id.to_string() };
    let seen =
        forge(&service.employer("kofi")).get_skill_profile(of_themba).await.unwrap().into_inner().profile.unwrap();
    assert_eq!(seen.skills, ["Python"]);
    let own = forge(&service.employer("kofi")).get_skill_profile(GetSkillProfileRequest::default()).await;
    assert_refused(&own, Code::NotFound, "NOT_FOUND");
}
