//! The ids of auth's rows; the user's own id is shared by all services.

shared::ids! { ApiKeyId, ChallengeId, DeviceId, ProfileId, SecurityEventId, SessionId, TokenId }
