use education::Education;
use proto::azora::education::v1::{
    AddModuleRequest, Assessment, GetEnrollmentRequest, Lesson, ModuleContent, Question, QuestionKind,
    StartModuleRequest,
};
use shared::testing::{Outcome, TestService, assert_fields, assert_refused, new_id};
use tonic::Code;

use crate::{content, course, draft, education, enrolled, module, new_course, new_module, student};

#[tokio::test]
async fn modules_are_added_one_after_the_other() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let python = draft(&naledi, new_course("Python")).await;

    let basics = education(&naledi).add_module(new_module(&python.id, "Python Basics")).await.unwrap();
    let flow = module(&naledi, &python.id, "Control Flow").await;

    let basics = basics.into_inner().module.unwrap();
    assert_eq!((basics.order, flow.order), (1, 2));
    assert_eq!((basics.course_id, basics.title.as_str()), (python.id, "Python Basics"));
    assert_eq!(basics.estimated_minutes, 30);
    service.audit_ends_with("education.module.add", Outcome::Ok, &naledi).await;
}

#[tokio::test]
async fn what_the_author_leaves_open_comes_from_the_settings() {
    let service = TestService::<Education>::with_settings("pass_mark = 60\nassessment_attempts = 5").await;
    let naledi = service.educator("naledi");
    let python = draft(&naledi, new_course("Python")).await;

    let added = module(&naledi, &python.id, "Python Basics").await;

    let check = &added.content.as_ref().unwrap().assessments[0];
    assert_eq!(check.id, format!("{}.check", added.id));
    assert_eq!((check.pass_mark.as_str(), check.attempts, check.questions[0].points), ("60", 5, 1));
}

#[tokio::test]
async fn what_the_author_says_is_kept() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let python = draft(&naledi, new_course("Python")).await;
    let mut said = content();
    said.lessons[0].url = "https://example.org/variables".into();
    said.lessons[0].size_bytes = 1024;
    said.lessons[0].sha256 = "0f".repeat(32);
    said.assessments[0].pass_mark = "80.5".into();
    said.assessments[0].attempts = 1;
    said.assessments[0].time_limit_minutes = 20;
    said.assessments[0].questions[0] = Question {
        kind: QuestionKind::Numeric.into(),
        answer_key: "-3.5".into(),
        tolerance: "0.25".into(),
        points: 4,
        ..said.assessments[0].questions[0].clone()
    };

    let request = AddModuleRequest { content: Some(said.clone()), ..new_module(&python.id, "Python Basics") };
    let added = education(&naledi).add_module(request).await.unwrap().into_inner().module.unwrap();

    said.assessments[0].id = format!("{}.check", added.id);
    assert_eq!(added.content, Some(said));
}

#[tokio::test]
async fn a_module_without_content_is_empty() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let python = draft(&naledi, new_course("Python")).await;

    let request = AddModuleRequest { content: None, ..new_module(&python.id, "Python Basics") };
    let added = education(&naledi).add_module(request).await.unwrap().into_inner().module.unwrap();

    assert_eq!(added.content, Some(ModuleContent::default()));
}

#[tokio::test]
async fn a_longer_course_leaves_those_who_are_at_it_further_from_its_end() {
    let service = TestService::<Education>::start().await;
    let (alice, bob, naledi) = (service.student("alice"), service.student("bob"), service.educator("naledi"));
    let python = course(&naledi, new_course("Python")).await;
    let basics = module(&naledi, &python.id, "Python Basics").await;
    let mut places = Vec::new();
    for user in [&alice, &bob] {
        student(user).await;
        places.push(enrolled(user, &python.id).await.id);
    }
    let start = StartModuleRequest { request_id: new_id(), module_id: basics.id, ..Default::default() };
    let started = education(&alice).start_module(start).await.unwrap().into_inner();
    assert_eq!(started.enrollment.unwrap().progress_percent, "50");

    module(&naledi, &python.id, "Control Flow").await;

    for (user, place, percent) in [(&alice, &places[0], "25"), (&bob, &places[1], "0")] {
        let request = GetEnrollmentRequest { enrollment_id: place.clone() };
        let seen = education(user).get_enrollment(request).await.unwrap().into_inner().enrollment.unwrap();
        assert_eq!(seen.progress_percent, percent);
    }
}

#[tokio::test]
async fn nobody_adds_to_a_course_of_somebody_else() {
    let service = TestService::<Education>::start().await;
    let (naledi, sizwe) = (service.educator("naledi"), service.educator("sizwe"));
    let published = course(&naledi, new_course("Python")).await.id;
    let unpublished = draft(&naledi, new_course("React")).await.id;

    let not_own = education(&sizwe).add_module(new_module(&published, "Basics")).await;
    let not_seen = education(&sizwe).add_module(new_module(&unpublished, "Basics")).await;
    let not_educator = education(&service.student("alice")).add_module(new_module(&published, "Basics")).await;

    assert_refused(&not_own, Code::PermissionDenied, "NOT_OWNER");
    assert_refused(&not_seen, Code::NotFound, "NOT_FOUND");
    assert_refused(&not_educator, Code::PermissionDenied, "ROLE_REQUIRED");
}

#[tokio::test]
async fn every_bad_field_is_named_by_its_path_at_once() {
    let service = TestService::<Education>::start().await;
    let lesson = Lesson { id: "No Spaces".into(), url: "http://example.org".into(), ..Default::default() };
    let question = Question { id: "q1".into(), kind: QuestionKind::TrueFalse.into(), ..Default::default() };
    let assessment = Assessment {
        key: "check".into(),
        title: "Check".into(),
        pass_mark: "101".into(),
        questions: vec![Question { prompt: "Is it?".into(), answer_key: "perhaps".into(), ..question }],
        ..Default::default()
    };
    let empty = Assessment { key: "check".into(), title: "Again".into(), ..Default::default() };
    let request = AddModuleRequest {
        request_id: "x".into(),
        course_id: "y".into(),
        title: "M".into(),
        description: "d".repeat(5001),
        estimated_minutes: -1,
        content: Some(ModuleContent { lessons: vec![lesson], assessments: vec![assessment, empty] }),
    };

    let refused = education(&service.educator("naledi")).add_module(request).await;

    let named = [
        "request_id",
        "course_id",
        "title",
        "description",
        "estimated_minutes",
        "content.lessons[0].id",
        "content.lessons[0].title",
        "content.lessons[0].kind",
        "content.lessons[0].url",
        "content.assessments[0].pass_mark",
        "content.assessments[0].questions[0].answer_key",
        "content.assessments[1].questions",
        "content.assessments[1].key",
    ];
    assert_fields(&refused, &named);
}
