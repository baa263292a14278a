//! Counting wrong passwords, and the wait after too many of them.

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::Result;
use shared::work::Work;

use crate::Auth;
use crate::entity::user;

/// Counts one, and lets the account wait after too many. The caller keeps the count although it refuses.
pub async fn count_failure(auth: &Auth, call: &Call, work: &Work<'_>, account: user::Model) -> Result<()> {
    let attempts = account.login_attempts + 1;
    let lockouts = account.lockouts;
    let mut counted = account.into_active_model();
    counted.login_attempts = Set(attempts);
    counted.updated_at = Set(call.now());
    if attempts >= auth.config.login_attempts_max {
        counted.login_attempts = Set(0);
        counted.lockouts = Set(lockouts + 1);
        counted.locked_until = Set(Some(call.now() + Duration::minutes(auth.config.lockout_minutes)));
    }
    counted.update(&work.tx).await?;
    Ok(())
}
