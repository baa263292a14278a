//! All that education can refuse, on one screen.

use shared::amount::{Amount, AmountError};
use shared::error::Fault;
use tonic::Code;

#[derive(Debug, thiserror::Error)]
pub enum EducationError {
    #[error("there is already a student record of this user")]
    StudentExists,
    #[error("there is already a student with this e-mail address")]
    EmailInUse,
    #[error("the course is somebody else's")]
    NotOwner,
    #[error("the course is at version {current}, the change was made for version {given}")]
    VersionStale { given: i32, current: i32 },
    #[error("the course is published already")]
    AlreadyPublished,
    #[error("the student has a place in this course")]
    AlreadyEnrolled,
    #[error("the course is not published yet")]
    CourseNotPublished,
    #[error("the course takes no new learners")]
    CourseRetired,
    #[error("all {0} places are taken")]
    CourseFull(i32),
    #[error("available {available}, wanted {wanted}")]
    InsufficientFunds { available: Amount, wanted: Amount },
    #[error("the student has no place in this course")]
    NotEnrolled,
    #[error("the sum {0}")]
    Amount(#[from] AmountError),
}

impl Fault for EducationError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::StudentExists => (Code::AlreadyExists, "STUDENT_EXISTS"),
            Self::EmailInUse => (Code::AlreadyExists, "EMAIL_IN_USE"),
            Self::NotOwner => (Code::PermissionDenied, "NOT_OWNER"),
            Self::VersionStale { .. } => (Code::Aborted, "VERSION_STALE"),
            Self::AlreadyPublished => (Code::FailedPrecondition, "ALREADY_PUBLISHED"),
            Self::AlreadyEnrolled => (Code::AlreadyExists, "ALREADY_ENROLLED"),
            Self::CourseNotPublished => (Code::FailedPrecondition, "COURSE_NOT_PUBLISHED"),
            Self::CourseRetired => (Code::FailedPrecondition, "COURSE_RETIRED"),
            Self::CourseFull(_) => (Code::FailedPrecondition, "COURSE_FULL"),
            Self::InsufficientFunds { .. } => (Code::FailedPrecondition, "INSUFFICIENT_FUNDS"),
            Self::NotEnrolled => (Code::FailedPrecondition, "NOT_ENROLLED"),
            Self::Amount(error) => (Code::InvalidArgument, error.reason()),
        }
    }
}
