//! The ids of sapiens' rows, and of the courses of education that sessions belong to.

shared::ids! {
    TutoringSessionId, MessageId, LearningInsightId, LearningPathId, PathStepId, QuestionId, AssessmentId, ProgressId,
    StudentProfileId, CourseId,
}
