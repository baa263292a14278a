//! The ids of forge's rows.

shared::ids! { JobId, ApplicationId, ContractId, MilestoneId, DisputeId, ProfileId }
