//! Records what a person did, all of it or nothing.

use chrono::Duration;
use proto::azora::nexus::v1::{
    InteractionKind, ItemType, NewInteraction, RecordInteractionsRequest, RecordInteractionsResponse,
};
use sea_orm::EntityTrait;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::json::Json;
use shared::word::Word;

use crate::Nexus;
use crate::entity::{interaction, user_profile};
use crate::id::InteractionId;

const ACTS_MAX: usize = 200;
const METADATA_BYTES_MAX: usize = 16 * 1024;
/// Clocks of clients differ from ours by this much at most.
const AHEAD_MAX: Duration = Duration::minutes(5);
/// Acts that a client kept while it was offline are worth something for this long.
const BACK_MAX: Duration = Duration::days(30);

pub struct RecordInteractions {
    user: Option<UserId>,
    acts: Vec<Act>,
}

/// One act, its form checked.
struct Act {
    item_id: String,
    item_type: Word<ItemType>,
    kind: Word<InteractionKind>,
    value: Option<f64>,
    at: Option<Time>,
    metadata: Option<Json>,
}

impl TryFrom<RecordInteractionsRequest> for RecordInteractions {
    type Error = Error;

    fn try_from(request: RecordInteractionsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let user = fields.optional_id("user_id", &request.user_id);
        let count = request.interactions.len();
        if !(1..=ACTS_MAX).contains(&count) {
            fields.refuse("interactions", format!("must have 1 to {ACTS_MAX} entries, has {count}"));
            return fields.finish(Self { user, acts: Vec::new() });
        }
        let each = request.interactions.iter().enumerate();
        let acts: Vec<Act> = each.map(|(index, act)| read_act(&mut fields, index, act)).collect();
        // Whether an act is too old is judged with the change, so that a request that is repeated later gets its first
        // answer again. One that is refused for its form hears of its moments at once.
        if !fields.all_good() {
            judge_moments(&mut fields, &acts, clock::now());
        }
        fields.finish(Self { user, acts })
    }
}

fn path(index: usize, field: &str) -> String {
    format!("interactions[{index}].{field}")
}

fn read_act(fields: &mut Fields, index: usize, act: &NewInteraction) -> Act {
    let kind: Word<InteractionKind> = fields.word(&path(index, "kind"), act.kind);
    Act {
        item_id: fields.text(&path(index, "item_id"), &act.item_id, 1..=200),
        item_type: fields.word(&path(index, "item_type"), act.item_type),
        kind,
        value: value(fields, &path(index, "value"), *kind, act.value),
        at: fields.time(&path(index, "at"), act.at.as_ref()),
        metadata: fields.document(&path(index, "metadata"), act.metadata.as_ref(), METADATA_BYTES_MAX),
    }
}

fn value(fields: &mut Fields, path: &str, kind: InteractionKind, value: Option<f64>) -> Option<f64> {
    match (interaction::values_of(kind), value) {
        (Some(range), Some(value)) => Some(fields.number(path, value, range)),
        // A kind that is missing or unknown has been refused already.
        (None, Some(_)) if kind != InteractionKind::Unspecified => {
            fields.refuse(path, format!("must be left out: {} has no value", Word(kind)));
            None
        }
        (_, None) if kind == InteractionKind::Rate => {
            fields.refuse(path, "is required");
            None
        }
        _ => None,
    }
}

fn judge_moments(fields: &mut Fields, acts: &[Act], now: Time) {
    for (index, at) in acts.iter().enumerate().filter_map(|(index, act)| Some((index, act.at?))) {
        if at > now + AHEAD_MAX {
            fields.refuse(path(index, "at"), "must not be more than 5 minutes ahead");
        } else if at < now - BACK_MAX {
            fields.refuse(path(index, "at"), "must not be more than 30 days back");
        }
    }
}

impl Act {
    /// As the table holds it. A moment ahead of ours is the client's clock; it is cut to now.
    fn done_by(self, user: UserId, now: Time) -> interaction::Model {
        interaction::Model {
            id: InteractionId::new(),
            user_id: user,
            recommendation_id: None,
            item_id: self.item_id,
            item_type: self.item_type,
            metadata: self.metadata,
            r#type: self.kind,
            value: self.value,
            event_id: None,
            occurred_at: self.at.map_or(now, |at| at.min(now)),
            created_at: now,
        }
    }
}

pub async fn run(nexus: &Nexus, call: &Call, input: RecordInteractions) -> Result<RecordInteractionsResponse> {
    nexus
        .work
        .mutate(call, async |work| {
            let user = call.subject("user_id", input.user)?;
            let mut fields = Fields::new();
            judge_moments(&mut fields, &input.acts, call.now());
            fields.finish(())?;

            user_profile::ensure(work, user, call.now()).await?;
            let rows: Vec<interaction::Model> =
                input.acts.into_iter().map(|act| act.done_by(user, call.now())).collect();
            let response = RecordInteractionsResponse {
                count: i32::try_from(rows.len()).unwrap_or(i32::MAX),
                interaction_ids: rows.iter().map(|row| row.id.to_string()).collect(),
            };
            let rows: Vec<interaction::ActiveModel> = rows.into_iter().map(Into::into).collect();
            interaction::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
            work.audit(&user, &response)?;
            Ok(response)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(kind: InteractionKind, given: Option<f64>) -> bool {
        let mut fields = Fields::new();
        value(&mut fields, "value", kind, given);
        fields.finish(()).is_ok()
    }

    #[test]
    fn each_kind_has_its_values() {
        for (kind, least, most) in [
            (InteractionKind::View, 0.0, 86_400.0),
            (InteractionKind::Complete, 0.0, 1.0),
            (InteractionKind::Rate, 1.0, 5.0),
        ] {
            assert!(takes(kind, Some(least)) && takes(kind, Some(most)), "{kind:?}");
            for outside in [least - 0.01, most + 0.01, f64::NAN, f64::INFINITY] {
                assert!(!takes(kind, Some(outside)), "{kind:?} {outside}");
            }
        }
        assert!(takes(InteractionKind::Like, None) && !takes(InteractionKind::Like, Some(1.0)));
        assert!(takes(InteractionKind::View, None) && !takes(InteractionKind::Rate, None));
    }

    #[test]
    fn moments_are_judged_to_the_microsecond() {
        let now = Time::default() + Duration::days(1000);
        let refused = |at: Time| {
            let mut fields = Fields::new();
            let act = read_act(&mut Fields::new(), 0, &NewInteraction::default());
            judge_moments(&mut fields, &[Act { at: Some(at), ..act }], now);
            fields.finish(()).is_err()
        };
        let moment = Duration::microseconds(1);
        assert!(!refused(now + AHEAD_MAX) && refused(now + AHEAD_MAX + moment));
        assert!(!refused(now - BACK_MAX) && refused(now - BACK_MAX - moment));
    }
}
