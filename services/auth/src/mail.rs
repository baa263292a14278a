//! Where messages to people go. Outside production they are files below the data folder, readable by their owner alone.

use std::path::{Path, PathBuf};

use shared::config::Environment;
use shared::id::UserId;
use shared::keys::write_private;
use shared::random;

use crate::one_time::Purpose;

/// The way out.
pub struct Mail {
    folder: Option<PathBuf>,
}

impl Mail {
    pub fn new(environment: Environment, data_dir: &Path) -> Self {
        Self { folder: (environment != Environment::Production).then(|| data_dir.join("mail")) }
    }

    /// Sends a one-time token. The change is committed by now: a failure is logged, not returned.
    pub async fn send(&self, user: UserId, purpose: Purpose, token: &str) {
        let (kind, what) = match purpose {
            Purpose::EmailVerification => ("verify", "Verify your address with VerifyEmail."),
            Purpose::PasswordReset => ("reset", "Set a new password with ResetPassword."),
        };
        let Some(folder) = self.folder.clone() else {
            tracing::warn!(user.id = %user, kind, "no way to send mail is configured; the message is lost");
            return;
        };
        let text = format!("{what}\ntoken: {token}\n");
        let file = folder.join(format!("{kind}-{user}-{}.txt", random::hex::<4>()));
        let written = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder).and_then(|()| write_private(&file, &text))
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(user.id = %user, kind, %error, "mail not written"),
            Err(error) => tracing::error!(user.id = %user, kind, %error, "mail not written"),
        }
    }
}
