//! All that notifications can refuse, on one screen.

use shared::clock::Time;
use shared::error::Fault;
use tonic::Code;

#[derive(Debug, thiserror::Error)]
pub enum NotificationsError {
    #[error("it was deleted on {deleted_at}, more than {days} days ago")]
    RestoreWindowClosed { deleted_at: Time, days: u32 },
}

impl Fault for NotificationsError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::RestoreWindowClosed { .. } => (Code::FailedPrecondition, "RESTORE_WINDOW_CLOSED"),
        }
    }
}
