//! A column that holds one word of an enum of the contract, as text that people can read at `psql`.

use std::fmt;
use std::ops::Deref;

use proto::Vocabulary;
use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};

/// An enum of the contract as a column value: `Word(Currency::Azr)` is stored as `AZR`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Word<E>(pub E);

impl<E: Vocabulary> Word<E> {
    /// The text that stands for the word in columns and messages.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.0.into()
    }

    /// The number that stands for the word on the wire.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0.into()
    }
}

impl<E> From<E> for Word<E> {
    fn from(value: E) -> Self {
        Self(value)
    }
}

impl<E> Deref for Word<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.0
    }
}

impl<E: Vocabulary> fmt::Display for Word<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl<E: Vocabulary> From<Word<E>> for Value {
    fn from(word: Word<E>) -> Self {
        word.text().into()
    }
}

impl<E: Vocabulary> Nullable for Word<E> {
    fn null() -> Value {
        Value::String(None)
    }
}

impl<E: Vocabulary> ValueType for Word<E> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let text: String = ValueType::try_from(value)?;
        text.parse().map(Self).map_err(|_unknown| ValueTypeErr)
    }

    fn type_name() -> String {
        "Word".into()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::Text
    }
}

impl<E: Vocabulary> TryGetable for Word<E> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        match text.parse() {
            Ok(value) => Ok(Self(value)),
            Err(_unknown) => Err(DbErr::Type(format!("{text:?} is not a word of the enum")).into()),
        }
    }
}

impl<E: Vocabulary> sea_orm::IntoActiveValue<Word<E>> for Word<E> {
    fn into_active_value(self) -> sea_orm::ActiveValue<Word<E>> {
        sea_orm::ActiveValue::Set(self)
    }
}
