//! Tells something to one user or to many, each of them once.

use std::collections::{BTreeSet, HashMap};

use proto::azora::notifications::v1::{SendNotificationRequest, SendNotificationResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::work::Work;

use crate::Notifications;
use crate::entity::notification::{self, Content};
use crate::entity::user_counter;
use crate::id::NotificationId;

/// One change locks the counters of all recipients: more of them would keep others waiting.
const RECIPIENTS_MAX: usize = 1000;
const DATA_BYTES_MAX: usize = 16 * 1024;

pub struct SendNotification {
    recipients: Vec<UserId>,
    content: Content,
}

impl TryFrom<SendNotificationRequest> for SendNotification {
    type Error = Error;

    fn try_from(request: SendNotificationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            recipients: recipients(&mut fields, &request.user_id, &request.user_ids),
            content: Content {
                kind: fields.word("type", request.r#type),
                category: fields.word("category", request.category),
                title: fields.text("title", &request.title, 1..=200),
                message: fields.text("message", &request.message, 1..=2000),
                action_url: action_url(&mut fields, &request.action_url),
                data: fields.document("data", request.data.as_ref(), DATA_BYTES_MAX),
                dedupe_key: fields.optional_text("dedupe_key", &request.dedupe_key, 1..=200),
            },
        };
        fields.finish(input)
    }
}

/// Whom to tell, in the order of the request and each once.
fn recipients(fields: &mut Fields, user_id: &str, user_ids: &[String]) -> Vec<UserId> {
    if user_ids.is_empty() {
        return vec![fields.id("user_id", user_id)];
    }
    if !user_id.is_empty() {
        fields.refuse("user_ids", "must be left out if user_id is given");
        return Vec::new();
    }
    if user_ids.len() > RECIPIENTS_MAX {
        fields.refuse("user_ids", format!("must have at most {RECIPIENTS_MAX} entries, has {}", user_ids.len()));
        return Vec::new();
    }
    let mut named = BTreeSet::new();
    let each = user_ids.iter().enumerate();
    each.map(|(index, id)| fields.id(&format!("user_ids[{index}]"), id)).filter(|user| named.insert(*user)).collect()
}

/// An https address, or a path of the platform. `//host` and `/\host` are neither: a browser would leave for that host.
fn action_url(fields: &mut Fields, text: &str) -> Option<String> {
    if !text.trim_start().starts_with('/') {
        return fields.url("action_url", text);
    }
    let path = fields.text("action_url", text, 1..=2000);
    if path.starts_with("//") || path.contains('\\') || path.contains(char::is_whitespace) {
        fields.refuse("action_url", "must be an https:// address or a path that begins with one /");
    }
    Some(path)
}

pub async fn run(
    notifications: &Notifications,
    call: &Call,
    input: SendNotification,
) -> Result<SendNotificationResponse> {
    notifications
        .work
        .mutate(call, async |work| {
            let everybody: BTreeSet<UserId> = input.recipients.iter().copied().collect();
            let counters = user_counter::lock_all(work, &everybody, call.now()).await?;
            let mut ids = told_before(work, &everybody, input.content.dedupe_key.as_deref()).await?;
            let untold = counters.iter().filter(|counter| !ids.contains_key(&counter.user_id));
            let new: Vec<notification::Model> =
                untold.map(|counter| notification::addressed(&input.content, counter, call.now())).collect();
            write(work, call, &new).await?;
            ids.extend(new.iter().map(|row| (row.user_id, row.id)));

            let in_order = input.recipients.iter().filter_map(|user| ids.get(user));
            let response = SendNotificationResponse {
                count: i32::try_from(new.len()).unwrap_or(i32::MAX),
                notification_ids: in_order.map(ToString::to_string).collect(),
            };
            let first = response.notification_ids.first().cloned().unwrap_or_default();
            work.audit(&first, &response)?;
            Ok(response)
        })
        .await
}

/// Who has a notification of this cause already, deleted or not. The counters are locked, so nobody gets one meanwhile.
async fn told_before(
    work: &Work<'_>,
    users: &BTreeSet<UserId>,
    cause: Option<&str>,
) -> Result<HashMap<UserId, NotificationId>> {
    let Some(cause) = cause else { return Ok(HashMap::new()) };
    let told: Vec<(UserId, NotificationId)> = notification::Entity::find()
        .select_only()
        .columns([notification::Column::UserId, notification::Column::Id])
        .filter(notification::Column::DedupeKey.eq(cause))
        .filter(notification::Column::UserId.is_in(users.iter().copied()))
        .into_tuple()
        .all(&work.tx)
        .await?;
    Ok(told.into_iter().collect())
}

async fn write(work: &Work<'_>, call: &Call, new: &[notification::Model]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let rows: Vec<notification::ActiveModel> = new.iter().cloned().map(Into::into).collect();
    notification::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
    let owners: Vec<UserId> = new.iter().map(|row| row.user_id).collect();
    user_counter::count_new(work, &owners, call.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> bool {
        let mut fields = Fields::new();
        action_url(&mut fields, text);
        fields.finish(()).is_ok()
    }

    #[test]
    fn an_action_leads_to_https_or_stays_on_the_platform() {
        for good in ["", "/courses/1?tab=2", "/", "https://azora.world/x"] {
            assert!(reads(good), "{good:?}");
        }
        for bad in ["//evil.example", "/\\evil.example", "http://azora.world", "javascript:alert(1)", "courses/1"] {
            assert!(!reads(bad), "{bad:?}");
        }
    }

    #[test]
    fn recipients_are_told_once_in_the_order_of_the_request() {
        let (a, b) = (shared::testing::new_id(), shared::testing::new_id());
        let mut fields = Fields::new();
        let told = recipients(&mut fields, "", &[b.clone(), a.clone(), b.clone()]);
        assert_eq!(told.iter().map(ToString::to_string).collect::<Vec<_>>(), [b, a]);
    }
}
