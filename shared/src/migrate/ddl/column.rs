//! The columns of a table that a step creates.

use std::ops::RangeInclusive;

use sea_orm::sea_query::{ColumnDef, ForeignKeyAction, SimpleExpr};

/// A column of a table that a step creates.
pub struct Column {
    pub(super) name: &'static str,
    pub(super) def: ColumnDef,
    pub(super) nullable: bool,
    pub(super) unique: bool,
    pub(super) money: bool,
    pub(super) check: Option<String>,
    pub(super) references: Option<(&'static str, &'static str, ForeignKeyAction)>,
}

impl Column {
    fn new(name: &'static str, kind: impl FnOnce(&mut ColumnDef) -> &mut ColumnDef) -> Self {
        let mut def = ColumnDef::new(name);
        kind(&mut def);
        Self { name, def, nullable: false, unique: false, money: false, check: None, references: None }
    }

    /// May be null; without it the column is NOT NULL.
    #[must_use]
    pub fn null(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The default: a number, a text (also for JSON), a bool.
    #[must_use]
    pub fn default(mut self, value: impl Into<SimpleExpr>) -> Self {
        self.def.default(value);
        self
    }

    /// A unique index on this column alone, `<table>_<column>_key`.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Refers to `id` of another table. An index on the column comes with it.
    #[must_use]
    pub fn references(self, table: &'static str, on_delete: ForeignKeyAction) -> Self {
        self.references_column(table, "id", on_delete)
    }

    /// Refers to a unique column other than `id`.
    #[must_use]
    pub fn references_column(mut self, table: &'static str, column: &'static str, on_delete: ForeignKeyAction) -> Self {
        self.references = Some((table, column, on_delete));
        self
    }

    /// A further rule, added to the one that the column's kind brings: `"seats > 0"`.
    #[must_use]
    pub fn check(mut self, rule: &str) -> Self {
        self.check = Some(match self.check {
            Some(first) => format!("{first} AND {rule}"),
            None => rule.to_owned(),
        });
        self
    }
}

/// `id uuid`, the primary key.
#[must_use]
pub fn id() -> Column {
    Column::new("id", |def| def.uuid().primary_key())
}

/// Another row's id, here or (without `references`) in another service.
#[must_use]
pub fn uuid(name: &'static str) -> Column {
    Column::new(name, ColumnDef::uuid)
}

/// Text whose length in code points lies in `length`.
#[must_use]
pub fn text(name: &'static str, length: RangeInclusive<u32>) -> Column {
    let rule = match (length.start(), length.end()) {
        (0, most) => format!("length({name}) <= {most}"),
        (least, most) => format!("length({name}) BETWEEN {least} AND {most}"),
    };
    Column::new(name, ColumnDef::text).check(&rule)
}

/// One of a closed list of words. The words are spelled out in the step: a step is history.
#[must_use]
pub fn word<const N: usize>(name: &'static str, words: [&str; N]) -> Column {
    let list = words.map(|word| format!("'{word}'")).join(", ");
    Column::new(name, ColumnDef::text).check(&format!("{name} IN ({list})"))
}

/// AZR, BTC, ETH or USD.
#[must_use]
pub fn currency(name: &'static str) -> Column {
    word(name, ["AZR", "BTC", "ETH", "USD"])
}

/// beginner, intermediate, advanced or expert.
#[must_use]
pub fn level(name: &'static str) -> Column {
    word(name, ["beginner", "intermediate", "advanced", "expert"])
}

/// Money: a count of 1e-8 units, held inside decimal(18,8).
#[must_use]
pub fn units(name: &'static str) -> Column {
    let mut column = Column::new(name, ColumnDef::big_integer)
        .check(&format!("{name} BETWEEN -999999999999999999 AND 999999999999999999"));
    column.money = true;
    column
}

/// Hundredths of a percent, 0 to 10000.
#[must_use]
pub fn pct(name: &'static str) -> Column {
    int(name).check(&format!("{name} BETWEEN 0 AND 10000"))
}

/// Basis points, 0 to 10000.
#[must_use]
pub fn bp(name: &'static str) -> Column {
    pct(name)
}

/// A 32-bit integer.
#[must_use]
pub fn int(name: &'static str) -> Column {
    Column::new(name, ColumnDef::integer)
}

/// A 64-bit integer.
#[must_use]
pub fn bigint(name: &'static str) -> Column {
    Column::new(name, ColumnDef::big_integer)
}

/// True or false.
#[must_use]
pub fn bool(name: &'static str) -> Column {
    Column::new(name, ColumnDef::boolean)
}

/// A statistic (an ability, a confidence); never money.
#[must_use]
pub fn real(name: &'static str) -> Column {
    Column::new(name, ColumnDef::double)
}

/// A moment in UTC, to the microsecond, written by code.
#[must_use]
pub fn timestamp(name: &'static str) -> Column {
    Column::new(name, ColumnDef::timestamp_with_time_zone)
}

/// A day, `YYYY-MM-DD`.
#[must_use]
pub fn date(name: &'static str) -> Column {
    Column::new(name, ColumnDef::text).check(&format!("length({name}) = 10"))
}

/// A document that is carried along, never filtered on.
#[must_use]
pub fn json(name: &'static str) -> Column {
    Column::new(name, ColumnDef::json_binary)
}

/// Hashes and ciphertext.
#[must_use]
pub fn bytes(name: &'static str) -> Column {
    Column::new(name, |def| def.blob())
}
