use family::Family;
use proto::azora::family::v1::GetKinRequest;
use shared::testing::{TestService, assert_fields, assert_refused};
use tonic::Code;

use crate::family;

#[tokio::test]
async fn kin_are_named_by_the_speakers_side() {
    let service = TestService::<Family>::start().await;
    for (speaker, term, expected) in [
        ("Themba", "mom", vec!["Elara"]),
        ("Naledi", "Mama", vec!["Elara"]),
        ("Themba", "grandpa", vec!["Sankofa"]),
        ("Elara", "grandfather", vec!["Sankofa"]),
        ("Amara", "uncle", vec!["Thembo"]),
        ("Amara", "brothers", vec!["Jabari", "Themba"]),
        ("Jabari", "sisters", vec!["Amara", "Naledi"]),
        ("Elara", "brother", vec!["Thembo"]),
        ("Amara", "Mum", vec!["Elara"]),
        ("Jabari", "grandfather", vec!["Sankofa"]),
        ("Jabari", "great grandfather", vec!["Sankofa"]),
        ("Thembo", "nieces", vec!["Amara", "Naledi"]),
        ("Sankofa", "pupils", vec!["Abeni", "Kofi", "Zola"]),
    ] {
        let request = GetKinRequest { speaker: speaker.into(), term: term.into() };
        let members = family(&service.stranger()).get_kin(request).await.unwrap().into_inner().members;
        let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, expected, "{term} of {speaker}");
    }
}

#[tokio::test]
async fn a_term_that_fits_nobody_says_so() {
    let service = TestService::<Family>::start().await;
    let kin = async |speaker: &str, term: &str| {
        let request = GetKinRequest { speaker: speaker.into(), term: term.into() };
        family(&service.stranger()).get_kin(request).await
    };
    assert_refused(&kin("Kofi", "mom").await, Code::NotFound, "NO_SUCH_KIN");
    assert_refused(&kin("Sankofa", "grandpa").await, Code::NotFound, "NO_SUCH_KIN");
    assert_refused(&kin("Nobody", "mom").await, Code::NotFound, "NOT_FOUND");
    assert_fields(&kin("", "").await, &["speaker", "term"]);
}
