//! The words that migration steps are written in. One builder serves both backends; names of constraints and indexes
//! follow `<table>_<columns>_check / _key / _idx`, so that SQLite and Postgres agree.

use std::ops::RangeInclusive;

use sea_orm::sea_query::{
    ColumnDef, ConditionalStatement, Expr, ForeignKey, ForeignKeyCreateStatement, Index, SimpleExpr, Table,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::SchemaManager;

use sea_orm::sea_query::ForeignKeyAction;
pub use sea_orm::sea_query::ForeignKeyAction::{Cascade, Restrict, SetNull};

/// A column of a table that a step creates.
pub struct Column {
    name: &'static str,
    def: ColumnDef,
    nullable: bool,
    unique: bool,
    money: bool,
    check: Option<String>,
    references: Option<(&'static str, &'static str, ForeignKeyAction)>,
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

/// A table that a step creates, with its checks, keys and indexes. `created_at` comes with it.
pub struct NewTable {
    name: &'static str,
    columns: Vec<Column>,
    primary_key: Vec<&'static str>,
    checks: Vec<(String, String)>,
    foreign_keys: Vec<ForeignKeyCreateStatement>,
    indexes: Vec<NewIndex>,
    dated: bool,
}

struct NewIndex {
    columns: Vec<&'static str>,
    unique: bool,
    only: Option<&'static str>,
    label: Option<&'static str>,
}

/// Begins a table.
#[must_use]
pub fn table(name: &'static str) -> NewTable {
    NewTable {
        name,
        columns: vec![],
        primary_key: vec![],
        checks: vec![],
        foreign_keys: vec![],
        indexes: vec![],
        dated: true,
    }
}

impl NewTable {
    /// Adds a column.
    #[must_use]
    pub fn col(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Adds `updated_at`: the rows change.
    #[must_use]
    pub fn updated(self) -> Self {
        self.col(timestamp("updated_at"))
    }

    /// Adds `deleted_at`: a deleted row stays, unseen.
    #[must_use]
    pub fn deleted(self) -> Self {
        self.col(timestamp("deleted_at").null())
    }

    /// Leaves `created_at` out: another column says when, or nobody asks.
    #[must_use]
    pub fn without_created_at(mut self) -> Self {
        self.dated = false;
        self
    }

    /// A primary key of several columns, or of one that is not called `id`.
    #[must_use]
    pub fn primary_key<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        self.primary_key = columns.to_vec();
        self
    }

    /// A rule over the row, named `<table>_<name>_check`: SQL that both backends read the same.
    #[must_use]
    pub fn check(mut self, name: &str, rule: &str) -> Self {
        self.checks.push((format!("{}_{name}_check", self.name), rule.to_owned()));
        self
    }

    /// A foreign key of several columns.
    #[must_use]
    pub fn foreign_key<const N: usize>(
        mut self,
        columns: [&'static str; N],
        table: &'static str,
        target: [&'static str; N],
        on_delete: ForeignKeyAction,
    ) -> Self {
        let mut key = ForeignKey::create();
        key.name(format!("{}_{}_fkey", self.name, columns.join("_")))
            .from_tbl(self.name)
            .to_tbl(table)
            .on_delete(on_delete);
        for (from, to) in columns.into_iter().zip(target) {
            key.from_col(from).to_col(to);
        }
        self.foreign_keys.push(key);
        self.index(columns)
    }

    /// An index, `<table>_<columns>_idx`.
    #[must_use]
    pub fn index<const N: usize>(self, columns: [&'static str; N]) -> Self {
        self.any_index(columns.to_vec(), false, None, None)
    }

    /// The index behind a list: the filter and sort columns, then `id`, so that keyset pages are exact.
    #[must_use]
    pub fn list_index<const N: usize>(self, columns: [&'static str; N]) -> Self {
        self.any_index([&columns[..], &["id"]].concat(), false, None, None)
    }

    /// A list index over the rows for which `only` holds.
    #[must_use]
    pub fn list_index_where<const N: usize>(self, columns: [&'static str; N], only: &'static str) -> Self {
        self.any_index([&columns[..], &["id"]].concat(), false, Some(only), None)
    }

    /// A unique index, `<table>_<columns>_key`.
    #[must_use]
    pub fn unique<const N: usize>(self, columns: [&'static str; N]) -> Self {
        self.any_index(columns.to_vec(), true, None, None)
    }

    /// A unique index over the rows for which `only` holds, `<table>_<label>_key`.
    #[must_use]
    pub fn unique_where<const N: usize>(
        self,
        label: &'static str,
        columns: [&'static str; N],
        only: &'static str,
    ) -> Self {
        self.any_index(columns.to_vec(), true, Some(only), Some(label))
    }

    fn any_index(
        mut self,
        columns: Vec<&'static str>,
        unique: bool,
        only: Option<&'static str>,
        label: Option<&'static str>,
    ) -> Self {
        self.indexes.push(NewIndex { columns, unique, only, label });
        self
    }

    /// Creates the table, its indexes and, on Postgres where it holds money, the view `<table>_decimal`.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub async fn create(self, m: &SchemaManager<'_>) -> Result<(), DbErr> {
        let table = if self.dated { self.col(timestamp("created_at")) } else { self };
        let Self { name, columns, primary_key, checks, foreign_keys, mut indexes, dated: _ } = table;
        let mut statement = Table::create();
        statement.table(name);
        let mut shown = Vec::new();
        let mut has_money = false;
        for mut column in columns {
            if column.nullable {
                column.def.null();
            } else {
                column.def.not_null();
            }
            if let Some(rule) = &column.check {
                statement.check((format!("{name}_{}_check", column.name), Expr::cust(rule.clone())));
            }
            if let Some((target, key, on_delete)) = column.references {
                let foreign = format!("{name}_{}_fkey", column.name);
                let mut statement_key = ForeignKey::create();
                statement_key.name(foreign).from(name, column.name).to(target, key).on_delete(on_delete);
                statement.foreign_key(&mut statement_key);
                let indexed = column.unique
                    || primary_key.first() == Some(&column.name)
                    || indexes.iter().any(|index| index.only.is_none() && index.columns.first() == Some(&column.name));
                if !indexed {
                    indexes.push(NewIndex { columns: vec![column.name], unique: false, only: None, label: None });
                }
            }
            if column.unique {
                indexes.push(NewIndex { columns: vec![column.name], unique: true, only: None, label: None });
            }
            has_money |= column.money;
            shown.push(if column.money {
                format!("({0} * 0.00000001)::numeric(18,8) AS {0}", column.name)
            } else {
                column.name.to_owned()
            });
            statement.col(column.def);
        }
        if !primary_key.is_empty() {
            let mut key = Index::create();
            key.primary();
            for column in primary_key {
                key.col(column);
            }
            statement.primary_key(&mut key);
        }
        for (rule_name, rule) in checks {
            statement.check((rule_name, Expr::cust(rule)));
        }
        for mut key in foreign_keys {
            statement.foreign_key(&mut key);
        }
        m.create_table(statement).await?;
        for index in indexes {
            create_index(m, name, &index).await?;
        }
        if has_money {
            // For people at psql: 10.50000000 instead of 1050000000. SQLite has no decimal type to show.
            postgres_only(m, &format!("CREATE VIEW {name}_decimal AS SELECT {} FROM {name}", shown.join(", "))).await?;
        }
        Ok(())
    }
}

async fn create_index(m: &SchemaManager<'_>, table: &'static str, index: &NewIndex) -> Result<(), DbErr> {
    let suffix = if index.unique { "key" } else { "idx" };
    let middle = index.label.map_or_else(|| index.columns.join("_"), str::to_owned);
    let index_name = format!("{table}_{middle}_{suffix}");
    let mut statement = Index::create();
    statement.name(index_name).table(table);
    for column in &index.columns {
        statement.col(*column);
    }
    if index.unique {
        statement.unique();
    }
    if let Some(only) = index.only {
        statement.cond_where(Expr::cust(only));
    }
    m.create_index(statement).await
}

/// Drops a table and its decimal view, if it has one.
///
/// # Errors
/// Whatever the database refuses.
pub async fn drop(m: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    postgres_only(m, &format!("DROP VIEW IF EXISTS {table}_decimal")).await?;
    m.drop_table(Table::drop().table(table).take()).await
}

/// Makes a table refuse UPDATE and DELETE (and TRUNCATE on Postgres), whoever asks.
///
/// # Errors
/// Whatever the database refuses.
pub async fn append_only(m: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = m.get_connection();
    if backend(m) == DbBackend::Sqlite {
        for verb in ["UPDATE", "DELETE"] {
            let trigger = format!(
                "CREATE TRIGGER {table}_append_only_{} BEFORE {verb} ON {table}
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                verb.to_lowercase()
            );
            connection.execute_unprepared(&trigger).await?;
        }
        return Ok(());
    }
    let function = format!(
        "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    );
    connection.execute_unprepared(&function).await?;
    for (verbs, scope, label) in [("UPDATE OR DELETE", "ROW", "rows"), ("TRUNCATE", "STATEMENT", "truncate")] {
        let trigger = format!(
            "CREATE TRIGGER {table}_append_only_{label} BEFORE {verbs} ON {table}
             FOR EACH {scope} EXECUTE FUNCTION {table}_append_only()"
        );
        connection.execute_unprepared(&trigger).await?;
    }
    Ok(())
}

/// Drops an append-only table together with what kept it so.
///
/// # Errors
/// Whatever the database refuses.
pub async fn drop_append_only(m: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    drop(m, table).await?;
    postgres_only(m, &format!("DROP FUNCTION IF EXISTS {table}_append_only()")).await
}

/// Runs a statement that only Postgres has a use for.
///
/// # Errors
/// Whatever the database refuses.
pub async fn postgres_only(m: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if backend(m) == DbBackend::Postgres {
        m.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// The moment of the migration, for reference rows that a step writes.
#[must_use]
pub fn now() -> SimpleExpr {
    Expr::value(crate::clock::now())
}

fn backend(m: &SchemaManager<'_>) -> DbBackend {
    m.get_database_backend()
}
