//! The row of a user's second factors: where it comes from, and how its owner sees it.

use proto::azora::auth::v1::MfaSettings;
use sea_orm::ActiveModelTrait;
use shared::clock::Time;
use shared::error::Result;
use shared::id::UserId;
use shared::keys::Keys;
use shared::work::Work;
use uuid::Uuid;

use crate::entity::mfa_settings::{self, Model};

const SEALED_AS: &str = "field";

/// The row of a user, locked, and made where there is none. The account's row is locked.
pub async fn locked(work: &Work<'_>, user: UserId, now: Time) -> Result<Model> {
    match work.lock_one(mfa_settings::of(user)).await? {
        Some(row) => Ok(row),
        None => Ok(mfa_settings::none_on(user, now).insert(&work.tx).await?),
    }
}

/// As the owner sees it.
///
/// # Errors
/// The number was sealed with another key ring.
pub fn shown(keys: &Keys, row: &Model) -> Result<MfaSettings> {
    let number = if row.sms_confirmed_at.is_some() { phone(keys, row)? } else { None };
    let hint = number.map(|number| number[number.len().saturating_sub(2)..].to_owned());
    Ok(MfaSettings {
        enabled: row.enabled,
        methods: row.methods().into_iter().map(i32::from).collect(),
        phone_hint: hint.unwrap_or_default(),
        recovery_codes_left: i32::try_from(row.codes_left()).unwrap_or_default(),
    })
}

/// The number that text messages go to.
///
/// # Errors
/// It was sealed with another key ring, or for another row.
pub fn phone(keys: &Keys, row: &Model) -> Result<Option<String>> {
    let Some(sealed) = &row.sms_phone else { return Ok(None) };
    let plain = keys.open(SEALED_AS, associated(row.id).as_bytes(), sealed)?;
    Ok(String::from_utf8(plain).ok())
}

/// A number as the row keeps it.
pub fn sealed_phone(keys: &Keys, row: Uuid, number: &str) -> Vec<u8> {
    keys.seal(SEALED_AS, associated(row).as_bytes(), number.as_bytes())
}

fn associated(row: Uuid) -> String {
    format!("mfa_settings:sms_phone:{row}")
}
