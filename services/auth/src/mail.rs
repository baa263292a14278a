//! Where messages to people go. Outside production they are files below the data folder, readable by their owner alone.

use std::path::{Path, PathBuf};

use shared::config::Environment;
use shared::id::UserId;
use shared::keys::write_private;
use shared::random;

/// The way out.
pub struct Mail {
    folder: Option<PathBuf>,
}

impl Mail {
    pub fn new(environment: Environment, data_dir: &Path) -> Self {
        Self { folder: (environment != Environment::Production).then(|| data_dir.join("mail")) }
    }

    /// Sends the token that proves an address. The change is committed by now: a failure is logged, not returned.
    pub async fn send_verification(&self, user: UserId, token: &str) {
        let Some(folder) = self.folder.clone() else {
            tracing::warn!(user.id = %user, "no way to send mail is configured; the address stays unverified");
            return;
        };
        let text = format!("Verify your address with VerifyEmail.\ntoken: {token}\n");
        let file = folder.join(format!("verify-{user}-{}.txt", random::hex::<4>()));
        let written = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder).and_then(|()| write_private(&file, &text))
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(user.id = %user, %error, "verification mail not written"),
            Err(error) => tracing::error!(user.id = %user, %error, "verification mail not written"),
        }
    }
}
