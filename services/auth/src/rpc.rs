//! One file per RPC, named after it.

pub mod exchange_api_key;
pub mod get_jwks;
pub mod get_me;
pub mod get_profile;
pub mod get_user;
pub mod list_users;
pub mod login;
pub mod logout;
pub mod register;
pub mod update_profile;
pub mod verify_email;
