//! The wallets of the system, which every movement of new, staked, kept or foreign money needs on its other side. They
//! begin at 0. The supply of AZR is capped by the floors of issuance and the reward pools and by nothing else: together
//! they may go 1,000,000,000 below zero.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, Expr, ExprTrait, MigrationTrait, Query, SchemaManager};
use sha2::{Digest, Sha256};
use shared::id::named;
use shared::migrate::ddl::now;
use shared::random::to_hex;
use uuid::Uuid;

/// One coin in units of 1e-8.
const COIN: i64 = 100_000_000;

struct SystemWallet {
    kind: &'static str,
    currency: &'static str,
    reference: &'static str,
    /// In units; `None` may go below zero without end.
    floor: Option<i64>,
}

impl SystemWallet {
    fn new(kind: &'static str, currency: &'static str, reference: &'static str, floor: Option<i64>) -> Self {
        Self { kind, currency, reference, floor }
    }

    fn label(&self) -> String {
        format!("mint/wallet/{}/{}/{}", self.kind, self.currency, self.reference)
    }

    /// The same in every installation.
    fn id(&self) -> Uuid {
        named(&self.label())
    }

    fn address(&self) -> String {
        let digest: [u8; 32] = Sha256::digest(self.label()).into();
        format!("AZR{}", to_hex(&digest[..20]))
    }
}

fn system_wallets() -> Vec<SystemWallet> {
    let mut wallets = vec![
        SystemWallet::new("issuance", "AZR", "main", Some(-550_000_000 * COIN)),
        SystemWallet::new("reward_pool", "AZR", "mining", Some(-300_000_000 * COIN)),
        SystemWallet::new("reward_pool", "AZR", "staking", Some(-100_000_000 * COIN)),
        SystemWallet::new("reward_pool", "AZR", "community", Some(-50_000_000 * COIN)),
        SystemWallet::new("stake", "AZR", "main", Some(0)),
        SystemWallet::new("escrow", "AZR", "education", Some(0)),
    ];
    for currency in ["AZR", "BTC", "ETH", "USD"] {
        wallets.push(SystemWallet::new("fee", currency, "main", Some(0)));
        wallets.push(SystemWallet::new("liquidity", currency, "main", Some(0)));
        wallets.push(SystemWallet::new("rounding", currency, "main", Some(0)));
        wallets.push(SystemWallet::new("external", currency, "main", None));
    }
    wallets
}

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let mut rows = Query::insert();
        rows.into_table("wallets");
        rows.columns(["id", "kind", "currency", "ref", "address", "floor", "created_at", "updated_at"]);
        for wallet in system_wallets() {
            let row: [Expr; 8] = [
                wallet.id().into(),
                wallet.kind.into(),
                wallet.currency.into(),
                wallet.reference.into(),
                wallet.address().into(),
                wallet.floor.into(),
                now(),
                now(),
            ];
            rows.values(row).map_err(|error| DbErr::Migration(error.to_string()))?;
        }
        m.execute(rows).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let ids = system_wallets().into_iter().map(|wallet| wallet.id());
        let mut rows = Query::delete();
        rows.from_table("wallets").and_where(Expr::col("id").is_in(ids));
        m.execute(rows).await
    }
}

#[cfg(test)]
mod tests {
    use uuid::uuid;

    use super::*;

    #[test]
    fn ids_are_the_same_everywhere() {
        let issuance = &system_wallets()[0];
        assert_eq!(issuance.label(), "mint/wallet/issuance/AZR/main");
        assert_eq!(issuance.id(), uuid!("73af4138-7373-53e0-be13-e095a354f922"));
        assert_eq!(issuance.address(), "AZRe7bd92045a2c7011cc7971f97456633e7fadcbb5");
    }

    #[test]
    fn the_floors_add_up_to_the_supply_cap() {
        let floors: i64 = system_wallets().iter().filter_map(|wallet| wallet.floor).sum();
        assert_eq!(floors, -1_000_000_000 * COIN);
    }
}
