//! What each movement has to write into indexes, cut to what is asked for: keys that are mostly null are kept where they are
//! not, and what another index begins with is not kept twice. Holds and stakes whose time is over are found among those
//! that still wait for it, however many there were.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::postgres_only;

/// The lists of a wallet's transactions begin with the same column.
const TWICE: [&str; 2] = ["debit_wallet_id", "credit_wallet_id"];

/// Most rows have nothing there.
const SPARSE: [(&str, &str); 4] = [
    ("transactions", "group_id"),
    ("transactions", "reverses_id"),
    ("transactions", "hold_id"),
    ("postings", "hold_id"),
];

const WAITING: [(&str, &str); 2] = [
    ("holds_due_idx", "holds (debit_wallet_id, expires_at) WHERE status = 'open' AND expires_at IS NOT NULL"),
    ("stakes_unmatured_idx", "stakes (end_at, id) WHERE status = 'active' AND matured_at IS NULL"),
];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for column in TWICE {
            db.execute_unprepared(&format!("DROP INDEX transactions_{column}_currency_idx")).await?;
        }
        for (table, column) in SPARSE {
            db.execute_unprepared(&format!("DROP INDEX {table}_{column}_idx")).await?;
            let index = format!("CREATE INDEX {table}_{column}_idx ON {table} ({column}) WHERE {column} IS NOT NULL");
            db.execute_unprepared(&index).await?;
        }
        for (name, rows) in WAITING {
            db.execute_unprepared(&format!("CREATE INDEX {name} ON {rows}")).await?;
        }
        // A wallet's row changes with each movement: with room beside it, no index has to follow.
        postgres_only(m, "ALTER TABLE wallets SET (fillfactor = 70)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        postgres_only(m, "ALTER TABLE wallets RESET (fillfactor)").await?;
        for (name, _) in WAITING {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        for (table, column) in SPARSE {
            db.execute_unprepared(&format!("DROP INDEX {table}_{column}_idx")).await?;
            db.execute_unprepared(&format!("CREATE INDEX {table}_{column}_idx ON {table} ({column})")).await?;
        }
        for column in TWICE {
            let index = format!("CREATE INDEX transactions_{column}_currency_idx ON transactions ({column}, currency)");
            db.execute_unprepared(&index).await?;
        }
        Ok(())
    }
}
