//! The ids of nexus' rows.

shared::ids! { UserProfileId, RecommendationId, InteractionId }
