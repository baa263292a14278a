use education::Education;
use proto::azora::common::v1::Level;
use proto::azora::education::v1::{CreateCourseRequest, ListCoursesRequest};
use shared::testing::{TestService, TestUser, assert_fields};

use crate::{course, draft, education, module, new_course};

/// Titles of the courses that are listed, in order.
async fn titles(user: &TestUser, request: ListCoursesRequest) -> Vec<String> {
    let listed = education(user).list_courses(request).await.unwrap().into_inner().courses;
    listed.into_iter().map(|course| course.title).collect()
}

fn all() -> ListCoursesRequest {
    ListCoursesRequest::default()
}

/// Python and React are published, Rust is not; React is another educator's.
async fn catalogue() -> (TestService<Education>, TestUser) {
    let service = TestService::<Education>::start().await;
    let (naledi, sizwe) = (service.educator("naledi"), service.educator("sizwe"));
    course(&naledi, new_course("Introduction to Python")).await;
    let react = CreateCourseRequest {
        category: "Web Development".into(),
        level: Level::Intermediate.into(),
        description: "Pages from small parts: 100% Éclat, no_magic.".into(),
        ..new_course("React")
    };
    course(&sizwe, react).await;
    draft(&naledi, new_course("Rust")).await;
    (service, naledi)
}

#[tokio::test]
async fn published_courses_come_newest_first() {
    let (service, _) = catalogue().await;

    let listed = titles(&service.student("alice"), all()).await;

    assert_eq!(listed, ["React", "Introduction to Python"]);
}

#[tokio::test]
async fn unpublished_courses_are_listed_to_their_instructor_admins_and_services_only() {
    let (service, naledi) = catalogue().await;
    let unpublished = || ListCoursesRequest { published: Some(false), ..all() };

    for reader in [naledi, service.admin("root"), service.service("nexus")] {
        assert_eq!(titles(&reader, unpublished()).await, ["Rust"]);
        assert_eq!(titles(&reader, all()).await.len(), 3);
    }
    for stranger in [service.student("alice"), service.educator("sizwe")] {
        assert!(titles(&stranger, unpublished()).await.is_empty());
    }
}

#[tokio::test]
async fn a_list_can_be_narrowed() {
    let (service, naledi) = catalogue().await;
    let alice = service.student("alice");

    let by_category = ListCoursesRequest { category: "Web Development".into(), ..all() };
    let by_level = ListCoursesRequest { level: Level::Beginner.into(), ..all() };
    let by_instructor = ListCoursesRequest { instructor_id: naledi.id.to_string(), ..all() };
    let published = ListCoursesRequest { published: Some(true), ..all() };

    assert_eq!(titles(&alice, by_category).await, ["React"]);
    assert_eq!(titles(&alice, by_level).await, ["Introduction to Python"]);
    assert_eq!(titles(&alice, by_instructor).await, ["Introduction to Python"]);
    assert_eq!(titles(&naledi, published).await.len(), 2);
}

#[tokio::test]
async fn words_are_looked_for_whatever_their_case_and_order() {
    let (service, _) = catalogue().await;
    let alice = service.student("alice");
    let text = |text: &str| ListCoursesRequest { text: text.to_owned(), ..all() };

    for found in ["REACT", "parts small", "ÉCLAT", "web react"] {
        assert_eq!(titles(&alice, text(found)).await, ["React"], "{found}");
    }
    for nothing in ["react python", "angular"] {
        assert!(titles(&alice, text(nothing)).await.is_empty(), "{nothing}");
    }
}

#[tokio::test]
async fn wildcards_in_a_text_are_only_letters() {
    let (service, _) = catalogue().await;
    let alice = service.student("alice");
    let text = |text: &str| ListCoursesRequest { text: text.to_owned(), ..all() };

    for found in ["100%", "no_magic", "%", "_"] {
        assert_eq!(titles(&alice, text(found)).await, ["React"], "{found}");
    }
    for nothing in ["1%0", "p_thon", "re%ct", "\\", "!", "'"] {
        assert!(titles(&alice, text(nothing)).await.is_empty(), "{nothing}");
    }
}

#[tokio::test]
async fn each_course_says_how_many_modules_it_has() {
    let service = TestService::<Education>::start().await;
    let naledi = service.educator("naledi");
    let python = course(&naledi, new_course("Python")).await;
    course(&naledi, new_course("React")).await;
    module(&naledi, &python.id, "Python Basics").await;
    module(&naledi, &python.id, "Control Flow").await;

    let listed = education(&naledi).list_courses(all()).await.unwrap().into_inner().courses;

    let counts: Vec<_> = listed.iter().map(|course| (course.title.as_str(), course.module_count)).collect();
    assert_eq!(counts, [("React", 0), ("Python", 2)]);
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let (service, _) = catalogue().await;
    let alice = service.student("alice");

    let one = ListCoursesRequest { page_size: 1, ..all() };
    let page = education(&alice).list_courses(one.clone()).await.unwrap().into_inner();
    let rest = ListCoursesRequest { page_token: page.next_page_token, ..one };

    assert_eq!(page.courses[0].title, "React");
    assert_eq!(titles(&alice, rest).await, ["Introduction to Python"]);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let service = TestService::<Education>::start().await;
    let request = ListCoursesRequest {
        page_size: -1,
        category: "c".repeat(61),
        level: 99,
        text: "t".repeat(101),
        instructor_id: "naledi".into(),
        ..all()
    };

    let refused = education(&service.student("alice")).list_courses(request).await;

    assert_fields(&refused, &["page_size", "category", "level", "text", "instructor_id"]);
}
