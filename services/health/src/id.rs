//! The ids of health's rows.

shared::ids! { LogId, ServiceId }
