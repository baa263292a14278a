//! Seals anew what another key than the active one has sealed, while the service runs: row by row, and only where the row still
//! holds what was read.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IdenStatic, ModelTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use shared::background::Background;
use shared::error::{Error, Result};
use shared::work::Door;
use tokio::time::Instant;

use crate::Auth;
use crate::entity::{mfa_settings, session, signing_key};

const EVERY: Duration = Duration::from_secs(2);
/// Every copy of auth has read the key ring again by then, and seals under the new key.
const STRAGGLERS: Duration = Duration::from_mins(1);
const AT_A_TIME: u64 = 500;
const SEALED_AS: &str = "field";

/// Looks whether another key has become active, and goes over the rows then, and once more for what another copy, which had not
/// heard of it yet, has sealed meanwhile.
pub fn follow(auth: &Auth, background: &Background) {
    let door = auth.work.clone();
    background.run(async move {
        // A ring of one key has sealed everything.
        let mut done = (door.keys().ids().len() == 1).then(|| door.keys().id());
        let mut again: Option<Instant> = None;
        loop {
            tokio::time::sleep(EVERY).await;
            let active = door.keys().id();
            let changed = done.as_ref() != Some(&active);
            if !changed && again.is_none_or(|at| Instant::now() < at) {
                continue;
            }
            match everything(&door).await {
                Ok(rows) => {
                    tracing::info!(rows, active, "sealed anew");
                    again = changed.then(|| Instant::now() + STRAGGLERS);
                    done = Some(active);
                }
                Err(error) => tracing::warn!(%error, "not everything could be sealed anew; trying again"),
            }
        }
    });
}

async fn everything(door: &Door) -> Result<u64> {
    use mfa_settings::Column::{Id, SmsPhone, TotpSecret};
    let mut rows = column::<session::Entity>(door, session::Column::Id, session::Column::RefreshKey).await?;
    rows += column::<mfa_settings::Entity>(door, Id, TotpSecret).await?;
    rows += column::<mfa_settings::Entity>(door, Id, SmsPhone).await?;
    rows += column::<signing_key::Entity>(door, signing_key::Column::Kid, signing_key::Column::PrivateKey).await?;
    Ok(rows)
}

/// Goes over one column, in order of the primary key; says how many values it has sealed anew.
async fn column<E: EntityTrait>(door: &Door, id: E::Column, sealed: E::Column) -> Result<u64>
where
    E::Model: ModelTrait<Entity = E>,
{
    let keys = door.keys();
    let mut after: Option<Value> = None;
    let mut count = 0;
    loop {
        let mut page = E::find().order_by_asc(id).limit(AT_A_TIME);
        if let Some(after) = after.take() {
            page = page.filter(id.gt(after));
        }
        let rows = page.all(door.read()).await?;
        for row in &rows {
            let Value::Bytes(Some(old)) = row.get(sealed) else { continue };
            if keys.is_current(&old) {
                continue;
            }
            let key = row.get(id);
            let associated = format!("{}:{}:{}", E::default().table_name(), sealed.as_str(), text(&key)?);
            let new = match keys.reseal(SEALED_AS, associated.as_bytes(), &old) {
                Ok(new) => new,
                Err(error) => {
                    tracing::error!(%error, value = associated, "a sealed value stays as it is");
                    continue;
                }
            };
            let replace = E::update_many().col_expr(sealed, Expr::value(new)).filter(id.eq(key)).filter(sealed.eq(old));
            count += door.prepare(async |tx| Ok(replace.exec(tx).await?.rows_affected)).await?;
        }
        match rows.last() {
            Some(last) if rows.len() as u64 == AT_A_TIME => after = Some(last.get(id)),
            _ => return Ok(count),
        }
    }
}

/// A primary key as sealed values name it.
fn text(key: &Value) -> Result<String> {
    match key {
        Value::Uuid(Some(id)) => Ok(id.to_string()),
        Value::String(Some(text)) => Ok(text.clone()),
        _ => Err(Error::internal("a sealed value in a row without a key")),
    }
}
