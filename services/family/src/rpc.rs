//! One file per RPC, named after it.

pub mod delete_conversation;
pub mod get_conversation;
pub mod get_kin;
pub mod get_member;
pub mod list_conversations;
pub mod list_members;
pub mod list_messages;
pub mod list_relationships;
pub mod start_conversation;
