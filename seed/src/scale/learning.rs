//! Courses with their modules, places in them, tutoring sessions, paths, and what people looked at.

use anyhow::{Context, Result};
use proto::azora::common::v1::Level;
use proto::azora::education::v1::education_service_client::EducationServiceClient;
use proto::azora::education::v1::{
    AddModuleRequest, Assessment, CreateCourseRequest, EnrollStudentRequest, GetStudentRequest, Lesson, LessonKind,
    ModuleContent, PublishCourseRequest, Question, QuestionKind, RecordProgressRequest, StartModuleRequest,
};
use proto::azora::nexus::v1::nexus_service_client::NexusServiceClient;
use proto::azora::nexus::v1::{InteractionKind, ItemType, NewInteraction, RecordInteractionsRequest};
use proto::azora::sapiens::v1::sapiens_service_client::SapiensServiceClient;
use proto::azora::sapiens::v1::{
    CreateLearningPathRequest, MessageRole, RecordedMessage, RecordedSession, StartTutoringSessionRequest,
};

use super::{Counts, Draw, Scale, WITH_PASSWORD, email, patient, row_id, unless_there};

const MODULES_EACH: u32 = 5;
const PLACES_EACH: u32 = 3;
const MESSAGES_EACH: u32 = 6;
const ACTS_EACH: u32 = 20;
/// What courses, jobs and paths are about.
pub const TOPICS: [&str; 8] =
    ["Python", "Mathematics", "Web Design", "Data Analysis", "Finance", "Writing", "Biology", "Robotics"];

/// A course and its first module.
struct Made {
    course: String,
    first_module: String,
}

pub async fn load(scale: &mut Scale<'_>) -> Result<()> {
    let made = courses(scale).await?;
    scale.courses = made.iter().map(|made| made.course.clone()).collect();
    places(scale, &made).await?;
    sessions(scale).await?;
    paths(scale).await?;
    interactions(scale).await
}

/// The educator of a course: one who can sign in, and who is there in the smallest set with this course.
fn educator(course: u32) -> String {
    let there = Counts::of(25 * (course + 1)).educators;
    email('e', course % there.min(WITH_PASSWORD))
}

async fn courses(scale: &mut Scale<'_>) -> Result<Vec<Made>> {
    let make = async |index: u32| {
        let mut draw = Draw::of("course", index);
        let topic = *draw.one(&TOPICS);
        let education = EducationServiceClient::new(scale.speakers.as_person("education", &educator(index)).await?);
        let request = CreateCourseRequest {
            request_id: row_id("course", index),
            title: format!("{topic} {}", index + 1),
            description: format!("A course in {}, made for trying the platform out.", topic.to_lowercase()),
            level: i32::try_from(draw.number(1..=4)).unwrap_or(1),
            category: topic.to_owned(),
            price: "0".to_owned(),
            duration_hours: i32::try_from(draw.number(5..=40)).unwrap_or(5),
            ..Default::default()
        };
        let course = patient(async || education.clone().create_course(request.clone()).await).await?;
        let course = course.course.context("no course in the answer")?.id;
        let publish = PublishCourseRequest { request_id: row_id("course/publish", index), course_id: course.clone() };
        patient(async || education.clone().publish_course(publish.clone()).await).await?;
        let mut first_module = String::new();
        for number in 1..=MODULES_EACH {
            let request = module(&course, index, number);
            let module = patient(async || education.clone().add_module(request.clone()).await).await?;
            let module = module.module.context("no module in the answer")?.id;
            if number == 1 {
                first_module = module;
            }
        }
        Ok(Made { course, first_module })
    };
    let (made, line) =
        scale.stage("education", "courses with modules", scale.counts.courses, 1 + MODULES_EACH as usize, make).await?;
    scale.note(line);
    Ok(made)
}

fn module(course: &str, index: u32, number: u32) -> AddModuleRequest {
    let mut draw = Draw::of("module", index * MODULES_EACH + number);
    let (a, b) = (draw.number(2..=99), draw.number(2..=99));
    let right = (a + b).to_string();
    let question = Question {
        id: "q1".to_owned(),
        kind: QuestionKind::MultipleChoice.into(),
        prompt: format!("What is {a} + {b}?"),
        options: vec![right.clone(), (a + b + 1).to_string(), (a * b + 1000).to_string()],
        answer_key: right,
        points: 1,
        ..Default::default()
    };
    let lesson = Lesson {
        id: "lesson-1".to_owned(),
        title: format!("Lesson {number}"),
        kind: LessonKind::Text.into(),
        ..Default::default()
    };
    let check = Assessment {
        key: "check".to_owned(),
        title: format!("Check {number}"),
        pass_mark: "70".to_owned(),
        questions: vec![question],
        ..Default::default()
    };
    AddModuleRequest {
        request_id: row_id(&format!("module/{number}"), index),
        course_id: course.to_owned(),
        title: format!("Part {number}"),
        description: "One step of the course, with a short check at its end.".to_owned(),
        estimated_minutes: i32::try_from(draw.number(20..=90)).unwrap_or(20),
        content: Some(ModuleContent { lessons: vec![lesson], assessments: vec![check] }),
    }
}

/// Each student takes three courses and has begun the first.
async fn places(scale: &mut Scale<'_>, made: &[Made]) -> Result<()> {
    let make = async |index: u32| {
        let education = EducationServiceClient::new(scale.speakers.as_seed("education").await?);
        let query = GetStudentRequest { user_id: scale.students[index as usize].clone(), ..Default::default() };
        let student = patient(async || education.clone().get_student(query.clone()).await).await?;
        let student_id = student.student.context("no student in the answer")?.id;
        let there = Counts::of(index + 1).courses;
        let first = Draw::of("place", index).index(there);
        for number in 0..PLACES_EACH {
            let request = EnrollStudentRequest {
                request_id: row_id(&format!("place/{number}"), index),
                course_id: made[((first + number) % there) as usize].course.clone(),
                student_id: student_id.clone(),
                grant_reason: "part of the large test set".to_owned(),
            };
            unless_there(async || education.clone().enroll_student(request.clone()).await).await?;
        }
        let module_id = made[first as usize].first_module.clone();
        let start = StartModuleRequest {
            request_id: row_id("start", index),
            module_id: module_id.clone(),
            student_id: student_id.clone(),
        };
        patient(async || education.clone().start_module(start.clone()).await).await?;
        let progress = RecordProgressRequest {
            request_id: row_id("progress", index),
            module_id,
            seconds: i32::try_from(Draw::of("progress", index).number(60..=3600)).unwrap_or(60),
            student_id,
        };
        patient(async || education.clone().record_progress(progress.clone()).await).await.map(drop)
    };
    let (_, line) = scale.stage("education", "enrollments", scale.counts.students, PLACES_EACH as usize, make).await?;
    scale.note(line);
    Ok(())
}

async fn sessions(scale: &mut Scale<'_>) -> Result<()> {
    let make = async |index: u32| {
        let sapiens = SapiensServiceClient::new(scale.speakers.as_seed("sapiens").await?);
        let mut draw = Draw::of("session", index);
        let topic = *draw.one(&TOPICS);
        let message = |number: u32| {
            let (role, content) = if number.is_multiple_of(2) {
                (MessageRole::User, format!("May I ask about {topic}, point {}?", number + 1))
            } else {
                (MessageRole::Assistant, format!("Gladly. Try a small example of {topic} first, then change one part."))
            };
            RecordedMessage { role: role.into(), content }
        };
        let request = StartTutoringSessionRequest {
            request_id: row_id("session", index),
            topic: format!("{topic}, {}", index + 1),
            level: Level::Beginner.into(),
            course_id: String::new(),
            student_id: scale.students[index as usize * 4].clone(),
            recorded: Some(RecordedSession {
                minutes: i32::try_from(draw.number(5..=60)).unwrap_or(5),
                messages: (0..MESSAGES_EACH).map(message).collect(),
            }),
        };
        patient(async || sapiens.clone().start_tutoring_session(request.clone()).await).await.map(drop)
    };
    let (_, line) = scale.stage("sapiens", "tutoring sessions", scale.counts.sessions, 1, make).await?;
    scale.note(line);
    Ok(())
}

async fn paths(scale: &mut Scale<'_>) -> Result<()> {
    let make = async |index: u32| {
        let sapiens = SapiensServiceClient::new(scale.speakers.as_seed("sapiens").await?);
        let subject = *Draw::of("path", index).one(&TOPICS);
        let request = CreateLearningPathRequest {
            request_id: row_id("path", index),
            subject: subject.to_owned(),
            title: format!("{subject} Path {}", index + 1),
            current_level: Level::Beginner.into(),
            target_level: Level::Intermediate.into(),
            student_id: scale.students[index as usize * 2].clone(),
            ..Default::default()
        };
        patient(async || sapiens.clone().create_learning_path(request.clone()).await).await.map(drop)
    };
    let (_, line) = scale.stage("sapiens", "learning paths", scale.counts.paths, 1, make).await?;
    scale.note(line);
    Ok(())
}

async fn interactions(scale: &mut Scale<'_>) -> Result<()> {
    let make = async |index: u32| {
        let nexus = NexusServiceClient::new(scale.speakers.as_seed("nexus").await?);
        let there = Counts::of(index + 1).courses;
        let mut draw = Draw::of("interaction", index);
        let mut act = || {
            let kind = *draw.one(&[InteractionKind::View, InteractionKind::Like, InteractionKind::Rate]);
            NewInteraction {
                item_id: scale.courses[draw.index(there) as usize].clone(),
                item_type: ItemType::Course.into(),
                kind: kind.into(),
                value: (kind == InteractionKind::Rate).then(|| f64::from(draw.number(1..=5))),
                ..Default::default()
            }
        };
        let request = RecordInteractionsRequest {
            request_id: row_id("interactions", index),
            interactions: (0..ACTS_EACH).map(|_| act()).collect(),
            user_id: scale.students[index as usize].clone(),
        };
        patient(async || nexus.clone().record_interactions(request.clone()).await).await.map(drop)
    };
    let (_, line) = scale.stage("nexus", "interactions", scale.counts.students, ACTS_EACH as usize, make).await?;
    scale.note(line);
    Ok(())
}
