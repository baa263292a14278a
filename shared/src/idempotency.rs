//! The first answer to a request id, kept so that a repeat gets it again: refusals included.

use std::collections::{BTreeSet, HashMap};

use chrono::Duration;
use prost::Message;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use tonic::Code;
use uuid::Uuid;

use crate::call::{Call, Claim, Print};
use crate::contract;
use crate::db::bulk;
use crate::error::{Error, Refusal, Result, stored_status};
use crate::fleet::{audit_entry, request_claim as row};
use crate::id::UserId;
use crate::layers::scope;
use crate::work::Work;

/// How long an answer is kept at least.
const KEEP_DAYS: i64 = 30;

/// An answer that is kept.
pub struct Answered {
    pub code: Code,
    pub reason: Option<&'static str>,
    /// The encoded answer, or the details of a refusal.
    pub bytes: Vec<u8>,
}

/// Claims the request id for this call, or gives the answer that an earlier one got.
///
/// A second call with the same id waits here until the first has committed or has gone.
pub async fn claim<R: Message + Default>(db: &impl ConnectionTrait, call: &Call, claim: &Claim) -> Result<Option<R>> {
    let undecided = Answered { code: Code::Ok, reason: None, bytes: Vec::new() };
    let claimed = row::Entity::insert(row::ActiveModel { response: Set(None), ..kept(call, claim, undecided)? })
        .on_conflict(OnConflict::columns([row::Column::Caller, row::Column::RequestId]).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    if claimed > 0 {
        return Ok(None);
    }
    earlier(db, call, claim).await?.map(Some).ok_or_else(|| Error::internal("a claim that is there and is not"))
}

/// The answer that a call with this request id got before.
pub async fn earlier<R: Message + Default>(db: &impl ConnectionTrait, call: &Call, claim: &Claim) -> Result<Option<R>> {
    let earlier = row::Entity::find()
        .filter(row::Column::Caller.eq(&claim.caller))
        .filter(row::Column::RequestId.eq(claim.request_id))
        .one(db)
        .await?;
    let Some(earlier) = earlier else { return Ok(None) };
    let bytes = stored(call, claim, &earlier)?;
    let answer = R::decode(bytes.as_slice());
    answer.map(Some).map_err(|error| Error::internal(format!("a stored answer does not decode: {error}")))
}

/// What the store has of these claims, by caller and request id.
pub async fn earlier_of_all(
    db: &impl ConnectionTrait,
    claims: &[&Claim],
) -> Result<HashMap<(String, Uuid), row::Model>> {
    let keys = claims.iter().map(|claim| row::ActiveModel {
        caller: Set(claim.caller.clone()),
        request_id: Set(claim.request_id),
        ..Default::default()
    });
    let rows = bulk::find(db, keys.collect()).await?;
    Ok(rows.into_iter().map(|row| ((row.caller.clone(), row.request_id), row)).collect())
}

/// A claim together with its answer.
pub fn kept(call: &Call, claim: &Claim, answered: Answered) -> Result<row::ActiveModel> {
    let now = call.now();
    let print = claim.prints.first().ok_or_else(|| Error::internal("a key ring without a key"))?;
    Ok(row::ActiveModel {
        caller: Set(claim.caller.clone()),
        request_id: Set(claim.request_id),
        method: Set(call.method().path.clone()),
        request_hash: Set(print.fingerprint.to_vec()),
        key_id: Set(print.key_id.clone()),
        field_digests: Set(digests(print)),
        code: Set(answered.code.into()),
        reason: Set(answered.reason.map(str::to_owned)),
        response: Set(Some(answered.bytes)),
        decided_at: Set(now),
        expires_at: Set(now + Duration::days(KEEP_DAYS)),
    })
}

/// The encoded answer, or the refusal, that an earlier call got.
pub fn stored(call: &Call, claim: &Claim, earlier: &row::Model) -> Result<Vec<u8>> {
    let expired = || {
        let message = "the answer to this request_id is no longer kept";
        Refusal::new(Code::FailedPrecondition, "REQUEST_ID_EXPIRED", message)
    };
    let print = claim.under(&earlier.key_id).ok_or_else(expired)?;
    if earlier.request_hash != print.fingerprint {
        return Err(reused(call, print, earlier));
    }
    scope::note_replayed();
    let stored = earlier.response.clone().ok_or_else(expired)?;
    if earlier.code != 0 {
        return Err(Error::Replayed(Box::new(stored_status(&stored)?)));
    }
    Ok(stored)
}

/// Names the fields that differ from the first request, without ever having kept it.
fn reused(call: &Call, print: &Print, earlier: &row::Model) -> Error {
    let then = &earlier.field_digests;
    let differs = |number: u32| {
        let before = then.get(number.to_string()).and_then(|digest| digest.as_str());
        before != print.field_digests.get(&number).map(String::as_str)
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

impl Work<'_> {
    /// Lets go of what was answered to a person, and to others about the `things` that audit entries name by these ids.
    /// The claims stay: whoever repeats such a request is told `REQUEST_ID_EXPIRED`.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn forget_answers(&self, package: &str, person: UserId, things: &[String]) -> Result<()> {
        let forget = row::Entity::update_many().col_expr(row::Column::Response, Expr::value(None::<Vec<u8>>));
        forget.clone().filter(row::Column::Caller.eq(person.to_string())).exec(&self.tx).await?;
        // With every kind of thing that the package changes, the audit trail is searched by its index.
        let methods = contract::methods_of(package).into_iter().filter(|method| method.request_id.is_some());
        let kinds: BTreeSet<String> = methods.map(|method| method.resource.clone()).collect();
        let about = audit_entry::Entity::find()
            .select_only()
            .columns([audit_entry::Column::ActorId, audit_entry::Column::RequestId])
            .filter(audit_entry::Column::ResourceType.is_in(kinds))
            .filter(audit_entry::Column::ResourceId.is_in(things.iter().cloned()))
            .filter(audit_entry::Column::RequestId.is_not_null())
            .into_tuple::<(Option<Uuid>, Uuid)>()
            .all(&self.tx)
            .await?;
        for (actor, request_id) in about {
            let caller = actor.map_or_else(|| "public".to_owned(), |actor| actor.to_string());
            let theirs = forget.clone().filter(row::Column::Caller.eq(caller));
            theirs.filter(row::Column::RequestId.eq(request_id)).exec(&self.tx).await?;
        }
        Ok(())
    }
}

fn digests(print: &Print) -> serde_json::Value {
    print.field_digests.iter().map(|(number, digest)| (number.to_string(), digest.clone())).collect()
}
