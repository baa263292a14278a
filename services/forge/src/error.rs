//! All that forge can refuse, on one screen.

use shared::error::Fault;
use tonic::Code;

#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    #[error("history from before has been stated already")]
    OpeningRecorded,
}

impl Fault for ForgeError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::OpeningRecorded => (Code::FailedPrecondition, "OPENING_RECORDED"),
        }
    }
}
