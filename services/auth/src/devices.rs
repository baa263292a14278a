//! Devices that have finished a login: what strangers try does not make their owner wait there.

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use shared::clock::Time;
use shared::error::Result;
use shared::fields::Fields;
use shared::id::UserId;
use shared::random;
use shared::work::Work;

use crate::Auth;
use crate::entity::known_device;
use crate::id::DeviceId;

/// Longer than any device token that we write.
const TOKEN_BYTES_MAX: usize = 200;
const DEVICE_KEY_BYTES: usize = 32;
const DIGESTED_AS: &str = "device-token";

/// The device token of a request; what is none counts as none, since the browser that kept it knows no better.
pub fn read_token(fields: &mut Fields, path: &str, token: &str) -> Option<String> {
    if token.len() > TOKEN_BYTES_MAX {
        fields.refuse(path, format!("must have at most {TOKEN_BYTES_MAX} bytes"));
    }
    (!token.is_empty()).then(|| token.to_owned())
}

/// The device key of a request: an Ed25519 public key.
pub fn read_key(fields: &mut Fields, path: &str, key: &[u8]) -> Option<Vec<u8>> {
    if key.is_empty() {
        return None;
    }
    let point = <[u8; DEVICE_KEY_BYTES]>::try_from(key).ok();
    let usable = point.and_then(|point| ed25519_dalek::VerifyingKey::from_bytes(&point).ok());
    if usable.is_none_or(|key| key.is_weak()) {
        fields.refuse(path, "must be an Ed25519 public key of 32 bytes");
    }
    Some(key.to_vec())
}

/// The account's own device behind a token, if it is one.
pub async fn trusted(
    tx: &impl ConnectionTrait,
    auth: &Auth,
    user: UserId,
    token: Option<&str>,
    now: Time,
) -> Result<Option<known_device::Model>> {
    let Some(token) = token else { return Ok(None) };
    // Under whichever key of the ring it was given out.
    let digests = auth.work.keys().macs(DIGESTED_AS, &[token.as_bytes()]);
    let digests = digests.into_iter().map(|digest| digest.to_vec()).collect();
    Ok(known_device::trusted(user, digests, now).one(tx).await?)
}

/// Notes that a device has finished a login. A new one gets its token.
pub async fn note(
    auth: &Auth,
    work: &Work<'_>,
    user: UserId,
    known: Option<known_device::Model>,
    label: Option<&str>,
    now: Time,
) -> Result<Option<String>> {
    let trusted_until = now + Duration::days(auth.config.known_device_days);
    if let Some(device) = known {
        let mut seen = device.into_active_model();
        seen.failures = Set(0);
        seen.blocked_until = Set(None);
        seen.last_seen_at = Set(now);
        seen.trusted_until = Set(trusted_until);
        seen.updated_at = Set(now);
        seen.update(&work.tx).await?;
        return Ok(None);
    }
    let token = format!("azd_{}", random::hex::<32>());
    let device = known_device::ActiveModel {
        id: Set(DeviceId::new()),
        user_id: Set(user),
        cookie_hash: Set(auth.work.keys().mac(DIGESTED_AS, &[token.as_bytes()]).to_vec()),
        label: Set(label.map(str::to_owned)),
        failures: Set(0),
        blocked_until: Set(None),
        last_seen_at: Set(now),
        trusted_until: Set(trusted_until),
        revoked_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    device.insert(&work.tx).await?;
    Ok(Some(token))
}
