//! Begins a conversation, with whoever was named or fits best.

use proto::azora::family::v1::{StartConversationRequest, StartConversationResponse};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Family;
use crate::entity::{conversation, family_member};
use crate::id::ConversationId;
use crate::routing::{self, Route};

const TEXT_MAX: usize = 4000;
/// Letters of a title.
const TITLE_MAX: usize = 60;

pub struct StartConversation {
    member: Option<String>,
    text: Option<String>,
    emergency: bool,
}

impl TryFrom<StartConversationRequest> for StartConversation {
    type Error = Error;

    fn try_from(request: StartConversationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            member: fields.optional_text("member", &request.member, 2..=40),
            text: fields.optional_text("text", &request.text, 1..=TEXT_MAX),
            emergency: request.emergency,
        };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, call: &Call, input: StartConversation) -> Result<StartConversationResponse> {
    family
        .work
        .mutate(call, async |work| {
            let members = family_member::all().all(&work.tx).await?;
            let name = match &input.member {
                Some(name) => name.clone(),
                None => routed(&members, &input),
            };
            let member = family_member::called(members, &name).ok_or_else(|| not_found("member"))?;
            let row = conversation::ActiveModel {
                id: Set(ConversationId::new()),
                member_id: Set(member.id),
                user_id: Set(call.user()),
                title: Set(input.text.as_deref().map(title)),
                context: Set(None),
                message_count: Set(0),
                started_at: Set(call.now()),
                last_message_at: Set(call.now()),
                created_at: Set(call.now()),
                updated_at: Set(call.now()),
                deleted_at: Set(None),
            };
            let conversation = row.insert(&work.tx).await?.to_proto(&member.name);
            work.audit(&conversation.id, &conversation)?;
            Ok(StartConversationResponse { conversation: Some(conversation) })
        })
        .await
}

fn routed(members: &[family_member::Model], input: &StartConversation) -> String {
    let mut routable: Vec<&family_member::Model> =
        members.iter().filter(|member| member.route_order.is_some()).collect();
    routable.sort_by_key(|member| member.route_order);
    let routes: Vec<Route<'_>> =
        routable.iter().map(|member| Route { name: &member.name, keywords: &member.keywords.0 }).collect();
    routing::answers(&routes, input.text.as_deref().unwrap_or_default(), input.emergency).to_owned()
}

/// The first words, as many as fit.
fn title(text: &str) -> String {
    let mut title = String::new();
    for word in text.split_whitespace() {
        if !title.is_empty() && title.chars().count() + 1 + word.chars().count() > TITLE_MAX {
            break;
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.extend(word.chars().take(TITLE_MAX));
    }
    title
}
