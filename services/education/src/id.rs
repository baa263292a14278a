//! The ids of education's rows.

shared::ids! {
    StudentId,
    CourseId,
    ModuleId,
    EnrollmentId,
    LearningProgressId,
    SubmissionId,
    WalletId,
    TransactionId,
}
