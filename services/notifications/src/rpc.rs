//! One file per RPC, named after it.

pub mod delete_notification;
pub mod get_notification;
pub mod get_unread_count;
pub mod list_notifications;
pub mod mark_all_read;
pub mod mark_read;
pub mod restore_notification;
pub mod send_notification;
