//! Migrations against a database: a SQLite file, or with `AZORA_TEST_POSTGRES` a schema of its own on that server.
#![cfg(feature = "testing")]
#![expect(clippy::expect_used, reason = "tests are free to")]

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};
use shared::config::Variables;
use shared::db::{self, Database, Settings};
use shared::migrate::{MigrateError, Migrator, Step, Target, catalogue};
use shared::random;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A step of a few statements that both backends read the same.
struct Sql {
    name: &'static str,
    up: &'static [&'static str],
    down: &'static [&'static str],
}

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Sql {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for statement in self.up {
            m.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for statement in self.down {
            m.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn notes() -> Step {
    notes_from("//! What people jot down.\ncreate notes")
}

fn notes_from(source: &'static str) -> Step {
    let up = &[
        "CREATE TABLE notes (id integer PRIMARY KEY, body text NOT NULL)",
        "CREATE INDEX notes_body_idx ON notes (body)",
        "INSERT INTO notes (id, body) VALUES (1, 'first')",
    ];
    Step::new(Sql { name: "m0001_notes", up, down: &["DROP TABLE notes"] }, source)
}

fn tags() -> Step {
    let up = &[
        "CREATE TABLE tags (id integer PRIMARY KEY, note_id integer NOT NULL REFERENCES notes (id))",
        "CREATE INDEX tags_note_id_idx ON tags (note_id)",
    ];
    Step::new(Sql { name: "m0002_tags", up, down: &["DROP TABLE tags"] }, "//! What notes are found by.\ncreate tags")
}

/// Fails after its first statement has succeeded.
fn broken() -> Step {
    let up = &["CREATE TABLE half (id integer PRIMARY KEY)", "INSERT INTO nowhere (id) VALUES (1)"];
    Step::new(Sql { name: "m0002_broken", up, down: &["DROP TABLE half"] }, "create half")
}

/// Schemas that earlier runs left behind are dropped once.
static SWEPT: OnceCell<()> = OnceCell::const_new();
const PREFIX: &str = "azora_test_migrate";

async fn sweep(server: &Database) {
    let find = format!("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE '{PREFIX}\\_%'");
    let statement = Statement::from_string(db::backend(server.writer()), find);
    for row in server.writer().query_all_raw(statement).await.expect("schemas") {
        let name: String = row.try_get_by_index(0).expect("a name");
        server.writer().execute_unprepared(&format!("DROP SCHEMA {name} CASCADE")).await.expect("dropped");
    }
}

/// Where a test's database is.
struct Place {
    folder: TempDir,
    server: Option<(String, String)>,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let Some(url) = Variables::read().get("AZORA_TEST_POSTGRES").map(str::to_owned) else {
            return Self { folder, server: None };
        };
        let schema = format!("{PREFIX}_{}", random::hex::<8>());
        let server = connect(url.clone(), None).await;
        SWEPT.get_or_init(|| sweep(&server)).await;
        server.writer().execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.expect("a schema");
        server.close().await.expect("closes");
        Self { folder, server: Some((url, schema)) }
    }

    /// Another set of connections to the same database.
    async fn open(&self) -> Database {
        match &self.server {
            Some((url, schema)) => connect(url.clone(), Some(schema.clone())).await,
            None => connect(format!("sqlite:{}", self.folder.path().join("probe.db").display()), None).await,
        }
    }
}

async fn connect(url: String, schema: Option<String>) -> Database {
    let settings = Settings {
        url,
        application_name: "azora-test".to_owned(),
        schema,
        connections: 4,
        acquire: Duration::from_secs(20),
    };
    Database::connect(&settings).await.expect("the test database answers")
}

fn migrator(database: &Database, steps: Vec<Step>) -> Migrator {
    Migrator::new("probe", database.writer().clone(), database.file.clone(), steps, 4)
}

async fn count(db: &DatabaseConnection, from: &str) -> i64 {
    let statement = Statement::from_string(db::backend(db), format!("SELECT count(*) FROM {from}"));
    let row = db.query_one_raw(statement).await.expect("it can be counted").expect("one row");
    row.try_get_by_index(0).expect("a number")
}

async fn text(database: &Database) -> String {
    catalogue::schema_text(database.writer()).await.expect("a readable catalogue")
}

#[tokio::test]
async fn up_down_up_gives_the_same_schema() {
    let place = Place::new().await;
    let database = place.open().await;
    let migrator = migrator(&database, vec![notes(), tags()]);
    assert_eq!(migrator.up(None).await.expect("up").len(), 3);
    let first = text(&database).await;
    assert!(first.contains("tags_note_id_idx") && first.contains("audit_entries_append_only"), "{first}");
    assert!(!first.contains("schema_history") && !first.contains("seaql_migrations"), "{first}");

    let undone = migrator.down(Target::Steps(3)).await.expect("down");
    let names: Vec<&str> = undone.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["m0002_tags", "m0001_notes", "m0000_fleet"]);
    assert_eq!(text(&database).await, "");

    migrator.up(None).await.expect("up again");
    assert_eq!(text(&database).await, first);
    migrator.gate().await.expect("a complete schema");
    assert!(migrator.up(None).await.expect("nothing to do").is_empty());
}

#[tokio::test]
async fn steps_are_taken_to_a_name_and_back_to_one() {
    let place = Place::new().await;
    let database = place.open().await;
    let migrator = migrator(&database, vec![notes(), tags()]);
    let planned = migrator.plan_up(Some("m0001_notes")).await.expect("a plan");
    assert_eq!(planned.len(), 2);
    assert_eq!(planned[1].purpose, "What people jot down.");

    migrator.up(Some("m0001_notes")).await.expect("up to a name");
    match migrator.gate().await {
        Err(error @ MigrateError::Pending { .. }) => {
            assert_eq!(error.to_string(), "probe: 1 step pending (m0002_tags): run \"probe migrate up\"");
        }
        other => panic!("expected pending steps, got {other:?}"),
    }
    migrator.up(None).await.expect("the rest");

    let back = Target::To("m0001_notes".to_owned());
    assert_eq!(migrator.plan_down(back.clone()).await.expect("a plan").len(), 1);
    migrator.down(back).await.expect("back to a name");
    let status = migrator.status().await.expect("a status");
    assert_eq!(status.applied, ["m0000_fleet", "m0001_notes"]);
    assert_eq!(status.pending, ["m0002_tags"]);
    assert_eq!(count(database.writer(), "notes").await, 1);
}

#[tokio::test]
async fn a_step_that_fails_half_way_leaves_what_was_before() {
    let place = Place::new().await;
    let database = place.open().await;
    migrator(&database, vec![notes()]).up(None).await.expect("up");
    let before = text(&database).await;

    let failing = migrator(&database, vec![notes(), broken()]);
    match failing.up(None).await {
        Err(error @ MigrateError::StepFailed { .. }) => {
            assert_eq!(error.exit_code(), 1);
            assert!(error.to_string().starts_with("m0002_broken failed"), "{error}");
        }
        other => panic!("expected a failure, got {other:?}"),
    }
    assert_eq!(text(&database).await, before);
    assert_eq!(failing.status().await.expect("a status").pending, ["m0002_broken"]);
    assert_eq!(count(database.writer(), "schema_history WHERE outcome = 'failed' AND step = 'm0002_broken'").await, 1);
    migrator(&database, vec![notes()]).gate().await.expect("as if nothing had been tried");
}

#[tokio::test]
async fn a_first_step_that_fails_leaves_no_table_at_all_behind_it() {
    let place = Place::new().await;
    let database = place.open().await;
    // The fleet's own step finds a table of its name in its way.
    database.writer().execute_unprepared("CREATE TABLE inbox (id integer PRIMARY KEY)").await.expect("a table");
    let before = text(&database).await;
    migrator(&database, vec![]).up(None).await.expect_err("a table is in the way");
    assert_eq!(text(&database).await, before);
    let statement = Statement::from_string(db::backend(database.writer()), "SELECT * FROM seaql_migrations");
    database.writer().query_all_raw(statement).await.expect_err("nothing was installed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_runners_apply_each_step_once() {
    let place = Place::new().await;
    let (one, other) = (place.open().await, place.open().await);
    let (first, second) = (migrator(&one, vec![notes(), tags()]), migrator(&other, vec![notes(), tags()]));
    let (first, second) = tokio::join!(first.up(None), second.up(None));
    let applied = first.expect("the first ends well").len() + second.expect("the second ends well").len();
    assert_eq!(applied, 3);
    assert_eq!(count(one.writer(), "schema_history").await, 3);
    assert_eq!(count(one.writer(), "notes").await, 1);
}

#[tokio::test]
async fn an_edited_step_is_refused_by_name() {
    let place = Place::new().await;
    let database = place.open().await;
    migrator(&database, vec![notes()]).up(None).await.expect("up");
    migrator(&database, vec![notes_from("// another comment\n  create   notes")]).gate().await.expect("the same code");

    let edited = migrator(&database, vec![notes_from("create notes differently"), tags()]);
    for refused in [edited.gate().await.err(), edited.up(None).await.err()] {
        match refused {
            Some(error @ MigrateError::StepEdited { .. }) => {
                assert_eq!((error.exit_code(), error.reason()), (2, "STEP_EDITED"));
                assert!(error.to_string().contains("m0001_notes"), "{error}");
            }
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
    let status = edited.status().await.expect("a status");
    assert_eq!((status.edited, status.pending), (vec!["m0001_notes".to_owned()], vec!["m0002_tags".to_owned()]));
}

#[tokio::test]
async fn a_name_that_is_no_step_is_refused_with_those_that_are() {
    let place = Place::new().await;
    let database = place.open().await;
    let migrator = migrator(&database, vec![notes()]);
    let refused = [
        migrator.up(Some("m0009_nothing")).await.err(),
        migrator.down(Target::To("m0009_nothing".to_owned())).await.err(),
    ];
    for error in refused {
        let error = error.expect("a refusal");
        assert_eq!(error.exit_code(), 64);
        assert!(error.to_string().contains("m0009_nothing") && error.to_string().contains("m0000_fleet, m0001_notes"));
    }
    assert_eq!(text(&database).await, "");
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let place = Place::new().await;
    let database = place.open().await;
    migrator(&database, vec![notes(), tags()]).up(None).await.expect("up");
    let before = text(&database).await;

    let older = migrator(&database, vec![notes()]);
    for refused in [older.gate().await.err(), older.up(None).await.err(), older.down(Target::Steps(1)).await.err()] {
        match refused {
            Some(MigrateError::DatabaseNewer { steps, version }) => {
                assert_eq!(steps, ["m0002_tags"]);
                assert_eq!(version, env!("CARGO_PKG_VERSION"));
            }
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
    assert_eq!(older.status().await.expect("a status").unknown, ["m0002_tags"]);
    assert_eq!(text(&database).await, before);
}

#[tokio::test]
async fn looking_creates_nothing() {
    let place = Place::new().await;
    let database = place.open().await;
    let migrator = migrator(&database, vec![notes()]);
    let status = migrator.status().await.expect("a status");
    assert!(status.applied.is_empty());
    assert_eq!(status.pending, ["m0000_fleet", "m0001_notes"]);
    assert_eq!(status.backend, if database.file.is_some() { "sqlite" } else { "postgres" });
    migrator.gate().await.expect_err("everything is pending");
    assert_eq!(migrator.plan_up(None).await.expect("a plan").len(), 2);
    assert_eq!(text(&database).await, "");
    for table in ["seaql_migrations", "schema_history"] {
        let statement = Statement::from_string(db::backend(database.writer()), format!("SELECT * FROM {table}"));
        database.writer().query_all_raw(statement).await.expect_err("the table is not there");
    }
}

#[tokio::test]
async fn what_cannot_be_undone_stops_the_way_back_before_anything_is() {
    let place = Place::new().await;
    let database = place.open().await;
    let migrator = migrator(&database, vec![notes().irreversible("the paper was burnt"), tags()]);
    migrator.up(None).await.expect("up");
    let before = text(&database).await;
    let refused = migrator.down(Target::Steps(2)).await.expect_err("a refusal");
    assert!(refused.to_string().contains("m0001_notes cannot be undone: the paper was burnt"), "{refused}");
    assert_eq!(text(&database).await, before);
    migrator.down(Target::To("m0001_notes".to_owned())).await.expect("as far as it goes");
}

#[tokio::test]
async fn the_history_tells_who_did_what() {
    let place = Place::new().await;
    let database = place.open().await;
    let migrator = migrator(&database, vec![notes()]).as_operator("alice");
    migrator.up(None).await.expect("up");
    migrator.down(Target::Steps(1)).await.expect("down");
    let db = database.writer();
    assert_eq!(count(db, "schema_history WHERE operator = 'alice' AND direction = 'up' AND outcome = 'ok'").await, 2);
    assert_eq!(count(db, "schema_history WHERE step = 'm0001_notes' AND direction = 'down'").await, 1);
    assert_eq!(count(db, "seaql_migrations").await, 1);
}

#[tokio::test]
async fn the_fleets_tables_begin_each_audit_chain_and_only_grow() {
    let place = Place::new().await;
    let database = place.open().await;
    migrator(&database, vec![]).up(None).await.expect("up");
    let db = database.writer();
    let chains = if database.file.is_some() { 1 } else { 4 };
    assert_eq!(count(db, "audit_heads WHERE seq = 0 AND length(hash) = 32").await, chains);

    let tables = catalogue::tables(db).await.expect("readable");
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let expected = [
        "audit_checkpoints",
        "audit_entries",
        "audit_heads",
        "inbox",
        "outbox",
        "request_claims",
        "settings",
        "subject_keys",
    ];
    assert_eq!(names, expected);
    let entries = &tables[1];
    assert!(!entries.columns.iter().any(|column| column.name == "created_at"));
    assert!(entries.indexes.contains(&vec!["chain".to_owned(), "seq".to_owned()]), "{:?}", entries.indexes);
    let text = text(&database).await;
    assert!(text.contains("audit_entries is append-only"), "{text}");
}

#[tokio::test]
async fn foreign_keys_and_indexes_are_listed_by_their_columns() {
    let place = Place::new().await;
    let database = place.open().await;
    migrator(&database, vec![notes(), tags()]).up(None).await.expect("up");
    let tables = catalogue::tables(database.writer()).await.expect("readable");
    let tags = tables.iter().find(|table| table.name == "tags").expect("the table");
    assert_eq!(tags.foreign_keys, [["note_id"]]);
    assert!(tags.indexes.contains(&vec!["note_id".to_owned()]) && tags.indexes.contains(&vec!["id".to_owned()]));
    assert!(tags.columns.iter().any(|column| column.name == "note_id" && !column.nullable));
}
