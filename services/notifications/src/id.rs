//! The ids of notifications' rows.

shared::ids! { NotificationId }
