//! Letters to people. They are sent after the commit, and never a reason for a call to fail: what cannot be delivered is
//! tried again for a while, then logged without its content.

use std::path::Path;

use shared::background::Background;
use shared::config::{ConfigError, Environment};
use shared::error::{Error, Result};
use shared::id::UserId;

use crate::config::Config;
use crate::entity::user;

mod letter;
mod post;
pub mod way;

pub use letter::Letters;
pub use post::Post;

use way::Way;

/// The way out.
pub struct Mail {
    letters: Letters,
    way: Way<Post>,
}

/// Who gets a letter.
#[derive(Clone)]
pub struct Recipient {
    pub user: UserId,
    pub address: String,
    pub name: String,
}

impl From<&user::Model> for Recipient {
    fn from(account: &user::Model) -> Self {
        Self { user: account.id, address: account.email.clone(), name: account.name.clone() }
    }
}

/// What a letter is about.
#[derive(Clone)]
pub enum Message {
    /// Proves the address of a new account.
    VerifyEmail {
        token: String,
    },
    /// Sets a new password.
    ResetPassword {
        token: String,
    },
    /// Proves the address that an account is to have.
    ConfirmEmailChange {
        token: String,
    },
    /// Six digits, as a second factor.
    Code {
        code: String,
    },
    /// Somebody tried to register with the address of an account.
    AddressTaken,
    /// To the present address, before another one is proved.
    EmailChangeAsked,
    /// To both addresses.
    EmailChanged,
    PasswordChanged,
    /// A second factor was turned on or off, or there are new recovery codes.
    FactorsChanged,
    /// So many recovery codes are left.
    RecoveryCodesLow {
        left: u32,
    },
    /// A login from a device that was not known: what it calls itself, and its address; either may be empty.
    NewDevice {
        label: String,
        address: String,
    },
    /// Closed to unknown devices after too many wrong passwords.
    AccountLocked,
    /// A session ended because its token was used twice.
    TokenReused,
    AccountClosed,
}

impl Message {
    /// The word in templates, file names and logs, and the subject.
    fn form(&self) -> (&'static str, &'static str) {
        match self {
            Self::VerifyEmail { .. } => ("verify", "Confirm your e-mail address"),
            Self::ResetPassword { .. } => ("reset", "Choose a new password"),
            Self::ConfirmEmailChange { .. } => ("email-change", "Confirm your new e-mail address"),
            Self::Code { .. } => ("code", "Your code"),
            Self::AddressTaken => ("taken", "You already have an Azora account"),
            Self::EmailChangeAsked => ("email-change-asked", "Your e-mail address is to be changed"),
            Self::EmailChanged => ("email-changed", "Your e-mail address was changed"),
            Self::PasswordChanged => ("password-changed", "Your password was changed"),
            Self::FactorsChanged => ("factors-changed", "Your second factors were changed"),
            Self::RecoveryCodesLow { .. } => ("recovery-codes-low", "Few recovery codes are left"),
            Self::NewDevice { .. } => ("new-device", "New device signed in"),
            Self::AccountLocked => ("locked", "Too many wrong passwords"),
            Self::TokenReused => ("token-reused", "A session was ended for your safety"),
            Self::AccountClosed => ("closed", "Your account was closed"),
        }
    }

    /// Whether it goes to an address that is not proved yet. It then carries nothing that whoever asked for it has
    /// written: strangers would use it to write to strangers.
    fn asks_for_proof(&self) -> bool {
        matches!(self, Self::VerifyEmail { .. } | Self::ConfirmEmailChange { .. })
    }
}

impl Mail {
    /// Opens the way that the settings name.
    ///
    /// # Errors
    /// A setting that cannot be used, in a sentence.
    pub fn start(config: &Config, environment: Environment, data_dir: &Path, background: &Background) -> Result<Self> {
        let unusable = |error: ConfigError| Error::internal(error.to_string());
        let letters = Letters::open(config).map_err(unusable)?;
        let post = Post::open(config).map_err(unusable)?;
        Ok(Self { letters, way: Way::open(post, environment, data_dir, background) })
    }

    /// Sends a message. The change that it tells of is committed by now: a failure is logged, not returned.
    pub async fn send(&self, to: Recipient, message: Message) {
        let (kind, _) = message.form();
        match self.letters.write(&to, &message) {
            Ok(letter) => self.way.send(to.user, kind, letter).await,
            Err(error) => tracing::error!(user.id = %to.user, kind, %error, "message lost: it cannot be written"),
        }
    }

    /// Sends several.
    pub async fn send_all(&self, notices: Vec<(Recipient, Message)>) {
        for (to, message) in notices {
            self.send(to, message).await;
        }
    }
}
