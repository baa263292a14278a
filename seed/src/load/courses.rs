//! The student's record, the educator's courses with their modules, and the student's place at 25 %.

use anyhow::{Context, Result};
use proto::azora::common::v1::{Currency, Level};
use proto::azora::education::v1::education_service_client::EducationServiceClient;
use proto::azora::education::v1::{
    AddModuleRequest, Assessment, CreateCourseRequest, CreateStudentRequest, EnrollStudentRequest, GetStudentRequest,
    Lesson, LessonKind, ListCoursesRequest, ListEnrollmentsRequest, ListModulesRequest, ModuleContent,
    PublishCourseRequest, Question, QuestionKind, RecordProgressRequest, StartModuleRequest, UpdateStudentRequest,
};
use tonic::Code;

use super::{Loader, compare};
use crate::data::{Module, request_id};
use crate::report::Fate;
use crate::target::said;

pub async fn load(loader: &mut Loader<'_>) -> Result<()> {
    let student = student(loader).await?;
    let labels: Vec<String> = loader.data.education.course.keys().cloned().collect();
    for label in labels {
        let course = course(loader, &label).await?;
        loader.courses.insert(label, course);
    }
    let with_modules = loader.data.education.enrollment.course.clone();
    let course = loader.courses.get(&with_modules).cloned().context("the course of the enrolment")?;
    let begun = modules(loader, &course).await?;
    enrollment(loader, &student, &course, &begun).await
}

async fn student(loader: &mut Loader<'_>) -> Result<String> {
    let user = loader.user("student")?;
    let mut education = EducationServiceClient::new(loader.target.signed("education", &loader.service)?);
    let query = GetStudentRequest { user_id: user.clone(), ..Default::default() };
    let found = match education.get_student(query).await {
        Ok(answer) => answer.into_inner().student,
        Err(status) if status.code() == Code::NotFound => None,
        Err(status) => return Err(said(status)),
    };
    let data = &loader.data.education.student;
    let (id, fate) = match found {
        // A record that registering has made is still without a grade.
        Some(student) if student.grade.is_empty() => {
            let request = UpdateStudentRequest {
                request_id: request_id("education/student/update"),
                student_id: student.id.clone(),
                first_name: data.first_name.clone(),
                last_name: data.last_name.clone(),
                grade: data.grade.clone(),
                country: data.country.clone(),
                ..Default::default()
            };
            let token = loader.person("student").await?;
            let mut own = EducationServiceClient::new(loader.target.signed("education", &token)?);
            own.update_student(request).await.map_err(said)?;
            (student.id, Fate::Created)
        }
        Some(student) => {
            let fate = compare(&[
                ("first_name", student.first_name == data.first_name),
                ("last_name", student.last_name == data.last_name),
                ("grade", student.grade == data.grade),
                ("country", student.country == data.country),
            ]);
            (student.id, fate)
        }
        None => {
            let request = CreateStudentRequest {
                request_id: request_id("education/student"),
                user_id: user,
                first_name: data.first_name.clone(),
                last_name: data.last_name.clone(),
                email: loader.data.people["student"].email.clone(),
                grade: data.grade.clone(),
                country: data.country.clone(),
                ..Default::default()
            };
            let student = education.create_student(request).await.map_err(said)?.into_inner().student;
            (student.context("no student in the answer")?.id, Fate::Created)
        }
    };
    loader.record("education", "students", "student", &fate);
    Ok(id)
}

async fn course(loader: &mut Loader<'_>, label: &str) -> Result<String> {
    let instructor = loader.user("educator")?;
    let mut education = EducationServiceClient::new(loader.target.signed("education", &loader.service)?);
    let data = &loader.data.education.course[label];
    let level: Level = data.level.parse().with_context(|| format!("{label} has an unknown level"))?;
    let query = ListCoursesRequest { instructor_id: instructor, text: data.title.clone(), ..Default::default() };
    let found = education.list_courses(query).await.map_err(said)?.into_inner().courses;
    let (id, published, fate) = match found.into_iter().find(|course| course.title == data.title) {
        Some(course) => {
            let fate = compare(&[
                ("price", course.price == data.price),
                ("duration_hours", course.duration_hours == data.duration_hours),
                ("level", course.level() == level),
                ("category", course.category == data.category),
                ("description", course.description == data.description),
            ]);
            (course.id, course.published, fate)
        }
        None => {
            let request = CreateCourseRequest {
                request_id: request_id(&format!("education/{label}")),
                title: data.title.clone(),
                description: data.description.clone(),
                level: level.into(),
                category: data.category.clone(),
                price: data.price.clone(),
                currency: Currency::Azr.into(),
                duration_hours: data.duration_hours,
                ..Default::default()
            };
            let token = loader.person("educator").await?;
            let mut own = EducationServiceClient::new(loader.target.signed("education", &token)?);
            let course = own.create_course(request).await.map_err(said)?.into_inner().course;
            (course.context("no course in the answer")?.id, false, Fate::Created)
        }
    };
    if !published && fate == Fate::Created {
        let request = PublishCourseRequest {
            request_id: request_id(&format!("education/{label}/publish")),
            course_id: id.clone(),
        };
        let token = loader.person("educator").await?;
        let mut own = EducationServiceClient::new(loader.target.signed("education", &token)?);
        own.publish_course(request).await.map_err(said)?;
    }
    loader.record("education", "courses", label, &fate);
    Ok(id)
}

/// Makes the modules and gives the id of the one that the student has begun.
async fn modules(loader: &mut Loader<'_>, course: &str) -> Result<String> {
    let mut education = EducationServiceClient::new(loader.target.signed("education", &loader.service)?);
    let query = ListModulesRequest { course_id: course.to_owned(), page_size: 200, ..Default::default() };
    let there = education.list_modules(query).await.map_err(said)?.into_inner().modules;
    let labels: Vec<String> = loader.data.education.module.keys().cloned().collect();
    let mut begun = None;
    for label in labels {
        let data = &loader.data.education.module[&label];
        let (id, fate) = match there.iter().find(|module| module.title == data.title) {
            Some(module) => {
                let same = [
                    ("description", module.description == data.description),
                    ("estimated_minutes", module.estimated_minutes == data.minutes),
                ];
                (module.id.clone(), compare(&same))
            }
            None => {
                let request = AddModuleRequest {
                    request_id: request_id(&format!("education/{label}")),
                    course_id: course.to_owned(),
                    title: data.title.clone(),
                    description: data.description.clone(),
                    estimated_minutes: data.minutes,
                    content: Some(content(data)),
                };
                let token = loader.person("educator").await?;
                let mut own = EducationServiceClient::new(loader.target.signed("education", &token)?);
                let module = own.add_module(request).await.map_err(said)?.into_inner().module;
                (module.context("no module in the answer")?.id, Fate::Created)
            }
        };
        if label == loader.data.education.enrollment.module {
            begun = Some(id);
        }
        loader.nested("education", "modules", &label, &fate);
    }
    begun.context("the module that was begun")
}

fn content(module: &Module) -> ModuleContent {
    let lesson = |(number, title): (usize, &String)| Lesson {
        id: format!("lesson-{}", number + 1),
        title: title.clone(),
        kind: LessonKind::Text.into(),
        ..Default::default()
    };
    let question = |(number, question): (usize, &crate::data::Question)| Question {
        id: format!("q{}", number + 1),
        kind: QuestionKind::MultipleChoice.into(),
        prompt: question.prompt.clone(),
        options: question.options.clone(),
        answer_key: question.answer.clone(),
        points: 1,
        ..Default::default()
    };
    let check = Assessment {
        key: "check".to_owned(),
        title: format!("{}: check", module.title),
        pass_mark: "70".to_owned(),
        questions: module.questions.iter().enumerate().map(question).collect(),
        ..Default::default()
    };
    ModuleContent { lessons: module.lessons.iter().enumerate().map(lesson).collect(), assessments: vec![check] }
}

async fn enrollment(loader: &mut Loader<'_>, student: &str, course: &str, module: &str) -> Result<()> {
    let mut education = EducationServiceClient::new(loader.target.signed("education", &loader.service)?);
    let query =
        ListEnrollmentsRequest { student_id: student.to_owned(), course_id: course.to_owned(), ..Default::default() };
    let found = education.list_enrollments(query).await.map_err(said)?.into_inner().enrollments.into_iter().next();
    let begun = found.as_ref().is_some_and(|enrollment| enrollment.progress_percent != "0");
    if found.is_none() {
        let request = EnrollStudentRequest {
            request_id: request_id("education/enrollment"),
            course_id: course.to_owned(),
            student_id: student.to_owned(),
            grant_reason: loader.data.education.enrollment.grant_reason.clone(),
        };
        education.enroll_student(request).await.map_err(said)?;
    }
    if !begun {
        let token = loader.person("student").await?;
        let mut own = EducationServiceClient::new(loader.target.signed("education", &token)?);
        let start = StartModuleRequest {
            request_id: request_id("education/enrollment/start"),
            module_id: module.to_owned(),
            ..Default::default()
        };
        own.start_module(start).await.map_err(said)?;
        let progress = RecordProgressRequest {
            request_id: request_id("education/enrollment/progress"),
            module_id: module.to_owned(),
            seconds: loader.data.education.enrollment.seconds,
            ..Default::default()
        };
        own.record_progress(progress).await.map_err(said)?;
    }
    let fate = match found {
        None => Fate::Created,
        Some(enrollment) => compare(&[("progress", !begun || enrollment.progress_percent == "25")]),
    };
    loader.record("education", "enrollments", "enrollment", &fate);
    Ok(())
}
