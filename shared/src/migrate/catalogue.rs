//! What a database is made of: as a text that is pinned as a file and compared, and table by table for the checks that
//! hold everywhere. The runner's own two tables are left out.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, TryGetableMany};

use crate::db;

mod postgres;
mod sqlite;

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableInfo {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<ColumnInfo>,
    /// The columns of each foreign key.
    pub foreign_keys: Vec<Vec<String>>,
    /// The columns of each index over all rows, or over those that have something in its first column; primary and unique keys included.
    pub indexes: Vec<Vec<String>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its type, as the database calls it.
    pub r#type: String,
    /// Whether it may be null.
    pub nullable: bool,
}

/// Table, column, type, nullable.
type ColumnRow = (String, String, String, bool);
/// Table, key, column; the columns of a key in their order.
type KeyRow = (String, String, String);

/// The whole schema as text: the same schema gives the same text, wherever and in which order it was made.
///
/// # Errors
/// The database does not answer.
pub async fn schema_text(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    if db::backend(db) == DbBackend::Postgres { postgres::text(db).await } else { sqlite::text(db).await }
}

/// The tables by name.
///
/// # Errors
/// The database does not answer.
pub async fn tables(db: &impl ConnectionTrait) -> Result<Vec<TableInfo>, DbErr> {
    let [columns, foreign_keys, indexes] =
        if db::backend(db) == DbBackend::Postgres { postgres::TABLES } else { sqlite::TABLES };
    let columns: Vec<ColumnRow> = rows(db, columns).await?;
    let foreign_keys: Vec<KeyRow> = rows(db, foreign_keys).await?;
    let indexes: Vec<KeyRow> = rows(db, indexes).await?;
    Ok(assemble(columns, foreign_keys, indexes))
}

async fn rows<T: TryGetableMany>(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<T>, DbErr> {
    let found = db.query_all_raw(Statement::from_string(db::backend(db), sql)).await?;
    found.iter().map(sea_orm::QueryResult::try_get_many_by_index).collect()
}

fn assemble(columns: Vec<ColumnRow>, foreign_keys: Vec<KeyRow>, indexes: Vec<KeyRow>) -> Vec<TableInfo> {
    let mut tables: BTreeMap<String, TableInfo> = BTreeMap::new();
    for (table, name, r#type, nullable) in columns {
        let info = tables.entry(table.clone()).or_insert_with(|| TableInfo { name: table, ..TableInfo::default() });
        info.columns.push(ColumnInfo { name, r#type, nullable });
    }
    for (table, columns) in by_key(foreign_keys) {
        if let Some(info) = tables.get_mut(&table) {
            info.foreign_keys.push(columns);
        }
    }
    for (table, columns) in by_key(indexes) {
        if let Some(info) = tables.get_mut(&table) {
            info.indexes.push(columns);
        }
    }
    tables.into_values().collect()
}

/// The table and the columns of each key.
fn by_key(rows: Vec<KeyRow>) -> impl Iterator<Item = (String, Vec<String>)> {
    let mut keys: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (table, key, column) in rows {
        keys.entry((table, key)).or_default().push(column);
    }
    keys.into_iter().map(|((table, _key), columns)| (table, columns))
}

/// One space wherever there was white space.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<const N: usize>(row: [&str; N]) -> [String; N] {
        row.map(str::to_owned)
    }

    #[test]
    fn rows_become_tables_with_their_keys() {
        let column =
            |table: &str, name: &str, nullable| (table.to_owned(), name.to_owned(), "uuid".to_owned(), nullable);
        let key = |row: [&str; 3]| {
            let [table, key, column] = texts(row);
            (table, key, column)
        };
        let found = assemble(
            vec![column("b", "id", false), column("a", "id", false), column("b", "a_id", true)],
            vec![key(["b", "b_a_id_fkey", "a_id"])],
            vec![
                key(["b", "b_pkey", "id"]),
                key(["b", "b_list", "a_id"]),
                key(["b", "b_list", "id"]),
                key(["gone", "x", "id"]),
            ],
        );
        assert_eq!(found.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(
            found[1].columns[1],
            ColumnInfo { name: "a_id".to_owned(), r#type: "uuid".to_owned(), nullable: true }
        );
        assert_eq!(found[1].foreign_keys, [["a_id"]]);
        assert_eq!(found[1].indexes, [vec!["a_id", "id"], vec!["id"]]);
    }

    #[test]
    fn white_space_does_not_count() {
        assert_eq!(on_one_line("  SELECT a,\n         b  "), "SELECT a, b");
    }
}
