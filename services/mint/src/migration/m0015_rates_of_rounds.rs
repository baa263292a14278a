//! A round of basic income keeps the whole rate that it began with, so that one which goes on later gives what it set aside,
//! whatever has been set meanwhile. Rounds of before have what the settings were unless somebody changed them.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

const COLUMNS: [(&str, &str); 2] = [
    (
        "factor_max",
        r#"integer NOT NULL DEFAULT 2 CONSTRAINT "ubi_rounds_factor_max_check" CHECK (factor_max BETWEEN 1 AND 100)"#,
    ),
    (
        "activity_full",
        r#"integer NOT NULL DEFAULT 100
            CONSTRAINT "ubi_rounds_activity_full_check" CHECK (activity_full BETWEEN 1 AND 1000000)"#,
    ),
];

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for (name, kind) in COLUMNS {
            let column = format!(r#"ALTER TABLE ubi_rounds ADD COLUMN "{name}" {kind}"#);
            m.get_connection().execute_unprepared(&column).await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in COLUMNS.into_iter().rev() {
            m.get_connection().execute_unprepared(&format!("ALTER TABLE ubi_rounds DROP COLUMN {name}")).await?;
        }
        Ok(())
    }
}
