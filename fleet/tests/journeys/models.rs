//! The 46 models exist as `models.toml` states them, on whichever backend the suite runs.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::migrate::catalogue::{self, TableInfo};
use shared::testing::TestService;

#[derive(Deserialize)]
struct Models {
    model: Vec<Model>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    service: String,
    #[serde(rename = "model")]
    name: String,
    table: String,
    columns: Vec<String>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    checks: Vec<String>,
    #[serde(default)]
    row_checks: Vec<String>,
    #[serde(default)]
    unique: Vec<Vec<String>>,
    #[serde(default)]
    index: Vec<Vec<String>>,
}

/// What a kind of column is called by the two databases.
fn kind(database_type: &str, sqlite: bool) -> &'static str {
    match database_type.to_lowercase().as_str() {
        "uuid" | "uuid_text" => "uuid",
        "text" => "text",
        "boolean" => "bool",
        // SQLite has one integer type; the columns of 64 bits are told apart on Postgres.
        "bigint" if sqlite => "int",
        "integer" => "int",
        "bigint" => "bigint",
        "double precision" | "double" => "real",
        "timestamp with time zone" | "timestamp_with_timezone_text" => "timestamp",
        "jsonb" | "jsonb_text" => "json",
        "bytea" | "blob" => "bytes",
        _ => "something else",
    }
}

fn stated(columns: &[String], sqlite: bool) -> Vec<String> {
    let mut stated = columns.to_vec();
    if sqlite {
        for column in &mut stated {
            *column = column.replace(" bigint", " int");
        }
    }
    stated.sort();
    stated
}

fn built(table: &TableInfo, sqlite: bool) -> Vec<String> {
    let describe = |column: &catalogue::ColumnInfo| {
        let null = if column.nullable { " null" } else { "" };
        format!("{} {}{null}", column.name, kind(&column.r#type, sqlite))
    };
    let mut built: Vec<String> = table.columns.iter().map(describe).collect();
    built.sort();
    built
}

/// The words in the CHECK of a column, wherever the catalogue shows it.
fn checked_words(schema: &str, table: &str, column: &str) -> Vec<String> {
    let name = format!("{table}_{column}_check");
    let Some((_, rest)) = schema.split_once(&name) else { return Vec::new() };
    let end = ["_check", "_fkey", "\n"].iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    rest[..end].split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether the table has this rule. Postgres writes rules in its own words: there the constraint of the column has to
/// name the same bounds.
fn has_check(schema: &str, table: &str, rule: &str, sqlite: bool) -> bool {
    let column = rule.trim_start_matches("length(").split([' ', ')']).next().unwrap_or_default();
    let name = format!("{table}_{column}_check");
    let bounds = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let shown = schema.lines().find(|line| line.split(['"', ' ']).any(|word| word == name));
    shown.is_some_and(|line| {
        let given = bounds(line);
        if sqlite { line.contains(rule) } else { bounds(rule).iter().all(|bound| given.contains(bound)) }
    })
}

/// Whether an index has these columns, all and no others if it is to be unique, at its beginning otherwise.
fn has_index(schema: &str, table: &str, columns: &[String], unique: bool) -> bool {
    schema.lines().any(|line| {
        let line = line.replace(['"'], "");
        let Some((kind, rest)) = line.trim().split_once(" ON ") else { return false };
        let Some((on, listed)) = rest.split_once('(') else { return false };
        let listed: Vec<&str> = listed.split(')').next().unwrap_or_default().split(", ").collect();
        let named = on.split_whitespace().next() == Some(table) && kind.contains("INDEX");
        named
            && listed.starts_with(&columns.iter().map(String::as_str).collect::<Vec<_>>())
            && (!unique || (kind.contains("UNIQUE") && listed.len() == columns.len()))
    })
}

async fn check<S: shared::service::Service>(models: &[Model]) -> usize {
    let service = TestService::<S>::start().await;
    let tables = catalogue::tables(service.connection()).await.expect("readable");
    let schema = catalogue::schema_text(service.connection()).await.expect("readable");
    let sqlite = shared::db::backend(service.connection()) == sea_orm::DbBackend::Sqlite;
    let own: Vec<&Model> = models.iter().filter(|model| model.service == S::NAME).collect();
    for model in &own {
        let shown = format!("{} of {}", model.name, S::NAME);
        let table =
            tables.iter().find(|table| table.name == model.table).unwrap_or_else(|| panic!("no table for {shown}"));
        assert_eq!(built(table, sqlite), stated(&model.columns, sqlite), "columns of {shown}");
        for (column, words) in &model.words {
            assert_eq!(&checked_words(&schema, &model.table, column), words, "words of {column}, {shown}");
        }
        for rule in &model.checks {
            assert!(has_check(&schema, &model.table, rule, sqlite), "no CHECK {rule}, {shown}");
        }
        for rule in &model.row_checks {
            let name = format!("{}_{rule}_check", model.table);
            assert!(schema.contains(&name), "no rule {name}, {shown}");
        }
        for columns in &model.unique {
            assert!(has_index(&schema, &model.table, columns, true), "{columns:?} is not unique, {shown}");
        }
        for columns in &model.index {
            assert!(has_index(&schema, &model.table, columns, false), "no index on {columns:?}, {shown}");
        }
    }
    own.len()
}

#[tokio::test]
async fn the_46_models_exist_with_their_columns_words_and_indexes() {
    let models: Models = toml::from_str(include_str!("models.toml")).expect("models.toml is TOML");
    let models = models.model;
    let found = check::<auth::Auth>(&models).await
        + check::<education::Education>(&models).await
        + check::<mint::Mint>(&models).await
        + check::<forge::Forge>(&models).await
        + check::<sapiens::Sapiens>(&models).await
        + check::<nexus::Nexus>(&models).await
        + check::<family::Family>(&models).await
        + check::<notifications::Notifications>(&models).await
        + check::<health::Health>(&models).await;
    assert_eq!((found, models.len()), (46, 46));
}
