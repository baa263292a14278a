//! How many codes of an account are judged in a day, over all logins and challenges. The row of its factors is locked.

use proto::azora::auth::v1::{SecurityEventType, Severity};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use shared::call::Call;
use shared::error::Result;
use shared::work::Work;

use crate::Auth;
use crate::devices;
use crate::entity::mfa_settings::{DAY, Model};
use crate::entity::security_event;
use crate::error::AuthError;
use crate::throttle;

/// Lets a code be judged. Once the wrong ones of the day are used up, only a device that is known may show one.
///
/// # Errors
/// RESOURCE_EXHAUSTED `THROTTLED`.
pub async fn admit(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    settings: &Model,
    device_token: Option<&str>,
) -> Result<()> {
    if !are_used_up(auth, call, settings) {
        return Ok(());
    }
    let known = devices::trusted(&work.tx, auth, settings.user_id, device_token, call.now()).await?;
    if known.is_none() {
        let over = settings.guesses_since.unwrap_or(call.now()) + DAY;
        return Err(AuthError::Throttled((over - call.now()).to_std().unwrap_or_default()).into());
    }
    throttle::known_device_guess(auth, call, work, settings.user_id).await
}

/// The code was right: it does not count.
pub async fn was_right(auth: &Auth, call: &Call, work: &Work<'_>, settings: &Model) -> Result<()> {
    if are_used_up(auth, call, settings) {
        throttle::known_device_guess_was_right(work, auth, settings.user_id).await?;
    }
    Ok(())
}

/// The code was wrong. The last one of the day is noted.
pub async fn was_wrong(auth: &Auth, call: &Call, work: &Work<'_>, settings: &Model) -> Result<()> {
    if are_used_up(auth, call, settings) {
        return Ok(());
    }
    let before = settings.guesses_at(call.now());
    let since = settings.guesses_since.filter(|_| before > 0).unwrap_or(call.now());
    let mut counted = settings.clone().into_active_model();
    counted.guesses = Set(before + 1);
    counted.guesses_since = Set(Some(since));
    counted.updated_at = Set(call.now());
    let counted = counted.update(&work.tx).await?;
    if are_used_up(auth, call, &counted) {
        let kind = (SecurityEventType::MfaExhausted, Severity::High);
        security_event::note(&work.tx, call, Some(settings.user_id), kind, json!({})).await?;
    }
    Ok(())
}

fn are_used_up(auth: &Auth, call: &Call, settings: &Model) -> bool {
    settings.guesses_at(call.now()) >= auth.config.factor_guesses_per_day
}
