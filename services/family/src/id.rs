//! The ids of family's rows.

shared::ids! { MemberId, ConversationId, MessageId }
