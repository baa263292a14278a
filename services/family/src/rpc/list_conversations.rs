//! Lists the caller's conversations, the one last spoken in first.

use std::collections::HashMap;

use proto::azora::family::v1::{ListConversationsRequest, ListConversationsResponse};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;

use crate::Family;
use crate::entity::{conversation, family_member};

pub struct ListConversations {
    member: Option<String>,
}

impl TryFrom<ListConversationsRequest> for ListConversations {
    type Error = Error;

    fn try_from(request: ListConversationsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { member: fields.optional_text("member", &request.member, 2..=40) };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, call: &Call, input: ListConversations) -> Result<ListConversationsResponse> {
    let members = family_member::all().all(family.work.read()).await?;
    let names: HashMap<_, _> = members.iter().map(|member| (member.id, member.name.clone())).collect();
    let mut own = conversation::owned_by(call.user());
    if let Some(name) = input.member {
        let member = family_member::called(members, &name).ok_or_else(|| not_found("member"))?;
        own = own.filter(conversation::Column::MemberId.eq(member.id));
    }
    let (at, id) = (conversation::Column::LastMessageAt, conversation::Column::Id);
    let page = page::newest(family.work.read(), call, own, at, id).await?;
    let named = |row: conversation::Model| {
        let member = names.get(&row.member_id).cloned().unwrap_or_default();
        row.to_proto(&member)
    };
    Ok(ListConversationsResponse {
        conversations: page.rows.into_iter().map(named).collect(),
        next_page_token: page.next,
    })
}
