//! A table that a step creates: columns, checks, keys, indexes.

use sea_orm::DbErr;
use sea_orm::sea_query::{
    ConditionalStatement, Expr, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, Table,
};
use sea_orm_migration::SchemaManager;

use super::column::{Column, timestamp};
use super::postgres_only;

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
