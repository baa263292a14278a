//! All that family can refuse, on one screen.

use shared::error::Fault;
use tonic::Code;

#[derive(Debug, thiserror::Error)]
pub enum FamilyError {
    #[error("{speaker} has nobody called {term:?}")]
    NoSuchKin { speaker: String, term: String },
}

impl Fault for FamilyError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::NoSuchKin { .. } => (Code::NotFound, "NO_SUCH_KIN"),
        }
    }
}
