//! Tells that a stake has reached the end of its term, once. It is not ended by that: its owner does so.

use std::time::Duration;

use sea_orm::ActiveValue::Set;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;
use shared::background::Background;
use shared::clock;
use shared::db::{self, bulk};
use shared::error::Result;
use shared::work::{Door, Event};

use crate::entity::stake;

const EVERY: Duration = Duration::from_secs(10);
const AT_A_TIME: u64 = 500;

/// Looks again and again.
pub fn follow(door: &Door, background: &Background) {
    let door = door.clone();
    background.every(EVERY, "stakes that have matured", move || turn(door.clone()));
}

/// Tells of everything that has matured.
pub async fn turn(door: Door) -> Result<()> {
    let now = clock::now();
    let due = || stake::unmatured(now).order_by_asc(stake::Column::Id).limit(AT_A_TIME);
    while due().one(door.read()).await?.is_some() {
        door.happen(async |tx| {
            let matured = db::for_update(tx, due()).all(tx).await?;
            let events = matured.iter().map(event).collect();
            let rows = matured.into_iter().map(|row| {
                let mut row = row.into_active_model();
                row.matured_at = Set(Some(now));
                row
            });
            bulk::update(tx, rows.collect(), &[stake::Column::MaturedAt]).await?;
            Ok(events)
        })
        .await?;
    }
    Ok(())
}

fn event(row: &stake::Model) -> Event {
    Event {
        kind: "azora.mint.stake.matured.v1".to_owned(),
        aggregate: "stake".to_owned(),
        id: row.id.into(),
        first: true,
        data: json!({
            "stake_id": row.id.to_string(),
            "wallet_id": row.wallet_id.to_string(),
            "amount": row.amount.to_string(),
            "reward": row.reward.to_string(),
            "end_at": row.end_at.to_rfc3339(),
        }),
        trace: None,
    }
}
