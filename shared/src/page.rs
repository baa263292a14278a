//! Lists, page by page. A page token says where the page before ended; it is tied to its query and its caller by a
//! keyed digest, so that it can neither be made up nor carried elsewhere. However long a list is, a page reads its own
//! rows.

use std::cmp::Reverse;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use sea_orm::sea_query::{IntoValueTuple, ValueTuple};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoIdentity, ModelTrait, Order, QueryFilter, QueryTrait, Select, Value,
};
use tonic::Code;
use uuid::Uuid;

use crate::call::Call;
use crate::clock::Time;
use crate::error::{Refusal, Result};
use crate::keys::Keys;

const SIZE_DEFAULT: u64 = 50;
const SIZE_MAX: u64 = 200;
const TAG_BYTES: usize = 16;

/// Which part of a list is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    size: u64,
    after: Option<Position>,
    /// A digest of who asks what.
    query: [u8; 32],
    keys: Keys,
}

/// The sort value and, where that is not unique, the id of the last row of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    sort: i64,
    id: Uuid,
}

/// One page of a list.
#[derive(Debug)]
pub struct Page<M> {
    /// The rows.
    pub rows: Vec<M>,
    /// The token of the next page; empty at the end.
    pub next: String,
}

impl PageRequest {
    /// Reads `page_size` and `page_token`.
    pub(crate) fn read(size: i64, token: &str, query: [u8; 32], keys: &Keys) -> Result<Self, Refusal> {
        let refuse = |reason, path: &str, what: &str| {
            let refusal = Refusal::new(Code::InvalidArgument, reason, format!("{path} {what}"));
            Refusal { fields: vec![(path.to_owned(), what.to_owned())], ..refusal }
        };
        let size =
            u64::try_from(size).map_err(|_negative| refuse("FIELD_INVALID", "page_size", "must not be negative"))?;
        let size = if size == 0 { SIZE_DEFAULT } else { Ord::min(size, SIZE_MAX) };
        let request = Self { size, after: None, query, keys: keys.clone() };
        if token.is_empty() {
            return Ok(request);
        }
        let after = request.open(token);
        let after =
            after.ok_or_else(|| refuse("PAGE_TOKEN_INVALID", "page_token", "is not one of this list and caller"))?;
        Ok(Self { after: Some(after), ..request })
    }

    fn seal(&self, position: Position) -> String {
        let bytes = [&position.sort.to_be_bytes()[..], position.id.as_bytes()].concat();
        let tag = self.keys.mac("page", &[&self.query, &bytes]);
        URL_SAFE_NO_PAD.encode([&tag[..TAG_BYTES], &bytes].concat())
    }

    fn open(&self, token: &str) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (tag, position) = bytes.split_at_checked(TAG_BYTES)?;
        // The tag guards a position, not a secret: whoever may ask the query may see every position of it. The key that
        // made it may have been replaced since.
        if !self.keys.macs("page", &[&self.query, position]).iter().any(|made| made.starts_with(tag)) {
            return None;
        }
        let (sort, id) = position.split_at_checked(8)?;
        Some(Position { sort: i64::from_be_bytes(sort.try_into().ok()?), id: Uuid::from_slice(id).ok()? })
    }
}

/// The newest rows first: by a time, and by id among rows of the same moment.
///
/// # Errors
/// Whatever the database refuses.
pub async fn newest<E>(
    db: &impl ConnectionTrait,
    call: &Call,
    list: Select<E>,
    at: E::Column,
    id: E::Column,
) -> Result<Page<E::Model>>
where
    E: EntityTrait<Model: Send + Sync>,
{
    newest_of(db, call, vec![list], at, id).await
}

/// The same of a few lists that have no row in common, as if they were one. Each is read along an index of its own; of rows
/// that one column or another picks, a database would read and sort all.
///
/// # Errors
/// Whatever the database refuses.
pub async fn newest_of<E>(
    db: &impl ConnectionTrait,
    call: &Call,
    lists: Vec<Select<E>>,
    at: E::Column,
    id: E::Column,
) -> Result<Page<E::Model>>
where
    E: EntityTrait<Model: Send + Sync>,
{
    let after = call.page().after.map(|end| {
        let moment: Time = DateTime::from_timestamp_micros(end.sort).unwrap_or_default();
        (moment, end.id)
    });
    let mut rows = Vec::new();
    for list in lists {
        // Where in the index to begin. The pair of time and id does not say it: it is compared by an OR.
        let list = list.apply_if(after, |list, (moment, _)| list.filter(at.lte(moment)));
        let after = after.map(IntoValueTuple::into_value_tuple);
        rows.extend(fetch(db, call, list, (at, id), after, Order::Desc).await?);
    }
    let position = |row: &E::Model| Position { sort: micros(&row.get(at)), id: uuid(&row.get(id)) };
    rows.sort_by_key(|row| Reverse(position(row)));
    Ok(cut(call, rows, position))
}

/// In order of one integer column that is unique within the list.
///
/// # Errors
/// Whatever the database refuses.
pub async fn in_order<E>(
    db: &impl ConnectionTrait,
    call: &Call,
    list: Select<E>,
    position: E::Column,
) -> Result<Page<E::Model>>
where
    E: EntityTrait<Model: Send + Sync>,
{
    let after = call.page().after.map(|end| end.sort.into_value_tuple());
    let rows = fetch(db, call, list, position, after, Order::Asc).await?;
    Ok(cut(call, rows, |row| Position { sort: integer(&row.get(position)), id: Uuid::nil() }))
}

/// One row more than asked for, which tells whether there is a next page.
async fn fetch<E: EntityTrait<Model: Send + Sync>>(
    db: &impl ConnectionTrait,
    call: &Call,
    list: Select<E>,
    columns: impl IntoIdentity,
    after: Option<ValueTuple>,
    order: Order,
) -> Result<Vec<E::Model>> {
    let columns = columns.into_identity();
    #[cfg(feature = "testing")]
    crate::testing::plan::uses_an_index(db, call.method(), &list, &columns, &order).await;
    let mut cursor = list.cursor_by(columns);
    if order == Order::Desc {
        cursor.desc();
    }
    if let Some(after) = after {
        cursor.after(after);
    }
    Ok(cursor.first(call.page().size + 1).all(db).await?)
}

fn cut<M>(call: &Call, mut rows: Vec<M>, position: impl Fn(&M) -> Position) -> Page<M> {
    let request = call.page();
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|last| request.seal(position(last))).unwrap_or_default();
    Page { rows, next }
}

fn micros(value: &Value) -> i64 {
    match value {
        Value::ChronoDateTimeUtc(Some(time)) => time.timestamp_micros(),
        _ => 0,
    }
}

fn uuid(value: &Value) -> Uuid {
    match value {
        Value::Uuid(Some(id)) => *id,
        _ => Uuid::nil(),
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Int(Some(number)) => i64::from(*number),
        Value::BigInt(Some(number)) => *number,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: u8, keys: &Keys, token: &str) -> Result<PageRequest, Refusal> {
        PageRequest::read(0, token, [query; 32], keys)
    }

    #[test]
    fn a_token_is_good_for_its_own_query_only() {
        let keys = Keys::ephemeral();
        let position = Position { sort: -5, id: Uuid::from_u128(7) };
        let token = request(1, &keys, "").expect("no token").seal(position);
        assert_eq!(request(1, &keys, &token).expect("its own").after, Some(position));
        assert!(request(2, &keys, &token).is_err());
        assert!(request(1, &Keys::ephemeral(), &token).is_err());
        assert!(request(1, &keys, &URL_SAFE_NO_PAD.encode([0; TAG_BYTES + 24])).is_err());
        for index in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[index] = if altered[index] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("ASCII");
            // The last character carries spare bits; what decodes to the same bytes is the same token.
            if URL_SAFE_NO_PAD.decode(&altered).ok() != URL_SAFE_NO_PAD.decode(&token).ok() {
                assert!(request(1, &keys, &altered).is_err(), "character {index}");
            }
        }
    }

    #[test]
    fn a_list_goes_on_while_keys_are_changed() {
        let keys = Keys::ephemeral();
        let position = Position { sort: 1, id: Uuid::from_u128(7) };
        let token = request(1, &keys, "").expect("no token").seal(position);
        let _id = keys.rotate();
        assert_eq!(request(1, &keys, &token).expect("its own").after, Some(position));
        keys.forget_standby();
        assert!(request(1, &keys, &token).is_err());
    }

    #[test]
    fn sizes_are_cut_or_refused() {
        let keys = Keys::ephemeral();
        let size = |asked| PageRequest::read(asked, "", [0; 32], &keys).map(|page| page.size);
        assert_eq!(size(0).ok(), Some(50));
        assert_eq!(size(1_000_000_000).ok(), Some(200));
        assert!(size(-1).is_err());
    }
}
