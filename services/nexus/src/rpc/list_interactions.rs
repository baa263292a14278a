//! Lists what one person did, the newest act first.

use proto::azora::nexus::v1::{InteractionKind, ListInteractionsRequest, ListInteractionsResponse};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;
use shared::word::Word;

use crate::Nexus;
use crate::entity::interaction;

pub struct ListInteractions {
    user: Option<UserId>,
    kind: Option<Word<InteractionKind>>,
}

impl TryFrom<ListInteractionsRequest> for ListInteractions {
    type Error = Error;

    fn try_from(request: ListInteractionsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            user: fields.optional_id("user_id", &request.user_id),
            kind: fields.optional_word("kind", request.kind),
        };
        fields.finish(input)
    }
}

pub async fn run(nexus: &Nexus, call: &Call, input: ListInteractions) -> Result<ListInteractionsResponse> {
    let asked_for = interaction::owned_by(call.subject("user_id", input.user)?)
        .apply_if(input.kind, |list, kind| list.filter(interaction::Column::Type.eq(kind)));
    let (at, id) = (interaction::Column::OccurredAt, interaction::Column::Id);
    let page = page::newest(nexus.work.read(), call, asked_for, at, id).await?;
    Ok(ListInteractionsResponse {
        next_page_token: page.next,
        interactions: page.rows.into_iter().map(Into::into).collect(),
    })
}
