//! Documents that are carried along: JSON in the database, `google.protobuf.Struct` in the contract.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number};

/// A JSON document.
pub type Json = serde_json::Value;

/// A JSON list of texts, as a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Words(pub Vec<String>);

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Self {
        Self(words)
    }
}

/// As text.
///
/// # Panics
/// Never: a document has no key that is not a text.
#[must_use]
#[expect(clippy::expect_used, reason = "writing a document into memory does not fail")]
pub fn text(document: &Json) -> String {
    // The same as Display gives, which writes piece by piece.
    serde_json::to_string(document).expect("a document")
}

/// From the contract's form.
#[must_use]
pub fn from_struct(document: Struct) -> Json {
    Json::Object(document.fields.into_iter().map(|(key, value)| (key, from_value(value))).collect())
}

fn from_value(value: Value) -> Json {
    match value.kind {
        None | Some(Kind::NullValue(_)) => Json::Null,
        Some(Kind::BoolValue(flag)) => Json::Bool(flag),
        Some(Kind::NumberValue(number)) => from_number(number),
        Some(Kind::StringValue(text)) => Json::String(text),
        Some(Kind::ListValue(list)) => Json::Array(list.values.into_iter().map(from_value).collect()),
        Some(Kind::StructValue(inner)) => from_struct(inner),
    }
}

/// Whole numbers stay whole, so that 3 does not come back as 3.0.
fn from_number(number: f64) -> Json {
    let whole = format!("{number:.0}").parse::<i64>().ok().filter(|_| number.fract() == 0.0 && number.abs() < 9e15);
    whole.map(Number::from).or_else(|| Number::from_f64(number)).map_or(Json::Null, Json::Number)
}

/// Into the contract's form; anything but an object becomes an empty one.
#[must_use]
pub fn to_struct(document: Json) -> Struct {
    let fields = match document {
        Json::Object(fields) => fields,
        _ => Map::new(),
    };
    Struct { fields: fields.into_iter().map(|(key, value)| (key, to_value(value))).collect() }
}

fn to_value(value: Json) -> Value {
    let kind = match value {
        Json::Null => Kind::NullValue(0),
        Json::Bool(flag) => Kind::BoolValue(flag),
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Json::String(text) => Kind::StringValue(text),
        Json::Array(list) => Kind::ListValue(ListValue { values: list.into_iter().map(to_value).collect() }),
        object @ Json::Object(_) => Kind::StructValue(to_struct(object)),
    };
    Value { kind: Some(kind) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_survives_the_way_through_the_contract() {
        let document = json!({"a": [1, 2.5, null, true, "x"], "b": {"c": -7}});
        assert_eq!(from_struct(to_struct(document.clone())), document);
    }
}
