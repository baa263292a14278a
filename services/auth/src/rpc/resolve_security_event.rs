//! Says what became of a security event.

use proto::azora::auth::v1::{ResolveSecurityEventRequest, ResolveSecurityEventResponse, SecurityEvent};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::security_event;
use crate::error::AuthError;
use crate::id::SecurityEventId;

pub struct ResolveSecurityEvent {
    event: SecurityEventId,
    resolution: String,
}

impl TryFrom<ResolveSecurityEventRequest> for ResolveSecurityEvent {
    type Error = Error;

    fn try_from(request: ResolveSecurityEventRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            event: fields.id("security_event_id", &request.security_event_id),
            resolution: fields.text("resolution", &request.resolution, 1..=200),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ResolveSecurityEvent) -> Result<ResolveSecurityEventResponse> {
    auth.work
        .mutate(call, async |work| {
            let named = security_event::Entity::find_by_id(input.event);
            let event = work.lock_one(named).await?.ok_or_else(|| not_found("security_event"))?;
            if event.resolved_at.is_some() {
                return Err(AuthError::AlreadyResolved.into());
            }
            let mut resolved = event.into_active_model();
            resolved.resolved_at = Set(Some(call.now()));
            resolved.resolved_by = Set(Some(call.user().into()));
            resolved.resolution = Set(Some(input.resolution));
            let event = SecurityEvent::from(resolved.update(&work.tx).await?);
            work.audit(&event.id, &event)?;
            Ok(ResolveSecurityEventResponse { event: Some(event) })
        })
        .await
}
