//! How a spending wallet pays: its balance goes down and a transaction says what for, or neither.

use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{Set, Unchanged};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::work::Work;

use crate::entity::{course, enrollment, transaction, wallet};

/// What a description holds at most.
const DESCRIPTION_MAX: usize = 200;

/// Pays for a place out of the student's wallet. The wallet is the last row that is locked.
pub async fn pay(
    work: &Work<'_>,
    call: &Call,
    place: &enrollment::Model,
    course: &course::Model,
    amount: Amount,
) -> Result<transaction::Model> {
    let locked = work.lock_one(wallet::of(place.student_id)).await?;
    let before = locked.ok_or_else(|| Error::internal("a student without a spending wallet"))?;
    let after = before.after_paying(amount, call.now())?;
    let payment = transaction::payment(&after, amount, description(&course.title), place.id);
    let row = transaction::ActiveModel::from(payment).insert(&work.tx).await?;
    let paid = wallet::ActiveModel {
        id: Unchanged(after.id),
        balance: Set(after.balance),
        version: Set(after.version),
        updated_at: Set(after.updated_at),
        ..Default::default()
    };
    paid.update(&work.tx).await?;
    Ok(row)
}

/// In the system's words, cut where a title is longer than a description may be.
fn description(title: &str) -> String {
    format!("Place in {title}").chars().take(DESCRIPTION_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_fits_its_column() {
        assert_eq!(description("Python"), "Place in Python");
        assert_eq!(description(&"é".repeat(255)).chars().count(), DESCRIPTION_MAX);
    }
}
