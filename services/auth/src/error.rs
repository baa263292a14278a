//! All that auth can refuse, on one screen.

use std::time::Duration;

use shared::error::Fault;
use tonic::Code;

#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("address and password do not match an account that may sign in")]
    BadCredentials,
    #[error("the address has not been verified yet; follow the link that was sent to it")]
    EmailNotVerified,
    #[error("there is already an account with this address")]
    EmailInUse,
    #[error("the fleet would be left without an administrator")]
    LastAdmin,
    #[error("the account of a service is not changed by hand")]
    ServiceAccount,
    #[error("the account is not active")]
    UserNotActive,
    #[error("the account is not suspended")]
    UserNotSuspended,
    #[error("too many logins are waiting; try again")]
    LoginBusy,
    #[error("password is too common or too close to your name, your address or ours")]
    PasswordTooCommon,
    #[error("the password is not the current one, or the account waits after too many wrong ones")]
    PasswordWrong,
    #[error("the session has ended; log in again")]
    SessionEnded,
    #[error("accounts are opened as student, educator or employer")]
    RoleNotOpen,
    #[error("the token is unknown, used, replaced by a newer one or too old")]
    TokenSpent,
}

impl Fault for AuthError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::BadCredentials => (Code::Unauthenticated, "BAD_CREDENTIALS"),
            Self::EmailNotVerified => (Code::FailedPrecondition, "EMAIL_NOT_VERIFIED"),
            Self::EmailInUse => (Code::AlreadyExists, "EMAIL_IN_USE"),
            Self::LastAdmin => (Code::FailedPrecondition, "LAST_ADMIN"),
            Self::ServiceAccount => (Code::FailedPrecondition, "SERVICE_ACCOUNT"),
            Self::UserNotActive => (Code::FailedPrecondition, "USER_NOT_ACTIVE"),
            Self::UserNotSuspended => (Code::FailedPrecondition, "USER_NOT_SUSPENDED"),
            Self::LoginBusy => (Code::ResourceExhausted, "LOGIN_BUSY"),
            Self::PasswordTooCommon => (Code::InvalidArgument, "PASSWORD_TOO_COMMON"),
            Self::PasswordWrong => (Code::PermissionDenied, "PASSWORD_WRONG"),
            Self::SessionEnded => (Code::Unauthenticated, "SESSION_ENDED"),
            Self::RoleNotOpen => (Code::PermissionDenied, "ROLE_REQUIRED"),
            Self::TokenSpent => (Code::FailedPrecondition, "TOKEN_SPENT"),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        // Not for a locked account: unknown addresses are never locked, and so it would tell the two apart.
        matches!(self, Self::LoginBusy).then_some(Duration::from_secs(2))
    }
}
