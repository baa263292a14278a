//! Lists what smells of an attack, the newest first.

use proto::azora::auth::v1::{ListSecurityEventsRequest, ListSecurityEventsResponse, SecurityEventType, Severity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;
use shared::word::Word;

use crate::Auth;
use crate::entity::security_event::{Column, Entity};

pub struct ListSecurityEvents {
    kind: Option<Word<SecurityEventType>>,
    severity: Option<Word<Severity>>,
    unresolved_only: bool,
}

impl TryFrom<ListSecurityEventsRequest> for ListSecurityEvents {
    type Error = Error;

    fn try_from(request: ListSecurityEventsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            kind: fields.optional_word("type", request.r#type),
            severity: fields.optional_word("severity", request.severity),
            unresolved_only: request.unresolved_only,
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ListSecurityEvents) -> Result<ListSecurityEventsResponse> {
    let mut events = Entity::find();
    if let Some(kind) = input.kind {
        events = events.filter(Column::Type.eq(kind));
    }
    if let Some(severity) = input.severity {
        events = events.filter(Column::Severity.eq(severity));
    }
    if input.unresolved_only {
        events = events.filter(Column::ResolvedAt.is_null());
    }
    let page = page::newest(auth.work.read(), call, events, Column::CreatedAt, Column::Id).await?;
    Ok(ListSecurityEventsResponse {
        events: page.rows.into_iter().map(Into::into).collect(),
        next_page_token: page.next,
    })
}
