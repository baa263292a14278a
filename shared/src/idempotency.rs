//! The first answer to a request id, kept so that a repeat gets it again: refusals included.

use chrono::Duration;
use prost::Message;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use tonic::Code;

use crate::call::{Call, Claim};
use crate::error::{Error, Refusal, Result, stored_status};
use crate::fleet::request_claim as row;
use crate::layers::scope;

/// How long an answer is kept at least.
const KEEP_DAYS: i64 = 30;

/// Claims the request id for this call, or gives the answer that an earlier one got.
///
/// A second call with the same id waits here until the first has committed or has gone.
pub async fn claim<R: Message + Default>(db: &impl ConnectionTrait, call: &Call, claim: &Claim) -> Result<Option<R>> {
    let now = call.now();
    let claimed = row::Entity::insert(row::ActiveModel {
        caller: Set(claim.caller.clone()),
        request_id: Set(claim.request_id),
        method: Set(call.method().path.clone()),
        request_hash: Set(claim.fingerprint.to_vec()),
        key_id: Set(claim.key_id.clone()),
        field_digests: Set(digests(claim)),
        code: Set(0),
        reason: Set(None),
        response: Set(None),
        decided_at: Set(now),
        expires_at: Set(now + Duration::days(KEEP_DAYS)),
    })
    .on_conflict(OnConflict::columns([row::Column::Caller, row::Column::RequestId]).do_nothing().to_owned())
    .exec_without_returning(db)
    .await?;
    if claimed > 0 {
        return Ok(None);
    }
    let earlier = row::Entity::find()
        .filter(row::Column::Caller.eq(&claim.caller))
        .filter(row::Column::RequestId.eq(claim.request_id))
        .one(db)
        .await?
        .ok_or_else(|| Error::internal("a claim that is there and is not"))?;
    replay(call, claim, earlier).map(Some)
}

fn replay<R: Message + Default>(call: &Call, claim: &Claim, earlier: row::Model) -> Result<R> {
    if earlier.request_hash != claim.fingerprint {
        return Err(reused(call, claim, &earlier));
    }
    scope::note_replayed();
    let Some(stored) = earlier.response else {
        let message = "the answer to this request_id is no longer kept";
        return Err(Refusal::new(Code::FailedPrecondition, "REQUEST_ID_EXPIRED", message).into());
    };
    if earlier.code != 0 {
        return Err(Error::Replayed(Box::new(stored_status(&stored)?)));
    }
    R::decode(stored.as_slice()).map_err(|error| Error::internal(format!("a stored answer does not decode: {error}")))
}

/// Names the fields that differ from the first request, without ever having kept it.
fn reused(call: &Call, claim: &Claim, earlier: &row::Model) -> Error {
    let then = &earlier.field_digests;
    let differs = |number: u32| {
        let before = then.get(number.to_string()).and_then(|digest| digest.as_str());
        before != claim.field_digests.get(&number).map(String::as_str)
    };
    let input = &call.method().input;
    let mut fields: Vec<(String, String)> = input
        .fields()
        .filter(|field| Some(field.number()) != call.method().request_id && differs(field.number()))
        .map(|field| (field.name().to_owned(), "differs from the first request with this request_id".to_owned()))
        .collect();
    if earlier.method != call.method().path {
        fields = vec![("request_id".to_owned(), format!("was used for {}", earlier.method))];
    }
    let named: Vec<&str> = fields.iter().map(|(path, _)| path.as_str()).collect();
    let message = format!("this request_id was used for another request; changed: {}", named.join(", "));
    let refusal = Refusal::new(Code::InvalidArgument, "REQUEST_ID_REUSED", message);
    Refusal { fields, ..refusal }.into()
}

/// Stores the answer beside the claim.
pub async fn answer(
    db: &impl ConnectionTrait,
    claim: &Claim,
    code: Code,
    reason: Option<&str>,
    bytes: Vec<u8>,
) -> Result<()> {
    row::ActiveModel {
        caller: Set(claim.caller.clone()),
        request_id: Set(claim.request_id),
        code: Set(code.into()),
        reason: Set(reason.map(str::to_owned)),
        response: Set(Some(bytes)),
        ..Default::default()
    }
    .update(db)
    .await?;
    Ok(())
}

fn digests(claim: &Claim) -> serde_json::Value {
    claim.field_digests.iter().map(|(number, digest)| (number.to_string(), digest.clone())).collect()
}
