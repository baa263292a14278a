//! On Postgres a foreign key is looked up, and its row locked, for each row by itself: for a movement that was a quarter of
//! all that the database did. What the keys of movements say is asked once for a whole statement here, and more than keys
//! can say: the postings of a transaction are its two wallets, minus and plus its amount. What is referred to stays, since
//! neither wallets nor transactions can be removed or named anew. SQLite keeps its keys, which cost little there.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use shared::migrate::ddl::{lift, postgres_only, refuse, refuse_rows};

/// Table, key, what it said.
const KEYS: [(&str, &str, &str); 4] = [
    ("transactions", "debit_wallet_id_currency", "(debit_wallet_id, currency) REFERENCES wallets (id, currency)"),
    ("transactions", "credit_wallet_id_currency", "(credit_wallet_id, currency) REFERENCES wallets (id, currency)"),
    ("postings", "wallet_id", "(wallet_id) REFERENCES wallets (id)"),
    ("postings", "transaction_id", "(transaction_id) REFERENCES transactions (id)"),
];

/// Table, and the rows of a statement that belong to nothing. Transactions come before their postings.
const STRAYS: [(&str, &str); 2] = [
    (
        "transactions",
        "SELECT 1 FROM written
         LEFT JOIN wallets payer ON payer.id = debit_wallet_id AND payer.currency = written.currency
         LEFT JOIN wallets payee ON payee.id = credit_wallet_id AND payee.currency = written.currency
         WHERE payer.id IS NULL OR payee.id IS NULL",
    ),
    (
        "postings",
        "SELECT 1 FROM written LEFT JOIN transactions t ON t.id = written.transaction_id
         WHERE (written.transaction_id IS NOT NULL
                AND (written.wallet_id, written.amount) IS DISTINCT FROM (t.debit_wallet_id, -t.amount)
                AND (written.wallet_id, written.amount) IS DISTINCT FROM (t.credit_wallet_id, t.amount))
            OR (written.transaction_id IS NULL AND NOT EXISTS (SELECT 1 FROM wallets WHERE id = written.wallet_id))",
    ),
];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        refuse(m, "wallets", "named", "UPDATE OF id, currency", None).await?;
        refuse(m, "wallets", "kept", "DELETE", None).await?;
        for (table, key, _) in KEYS {
            postgres_only(m, &format!("ALTER TABLE {table} DROP CONSTRAINT {table}_{key}_fkey")).await?;
        }
        for (table, strays) in STRAYS {
            refuse_rows(m, table, "belong", strays).await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for (table, _) in STRAYS {
            postgres_only(m, &format!("DROP FUNCTION {table}_belong() CASCADE")).await?;
        }
        for (table, key, says) in KEYS {
            let constraint = format!("{table}_{key}_fkey FOREIGN KEY {says} ON DELETE RESTRICT");
            postgres_only(m, &format!("ALTER TABLE {table} ADD CONSTRAINT {constraint}")).await?;
        }
        lift(m, "wallets", "kept").await?;
        lift(m, "wallets", "named").await
    }
}
