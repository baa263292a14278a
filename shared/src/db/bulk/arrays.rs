//! Rows as the arrays that Postgres unfolds again.

use sea_orm::sea_query::ArrayType;
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IdenStatic, Value};

use super::missing;
use crate::json;

/// Rows turned into one array for each column, and one more for each that may be null: an array holds no null here. A column
/// without anything takes none, and one that says the same of every row takes an array of one: the others get null out of it,
/// in whose place stands its first.
#[derive(Default)]
pub struct Arrays {
    pub values: Vec<Value>,
    types: Vec<&'static str>,
    names: Vec<String>,
    /// How a row is put together again.
    pub selected: Vec<String>,
}

/// How the values of a column are sent.
#[derive(Clone, Copy)]
pub struct Column {
    pub nullable: bool,
    /// One for each row, whatever they are: rows are found by them, or counted.
    pub whole: bool,
}

impl Arrays {
    pub fn of<A: ActiveModelTrait>(
        mut rows: Vec<A>,
        columns: &[<A::Entity as EntityTrait>::Column],
        keys: &[<A::Entity as EntityTrait>::Column],
    ) -> Result<Self, DbErr> {
        let mut arrays = Self::default();
        for (place, column) in columns.iter().enumerate() {
            let taken = rows.iter_mut().map(|row| row.take(*column).into_value().ok_or_else(|| missing(*column)));
            let whole = place == 0 || keys.iter().any(|key| key.as_str() == column.as_str());
            let sent = Column { nullable: column.def().is_null(), whole };
            arrays.push(column.as_str(), sent, taken.collect::<Result<_, _>>()?)?;
        }
        Ok(arrays)
    }

    pub fn push(&mut self, name: &str, column: Column, mut values: Vec<Value>) -> Result<(), DbErr> {
        let Column { nullable, whole } = column;
        // A document is sent as its text: there the driver copies one string, not a tree.
        let mut cast = "";
        for value in &mut values {
            if let Value::Json(document) = value {
                cast = "::jsonb";
                *value = Value::String(document.as_deref().map(json::text));
            }
        }
        let Some(first) = values.first() else { return Ok(()) };
        let kind = first.array_type();
        let sql = sql_type(&kind).ok_or_else(|| DbErr::Custom(format!("no arrays of the type of {name}")))?;
        let null = first.as_null();
        if nullable && values.iter().all(|value| *value == null) {
            self.selected.push("NULL".to_owned());
            return Ok(());
        }
        let mut nulls = Vec::new();
        if nullable {
            for value in &mut values {
                let is_null = *value == null;
                nulls.push(Value::Bool(Some(is_null)));
                if is_null {
                    *value = if cast.is_empty() { value.dummy_value() } else { Value::from("null") };
                }
            }
        }
        let mut selected = format!("new.\"{name}\"");
        if !whole {
            selected = format!("COALESCE({selected}, (${}::{sql}[])[1])", self.values.len() + 1);
            shorten(&mut values);
            shorten(&mut nulls);
        }
        self.add(format!("\"{name}\""), kind, sql, values);
        if nullable {
            self.add(format!("\"{name}?\""), ArrayType::Bool, "boolean", nulls);
            selected = format!("CASE WHEN new.\"{name}?\" THEN NULL ELSE {selected}{cast} END");
        } else {
            selected.push_str(cast);
        }
        self.selected.push(selected);
        Ok(())
    }

    fn add(&mut self, name: String, kind: ArrayType, sql: &'static str, values: Vec<Value>) {
        self.names.push(name);
        self.types.push(sql);
        self.values.push(Value::Array(kind, Some(Box::new(values))));
    }

    /// Functions among what is selected go on side by side; in FROM, the server would first write down what each of them gives.
    pub fn from(&self) -> String {
        let arrays = self.names.iter().zip(&self.types).enumerate();
        let arrays = arrays.map(|(index, (name, sql))| format!("UNNEST(${}::{sql}[]) AS {name}", index + 1));
        format!("(SELECT {}) AS new", arrays.collect::<Vec<_>>().join(", "))
    }
}

/// One value in the place of equal ones.
fn shorten(values: &mut Vec<Value>) {
    if values.windows(2).all(|two| two[0] == two[1]) {
        values.truncate(1);
    }
}

fn sql_type(kind: &ArrayType) -> Option<&'static str> {
    Some(match kind {
        ArrayType::Bool => "boolean",
        ArrayType::Int => "integer",
        ArrayType::BigInt => "bigint",
        ArrayType::String => "text",
        ArrayType::Bytes => "bytea",
        ArrayType::Uuid => "uuid",
        ArrayType::ChronoDateTimeUtc => "timestamptz",
        _ => return None,
    })
}
