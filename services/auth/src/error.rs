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
    #[error("the account has as many API keys as it may have, {0}; end one of them first")]
    ApiKeysTooMany(u64),
    #[error("the event has been dealt with already")]
    AlreadyResolved,
    #[error("the code is wrong, used or too old, or its challenge is")]
    CodeWrong,
    #[error("the code is wrong, used or too old")]
    CodeWrongHere,
    #[error("this second factor is on already; turn it off first")]
    MfaAlreadyEnabled,
    #[error("no such second factor is on")]
    MfaNotEnabled,
    #[error("no authenticator app is waiting to be confirmed")]
    MfaNotEnrolling,
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
    #[error("address and password do not match an account that may sign in")]
    Locked(Duration),
    #[error("too many attempts; try again in {} s", .0.as_secs().max(1))]
    Throttled(Duration),
    #[error("password is too common or too close to your name, your address or ours")]
    PasswordTooCommon,
    #[error("the password is not the current one, or the account waits after too many wrong ones")]
    PasswordWrong,
    #[error("the session has ended; log in again")]
    SessionEnded,
    #[error("accounts are opened as student, educator or employer")]
    RoleNotOpen,
    #[error("a newer token of this session has been used since; go on with that one")]
    TokenSuperseded,
    #[error("the token is unknown, used, replaced by a newer one or too old")]
    TokenSpent,
}

impl Fault for AuthError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            // One that waits reads like any wrong login, whether the account is there or not.
            Self::BadCredentials | Self::Locked(_) => (Code::Unauthenticated, "BAD_CREDENTIALS"),
            Self::EmailNotVerified => (Code::FailedPrecondition, "EMAIL_NOT_VERIFIED"),
            Self::EmailInUse => (Code::AlreadyExists, "EMAIL_IN_USE"),
            Self::ApiKeysTooMany(_) => (Code::FailedPrecondition, "API_KEYS_TOO_MANY"),
            Self::AlreadyResolved => (Code::FailedPrecondition, "ALREADY_RESOLVED"),
            // Before a login a client has nothing else to show; after it, UNAUTHENTICATED would read like an ended session.
            Self::CodeWrong => (Code::Unauthenticated, "CODE_WRONG"),
            Self::CodeWrongHere => (Code::PermissionDenied, "CODE_WRONG"),
            Self::MfaAlreadyEnabled => (Code::FailedPrecondition, "MFA_ALREADY_ENABLED"),
            Self::MfaNotEnabled => (Code::FailedPrecondition, "MFA_NOT_ENABLED"),
            Self::MfaNotEnrolling => (Code::FailedPrecondition, "MFA_NOT_ENROLLING"),
            Self::LastAdmin => (Code::FailedPrecondition, "LAST_ADMIN"),
            Self::ServiceAccount => (Code::FailedPrecondition, "SERVICE_ACCOUNT"),
            Self::UserNotActive => (Code::FailedPrecondition, "USER_NOT_ACTIVE"),
            Self::UserNotSuspended => (Code::FailedPrecondition, "USER_NOT_SUSPENDED"),
            Self::LoginBusy => (Code::ResourceExhausted, "LOGIN_BUSY"),
            Self::Throttled(_) => (Code::ResourceExhausted, "THROTTLED"),
            Self::PasswordTooCommon => (Code::InvalidArgument, "PASSWORD_TOO_COMMON"),
            Self::PasswordWrong => (Code::PermissionDenied, "PASSWORD_WRONG"),
            Self::SessionEnded => (Code::Unauthenticated, "SESSION_ENDED"),
            Self::RoleNotOpen => (Code::PermissionDenied, "ROLE_REQUIRED"),
            Self::TokenSuperseded => (Code::FailedPrecondition, "TOKEN_SUPERSEDED"),
            Self::TokenSpent => (Code::FailedPrecondition, "TOKEN_SPENT"),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::LoginBusy => Some(Duration::from_secs(2)),
            Self::Locked(wait) | Self::Throttled(wait) => Some(*wait),
            _ => None,
        }
    }
}
