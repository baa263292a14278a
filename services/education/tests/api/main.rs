//! Education as its callers see it, on SQLite or (with `AZORA_TEST_POSTGRES`) on Postgres.

#![expect(clippy::unwrap_used, reason = "what helps a test fails like a test")]

use education::Education;
use education::entity::{enrollment, transaction, wallet};
use education::id::{EnrollmentId, StudentId, TransactionId};
use proto::azora::education::v1::education_service_client::EducationServiceClient;
use proto::azora::education::v1::{
    AddModuleRequest, Assessment, Course, CreateCourseRequest, CreateStudentRequest, EnrollStudentRequest, Enrollment,
    EnrollmentStatus, Lesson, LessonKind, Module, ModuleContent, PublishCourseRequest, Question, QuestionKind, Student,
    TransactionStatus, TransactionType,
};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::amount::Amount;
use shared::fleet::outbox;
use shared::json::Json;
use shared::testing::{TestChannel, TestService, TestUser, coverage, new_id};
use shared::word::Word;

mod add_module;
mod create_course;
mod create_student;
mod enroll_student;
mod get_course;
mod get_enrollment;
mod get_module;
mod get_progress;
mod get_student;
mod get_wallet;
mod list_courses;
mod list_enrollments;
mod list_modules;
mod list_students;
mod list_transactions;
mod publish_course;
mod record_progress;
mod start_module;
mod update_course;
mod update_student;

/// The generated client, signed in as `user`.
fn education(user: &TestUser) -> EducationServiceClient<TestChannel> {
    EducationServiceClient::new(user.channel())
}

/// A request for a record of the caller, under an address of the caller's own.
fn new_student(user: &TestUser) -> CreateStudentRequest {
    CreateStudentRequest {
        request_id: new_id(),
        first_name: "Themba".to_owned(),
        last_name: "Ndlovu".to_owned(),
        email: format!("{}@example.org", user.id),
        ..Default::default()
    }
}

/// The student record of `user`, opened now.
async fn student(user: &TestUser) -> Student {
    education(user).create_student(new_student(user)).await.unwrap().into_inner().student.unwrap()
}

/// A request for a free course without a limit of places.
fn new_course(title: &str) -> CreateCourseRequest {
    CreateCourseRequest {
        request_id: new_id(),
        title: title.to_owned(),
        description: "Begin with nothing and write programs that decide.".to_owned(),
        category: "Programming".to_owned(),
        duration_hours: 40,
        ..Default::default()
    }
}

/// A course that only its instructor sees.
async fn draft(educator: &TestUser, request: CreateCourseRequest) -> Course {
    education(educator).create_course(request).await.unwrap().into_inner().course.unwrap()
}

/// A course that everybody sees.
async fn course(educator: &TestUser, request: CreateCourseRequest) -> Course {
    let course_id = draft(educator, request).await.id;
    let request = PublishCourseRequest { request_id: new_id(), course_id };
    education(educator).publish_course(request).await.unwrap().into_inner().course.unwrap()
}

/// A lesson, and an assessment whose key is `the-key` and whose explanation is `the-reason`.
fn content() -> ModuleContent {
    let lesson = Lesson {
        id: "variables".to_owned(),
        title: "Variables".to_owned(),
        kind: LessonKind::Text.into(),
        body: "A name for a value.".to_owned(),
        minutes: 10,
        ..Default::default()
    };
    let question = Question {
        id: "q1".to_owned(),
        kind: QuestionKind::ShortAnswer.into(),
        prompt: "What is it called?".to_owned(),
        answer_key: "the-key".to_owned(),
        explanation: "the-reason".to_owned(),
        ..Default::default()
    };
    let check = Assessment {
        key: "check".to_owned(),
        title: "Check".to_owned(),
        questions: vec![question],
        ..Default::default()
    };
    ModuleContent { lessons: vec![lesson], assessments: vec![check] }
}

/// A request for a module with that content.
fn new_module(course_id: &str, title: &str) -> AddModuleRequest {
    AddModuleRequest {
        request_id: new_id(),
        course_id: course_id.to_owned(),
        title: title.to_owned(),
        content: Some(content()),
        ..Default::default()
    }
}

/// A module at the end of a course.
async fn module(educator: &TestUser, course_id: &str, title: &str) -> Module {
    education(educator).add_module(new_module(course_id, title)).await.unwrap().into_inner().module.unwrap()
}

/// A request for a place of the caller.
fn place_in(course_id: &str) -> EnrollStudentRequest {
    EnrollStudentRequest { request_id: new_id(), course_id: course_id.to_owned(), ..Default::default() }
}

/// The place that `user` takes in a course.
async fn enrolled(user: &TestUser, course_id: &str) -> Enrollment {
    education(user).enroll_student(place_in(course_id)).await.unwrap().into_inner().enrollment.unwrap()
}

fn student_id(student: &Student) -> StudentId {
    StudentId(student.id.parse().unwrap())
}

/// Puts money into a new student's empty wallet. No RPC does that yet.
async fn fund(service: &TestService<Education>, student: &Student, coins: i64) {
    let db = service.connection();
    let before = wallet::of(student_id(student)).one(db).await.unwrap().unwrap();
    let top_up = transaction::Model {
        id: TransactionId::new(),
        wallet_id: before.id,
        currency: before.currency,
        version: Some(1),
        balance_after: Some(Amount::whole(coins)),
        r#type: Word(TransactionType::TopUp),
        amount: Amount::whole(coins),
        description: "Test money".to_owned(),
        enrollment_id: None,
        mint_transaction_id: None,
        reference: None,
        status: Word(TransactionStatus::Completed),
        created_at: before.created_at,
        updated_at: before.created_at,
    };
    transaction::ActiveModel::from(top_up).insert(db).await.unwrap();
    let funded = wallet::ActiveModel {
        id: Unchanged(before.id),
        balance: Set(Amount::whole(coins)),
        version: Set(1),
        ..Default::default()
    };
    funded.update(db).await.unwrap();
}

/// Drops a place. No RPC does that yet.
async fn drop_place(service: &TestService<Education>, place: &Enrollment) {
    let dropped = enrollment::ActiveModel {
        id: Unchanged(EnrollmentId(place.id.parse().unwrap())),
        status: Set(Word(EnrollmentStatus::Dropped)),
        dropped_at: Set(Some(shared::clock::now())),
        ..Default::default()
    };
    dropped.update(service.connection()).await.unwrap();
}

/// What was published under this type, in order.
async fn events(service: &TestService<Education>, kind: &str) -> Vec<Json> {
    let published = outbox::Entity::find()
        .filter(outbox::Column::Type.eq(kind))
        .order_by_asc(outbox::Column::Position)
        .all(service.connection())
        .await
        .unwrap();
    published.into_iter().map(|event| event.data).collect()
}

#[tokio::test]
async fn every_rpc_is_guarded_and_has_a_test_file() {
    coverage::contract::<Education>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    coverage::schema::<Education>(env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn every_entity_matches_its_table() {
    let education = TestService::<Education>::start().await;
    coverage::entity::<education::entity::assessment_submission::Entity>(&education).await;
    coverage::entity::<education::entity::course::Entity>(&education).await;
    coverage::entity::<education::entity::enrollment::Entity>(&education).await;
    coverage::entity::<education::entity::learning_progress::Entity>(&education).await;
    coverage::entity::<education::entity::module::Entity>(&education).await;
    coverage::entity::<education::entity::student::Entity>(&education).await;
    coverage::entity::<education::entity::transaction::Entity>(&education).await;
    coverage::entity::<education::entity::wallet::Entity>(&education).await;
}
