//! Takes a place in a course. The place, its price and the payment are one change: nobody pays without a place, and
//! nobody has a place that was neither paid nor given.

use proto::azora::education::v1::{EnrollStudentRequest, EnrollStudentResponse, Enrollment, EnrollmentStatus};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found, unique};
use shared::fields::Fields;
use shared::hundredths::Hundredths;
use shared::json::Json;
use shared::word::Word;
use shared::work::Work;

use crate::Education;
use crate::entity::{course, enrollment, student};
use crate::error::EducationError;
use crate::id::{CourseId, EnrollmentId, StudentId};
use crate::{spending, study};

pub struct EnrollStudent {
    course: CourseId,
    student: Option<StudentId>,
    grant_reason: Option<String>,
}

impl TryFrom<EnrollStudentRequest> for EnrollStudent {
    type Error = Error;

    fn try_from(request: EnrollStudentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            course: fields.id("course_id", &request.course_id),
            student: fields.optional_id("student_id", &request.student_id),
            grant_reason: fields.optional_text("grant_reason", &request.grant_reason, 1..=200),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: EnrollStudent) -> Result<EnrollStudentResponse> {
    education
        .work
        .mutate(call, async |work| {
            check_grant(call, input.grant_reason.as_deref())?;
            let student = student::asked_for(call, input.student)?.one(&work.tx).await?;
            let student = student.ok_or_else(|| not_found("student"))?;
            check_payer(call, &student, input.grant_reason.as_deref())?;
            // Locked, so that neither its free seats nor its modules change before the place is taken.
            let found = course::visible_to(call).filter(course::Column::Id.eq(input.course));
            let course = work.lock_one(found).await?.ok_or_else(|| not_found("course"))?;
            let before = work.lock_one(enrollment::of(student.id, course.id)).await?;
            if before.as_ref().is_some_and(|place| !place.is_dropped()) {
                return Err(EducationError::AlreadyEnrolled.into());
            }
            course.check_place(enrollment::taken_in(course.id).count(&work.tx).await?)?;

            let price = if input.grant_reason.is_some() { Amount::ZERO } else { course.price };
            let place = match before {
                Some(dropped) => take_up_again(work, call, &dropped, price, input.grant_reason).await?,
                None => take(work, call, &student, &course, price, input.grant_reason).await?,
            };
            let payment = if price > Amount::ZERO {
                Some(spending::pay(work, call, &place, &course, price).await?)
            } else {
                None
            };
            let told = announcement(&place, &student, &course);
            work.publish("azora.education.enrollment.created.v1", "enrollment", place.id, told).await?;
            let enrollment = Enrollment::from(place);
            work.audit(&enrollment.id, &enrollment)?;
            Ok(EnrollStudentResponse { enrollment: Some(enrollment), transaction: payment.map(Into::into) })
        })
        .await
}

/// Only administrators and services give places.
fn check_grant(call: &Call, grant_reason: Option<&str>) -> Result<()> {
    if grant_reason.is_some() { call.require_privileged("grant_reason") } else { Ok(()) }
}

/// Nobody spends a student's money but the student: a place for somebody else is given or not taken at all.
fn check_payer(call: &Call, student: &student::Model, grant_reason: Option<&str>) -> Result<()> {
    let mut fields = Fields::new();
    if student.user_id != call.user() && grant_reason.is_none() {
        fields.refuse("grant_reason", "is required for a place that is not the caller's own");
    }
    fields.finish(())
}

async fn take(
    work: &Work<'_>,
    call: &Call,
    student: &student::Model,
    course: &course::Model,
    price: Amount,
    grant_reason: Option<String>,
) -> Result<enrollment::Model> {
    let place = enrollment::Model {
        id: EnrollmentId::new(),
        student_id: student.id,
        course_id: course.id,
        status: Word(EnrollmentStatus::Active),
        progress: Hundredths(0),
        price_paid: price,
        grant_reason,
        enrolled_at: call.now(),
        completed_at: None,
        dropped_at: None,
        created_at: call.now(),
        updated_at: call.now(),
    };
    let enrolled = unique("enrollments", ["student_id", "course_id"], EducationError::AlreadyEnrolled);
    enrollment::ActiveModel::from(place).insert(&work.tx).await.map_err(enrolled)
}

/// What was done before the place was dropped counts again, measured against the modules of today.
async fn take_up_again(
    work: &Work<'_>,
    call: &Call,
    dropped: &enrollment::Model,
    price: Amount,
    grant_reason: Option<String>,
) -> Result<enrollment::Model> {
    let place = enrollment::ActiveModel {
        id: Unchanged(dropped.id),
        status: Set(Word(EnrollmentStatus::Active)),
        progress: Set(study::percent(&work.tx, dropped.student_id, dropped.course_id).await?),
        price_paid: Set(price),
        grant_reason: Set(grant_reason),
        enrolled_at: Set(call.now()),
        dropped_at: Set(None),
        updated_at: Set(call.now()),
        ..Default::default()
    };
    Ok(place.update(&work.tx).await?)
}

/// Who is where now, and what it cost; not why a place was given.
fn announcement(place: &enrollment::Model, student: &student::Model, course: &course::Model) -> Json {
    json!({
        "enrollment_id": place.id.to_string(),
        "student_id": student.id.to_string(),
        "user_id": student.user_id.to_string(),
        "course_id": course.id.to_string(),
        "course_title": course.title,
        "instructor_id": course.instructor_id.to_string(),
        "price_paid": place.price_paid.to_string(),
        "currency": course.currency.text(),
        "granted": place.grant_reason.is_some(),
        "enrolled_at": place.enrolled_at.to_rfc3339(),
    })
}
