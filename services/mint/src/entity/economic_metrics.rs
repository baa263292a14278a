//! The economy in figures at one moment of the ledger. The newest row is the answer; older ones are the series.

use proto::azora::mint::v1::{self as api, SupplyState};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use shared::amount::Amount;
use shared::clock::{self, Time};
use shared::hundredths::Hundredths;

use crate::id::MetricsId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "economic_metrics")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MetricsId,
    pub active_wallets: i32,
    pub recorded_at: Time,
    pub ledger_version: i64,
    pub total_supply: Amount,
    pub circulating_supply: Amount,
    pub total_staked: Amount,
    pub total_minted: Amount,
    pub total_burned: Amount,
    pub total_held: Amount,
    pub daily_volume: Amount,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// All of them, the newest first.
#[must_use]
pub fn newest() -> Select<Entity> {
    Entity::find().order_by_desc(Column::LedgerVersion)
}

impl Model {
    /// Staked money in percent of the supply, rounded half up.
    fn staking_rate(&self) -> Hundredths {
        let (staked, supply) = (i128::from(self.total_staked.units()), i128::from(self.total_supply.units()));
        let rate = if supply > 0 { (2 * 10_000 * staked + supply) / (2 * supply) } else { 0 };
        Hundredths(i32::try_from(rate).unwrap_or(i32::MAX))
    }

    /// Tight above nine tenths of the supply.
    fn supply_state(&self) -> SupplyState {
        let (circulating, supply) = (self.circulating_supply.units(), self.total_supply.units());
        if i128::from(circulating) * 10 > i128::from(supply) * 9 { SupplyState::Tight } else { SupplyState::Loose }
    }
}

impl From<Model> for api::EconomicMetrics {
    fn from(row: Model) -> Self {
        Self {
            staking_rate: row.staking_rate().to_string(),
            supply_state: row.supply_state().into(),
            id: row.id.to_string(),
            recorded_at: Some(clock::to_proto(row.recorded_at)),
            ledger_version: row.ledger_version,
            total_supply: row.total_supply.to_string(),
            circulating_supply: row.circulating_supply.to_string(),
            total_staked: row.total_staked.to_string(),
            total_held: row.total_held.to_string(),
            total_minted: row.total_minted.to_string(),
            total_burned: row.total_burned.to_string(),
            daily_volume: row.daily_volume.to_string(),
            active_wallets: row.active_wallets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(supply: i64, circulating: i64, staked: i64) -> api::EconomicMetrics {
        let units = |units| Amount::from_units(units).expect("in range");
        let row = Model {
            id: MetricsId::new(),
            active_wallets: 0,
            recorded_at: clock::now(),
            ledger_version: 1,
            total_supply: units(supply),
            circulating_supply: units(circulating),
            total_staked: units(staked),
            total_minted: units(supply),
            total_burned: Amount::ZERO,
            total_held: Amount::ZERO,
            daily_volume: Amount::ZERO,
            created_at: clock::now(),
        };
        row.into()
    }

    #[test]
    fn the_supply_is_tight_above_nine_tenths() {
        assert_eq!(with(1000, 900, 100).supply_state(), SupplyState::Loose);
        assert_eq!(with(1000, 901, 99).supply_state(), SupplyState::Tight);
        assert_eq!(with(0, 0, 0).supply_state(), SupplyState::Loose);
    }

    #[test]
    fn the_staking_rate_is_rounded_half_up() {
        for (supply, staked, rate) in [(3, 1, "33.33"), (3, 2, "66.67"), (20_000, 1, "0.01"), (0, 0, "0")] {
            assert_eq!(with(supply, 0, staked).staking_rate, rate);
        }
    }
}
