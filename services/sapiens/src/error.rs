//! All that sapiens can refuse, on one screen.

use proto::azora::sapiens::v1::TutoringSessionStatus;
use shared::error::Fault;
use shared::word::Word;
use tonic::Code;

use crate::id::TutoringSessionId;

#[derive(Debug, thiserror::Error)]
pub enum SapiensError {
    #[error("session {0} is {1}")]
    SessionEnded(TutoringSessionId, Word<TutoringSessionStatus>),
    #[error("step {asked} is not next, step {next} is")]
    StepNotNext { asked: i32, next: i32 },
    #[error("step {asked} is not next, the path is over")]
    PathOver { asked: i32 },
}

impl Fault for SapiensError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::SessionEnded(..) => (Code::FailedPrecondition, "SESSION_ENDED"),
            Self::StepNotNext { .. } | Self::PathOver { .. } => (Code::FailedPrecondition, "STEP_NOT_NEXT"),
        }
    }
}
