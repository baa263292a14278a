//! An index costs every movement something, also where nobody asks it. Postings are found by wallet and version alone: a
//! moment is looked for among the versions, whose times rise with them. Claims come in the order in which they expire, and
//! stay for more than a year: a summary of pages tells where they are as well as a tree. And the keys that most movements leave empty are asked for once a statement,
//! like those of their wallets.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{lift, postgres_only, refuse, refuse_rows};

/// Indexes that nobody asks: their names, and what they are of.
const UNASKED: [(&str, &str, &str); 3] = [
    ("INDEX", "postings_wallet_id_effective_at_version_idx", "postings (wallet_id, effective_at, version)"),
    ("INDEX", "outbox_published_at_idx", "outbox (published_at)"),
    ("UNIQUE INDEX", "audit_entries_id_key", "audit_entries (id)"),
];

/// Table, the column that may be empty, what it refers to.
const KEYS: [(&str, &str, &str); 3] = [
    ("transactions", "hold_id", "holds"),
    ("transactions", "reverses_id", "transactions"),
    ("postings", "hold_id", "holds"),
];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for (_, name, _) in UNASKED {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        // The caller belongs to the request, and its id is enough to find it.
        db.execute_unprepared("DROP INDEX transactions_operation_caller_operation_id_idx").await?;
        db.execute_unprepared("CREATE INDEX transactions_operation_id_idx ON transactions (operation_id)").await?;
        postgres_only(m, "DROP INDEX request_claims_expires_at_idx").await?;
        postgres_only(m, "CREATE INDEX request_claims_expires_at_idx ON request_claims USING brin (expires_at)")
            .await?;
        // SQLite has a foreign key here, and with it the index.
        postgres_only(m, "DROP INDEX postings_transaction_id_idx").await?;

        refuse(m, "holds", "named", "UPDATE OF id", None).await?;
        refuse(m, "holds", "kept", "DELETE", None).await?;
        for (table, column, _) in KEYS {
            postgres_only(m, &format!("ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_fkey")).await?;
        }
        for table in ["transactions", "postings"] {
            let keys = KEYS.iter().filter(|(of, ..)| *of == table);
            let strays = keys.map(|(_, column, parent)| {
                format!("({column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} WHERE id = written.{column}))")
            });
            let strays = strays.collect::<Vec<_>>().join(" OR ");
            refuse_rows(m, table, "refer", &format!("SELECT 1 FROM written WHERE {strays}")).await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for table in ["transactions", "postings"] {
            postgres_only(m, &format!("DROP FUNCTION {table}_refer() CASCADE")).await?;
        }
        for (table, column, parent) in KEYS {
            let key =
                format!("{table}_{column}_fkey FOREIGN KEY ({column}) REFERENCES {parent} (id) ON DELETE RESTRICT");
            postgres_only(m, &format!("ALTER TABLE {table} ADD CONSTRAINT {key}")).await?;
        }
        lift(m, "holds", "kept").await?;
        lift(m, "holds", "named").await?;

        postgres_only(m, "CREATE INDEX postings_transaction_id_idx ON postings (transaction_id)").await?;
        postgres_only(m, "DROP INDEX request_claims_expires_at_idx").await?;
        postgres_only(m, "CREATE INDEX request_claims_expires_at_idx ON request_claims (expires_at)").await?;
        let db = m.get_connection();
        db.execute_unprepared("DROP INDEX transactions_operation_id_idx").await?;
        let operations =
            "transactions_operation_caller_operation_id_idx ON transactions (operation_caller, operation_id)";
        db.execute_unprepared(&format!("CREATE INDEX {operations}")).await?;
        for (kind, name, of) in UNASKED {
            db.execute_unprepared(&format!("CREATE {kind} {name} ON {of}")).await?;
        }
        Ok(())
    }
}
