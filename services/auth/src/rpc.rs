//! One file per RPC, named after it.

pub mod change_password;
pub mod exchange_api_key;
pub mod get_jwks;
pub mod get_me;
pub mod get_profile;
pub mod get_user;
pub mod list_sessions;
pub mod list_users;
pub mod login;
pub mod logout;
pub mod reactivate_user;
pub mod refresh_token;
pub mod register;
pub mod request_password_reset;
pub mod resend_verification;
pub mod reset_password;
pub mod revoke_other_sessions;
pub mod revoke_session;
pub mod suspend_user;
pub mod unlock_user;
pub mod update_profile;
pub mod update_user_role;
pub mod verify_email;
