//! What AZR is worth at first: 0.10 USD, 0.0000025 BTC, 0.000035 ETH. Conversions refer to the rate that they were made at, so
//! from here on no rate is altered: a newer one is another row, which may say why. An index serves the series of all of them.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{
    ConnectionTrait, DbErr, DeriveMigrationName, Expr, ExprTrait, Index, MigrationTrait, Query, SchemaManager,
};
use shared::clock::Time;
use shared::id::named;
use shared::migrate::ddl::{append_only, lift_append_only, now};
use uuid::Uuid;

/// Before anything was changed into anything: 1 January 2026.
const IN_FORCE_SINCE: i64 = 1_767_225_600;

/// What one AZR is worth, in units of 1e-12.
const FIRST_RATES: [(&str, i64); 3] = [("USD", 100_000_000_000), ("BTC", 2_500_000), ("ETH", 35_000_000)];

const REASONS: &str = r#"ALTER TABLE exchange_rates ADD COLUMN "reason" text NULL
    CONSTRAINT "exchange_rates_reason_check" CHECK (length(reason) BETWEEN 1 AND 200)"#;

const LIST_INDEX: &str = "exchange_rates_effective_from_id_idx";

fn id(quote: &str) -> Uuid {
    named(&format!("mint/exchange_rate/AZR/{quote}/first"))
}

/// The platform itself, where no administrator did it.
fn system() -> Uuid {
    named("mint/system")
}

fn in_force_since() -> Time {
    Time::from_timestamp(IN_FORCE_SINCE, 0).unwrap_or_default()
}

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared(REASONS).await?;
        let mut index = Index::create();
        index.name(LIST_INDEX).table("exchange_rates").col("effective_from").col("id");
        m.create_index(index).await?;
        let mut rows = Query::insert();
        rows.into_table("exchange_rates");
        rows.columns(["id", "base", "quote", "rate_e12", "set_by", "reason", "effective_from", "created_at"]);
        for (quote, rate_e12) in FIRST_RATES {
            let row: [Expr; 8] = [
                id(quote).into(),
                "AZR".into(),
                quote.into(),
                rate_e12.into(),
                system().into(),
                "First rate".into(),
                Expr::value(in_force_since()),
                now(),
            ];
            rows.values(row).map_err(|error| DbErr::Migration(error.to_string()))?;
        }
        m.execute(rows).await?;
        append_only(m, "exchange_rates").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        lift_append_only(m, "exchange_rates").await?;
        let mut rows = Query::delete();
        rows.from_table("exchange_rates").and_where(Expr::col("id").is_in(FIRST_RATES.map(|(quote, _)| id(quote))));
        m.execute(rows).await?;
        let mut index = Index::drop();
        index.name(LIST_INDEX).table("exchange_rates");
        m.drop_index(index).await?;
        m.get_connection().execute_unprepared("ALTER TABLE exchange_rates DROP COLUMN reason").await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_the_one_that_is_said() {
        assert_eq!(in_force_since().to_rfc3339(), "2026-01-01T00:00:00+00:00");
    }
}
