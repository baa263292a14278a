//! Guessing is slowed down without locking the owner out. An attempt is counted as failed before it is judged, and taken
//! back when it was right, so that attempts in parallel cannot overrun a limit. Counters are rows, so that every copy of auth
//! counts alike; their keys are keyed digests, so that unknown addresses are counted like known ones.

use std::net::IpAddr;
use std::time::Duration as Wait;

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use shared::call::Call;
use shared::clock::{self, Time};
use shared::db;
use shared::error::Result;
use shared::id::UserId;
use shared::work::Work;
use tokio::time::{Instant, sleep};

use crate::Auth;
use crate::entity::{known_device, user};
use crate::error::AuthError;
use crate::id::DeviceId;

mod counter;
mod spray;

pub use spray::Spray;

use counter::{FREE, Key, clear, delay, lock_after, locked, remaining, within, write};

/// While the last free attempt is being judged, others wait so long at most for what comes of it.
const JUDGING: Duration = Duration::seconds(10);
/// Each of them gives up after so long.
const PATIENCE: Wait = Wait::from_secs(2);
/// Guesses a day from known devices, once an account's wrong second factors of the day are used up.
const KNOWN_DEVICE_GUESSES: i32 = 10;
/// Codes sent within an hour for one account, and the time between two.
const CODES_PER_HOUR: i32 = 10;
const BETWEEN_CODES: Duration = Duration::seconds(30);

/// What an attempt is counted under.
#[derive(Clone, Copy)]
enum Dimension {
    AccountPassword,
    AccountFactor,
    Device,
    Address,
    AddressAccount,
    SendCode,
}

impl Dimension {
    fn word(self) -> &'static str {
        match self {
            Self::AccountPassword => "account_password",
            Self::AccountFactor => "account_factor",
            Self::Device => "device",
            Self::Address => "address",
            Self::AddressAccount => "address_account",
            Self::SendCode => "send_code",
        }
    }

    fn key(self, auth: &Auth, parts: &[&[u8]]) -> Key {
        let subject = [&[self.word().as_bytes()], parts].concat();
        (self.word(), auth.work.keys().mac("throttle", &subject).to_vec())
    }
}

/// An attempt that is being judged, already counted as failed.
pub struct Attempt(Counted);

enum Counted {
    /// By a device that is not known.
    Stranger { account: Key, origins: Vec<Key> },
    /// By a device of the account's own.
    Known { device: DeviceId, account: Key },
}

/// What a failed attempt has led to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    None,
    /// The account waits for devices that are not known.
    Locked(Time),
}

/// Whether an attempt may be judged.
enum Verdict {
    Judge(Attempt),
    /// The last free attempt is being judged at this moment.
    Later,
    Refuse(AuthError),
}

/// Counts a login. Refuses it with what a stranger may know: that the account, whether there is one or not, waits.
pub async fn login(auth: &Auth, call: &Call, email: &str, device: Option<&known_device::Model>) -> Result<Attempt> {
    let known = device.filter(|device| device.failures < auth.config.known_device_attempts_max);
    let began = Instant::now();
    loop {
        // Its own moment: what came of the attempt before is later than the call.
        let now = clock::now();
        let verdict = match known {
            Some(device) => auth.work.prepare(async |tx| by_device(auth, tx, device.id, email, now).await).await?,
            None => auth.work.prepare(async |tx| by_stranger(auth, tx, call, email, now).await).await?,
        };
        match verdict {
            Verdict::Judge(attempt) => return Ok(attempt),
            Verdict::Refuse(refused) => return Err(refused.into()),
            Verdict::Later if began.elapsed() > PATIENCE => return Err(AuthError::LoginBusy.into()),
            Verdict::Later => sleep(Wait::from_millis(25)).await,
        }
    }
}

async fn by_device(
    auth: &Auth,
    tx: &impl ConnectionTrait,
    device: DeviceId,
    email: &str,
    now: Time,
) -> Result<Verdict> {
    let row = db::for_update(tx, known_device::Entity::find_by_id(device)).one(tx).await?;
    let Some(row) = row else { return Ok(Verdict::Refuse(AuthError::BadCredentials)) };
    if let Some(wait) = remaining(row.blocked_until, now) {
        return Ok(Verdict::Refuse(AuthError::Throttled(wait)));
    }
    let failures = row.failures + 1;
    let mut counted = row.into_active_model();
    counted.failures = Set(failures);
    counted.blocked_until = Set(delay(failures, FREE).map(|delay| now + delay));
    counted.updated_at = Set(now);
    counted.update(tx).await?;
    let account = Dimension::AccountPassword.key(auth, &[email.as_bytes()]);
    Ok(Verdict::Judge(Attempt(Counted::Known { device, account })))
}

async fn by_stranger(auth: &Auth, tx: &impl ConnectionTrait, call: &Call, email: &str, now: Time) -> Result<Verdict> {
    let config = &auth.config;
    let mut origins = Vec::new();
    for (key, free, window) in call.origin().address.into_iter().flat_map(|address| {
        let network = network(address);
        [
            (Dimension::Address.key(auth, &[&network]), config.address_failures_max, Duration::minutes(15)),
            (
                Dimension::AddressAccount.key(auth, &[&network, email.as_bytes()]),
                config.address_account_failures_max,
                Duration::hours(1),
            ),
        ]
    }) {
        let row = within(locked(tx, &key, now).await?, window, now);
        if let Some(wait) = remaining(row.blocked_until, now) {
            return Ok(Verdict::Refuse(AuthError::Throttled(wait)));
        }
        origins.push((key, row, free));
    }
    let account = Dimension::AccountPassword.key(auth, &[email.as_bytes()]);
    let row = locked(tx, &account, now).await?;
    if let Some(wait) = remaining(row.blocked_until, now) {
        let judging = row.blocked_until.is_some_and(|until| until - row.updated_at <= JUDGING);
        let locked = AuthError::Locked(wait.min(Wait::from_hours(24)));
        return Ok(if judging { Verdict::Later } else { Verdict::Refuse(locked) });
    }
    // A lock is no quiet: it begins when the lock is over.
    let since = row.blocked_until.map_or(row.updated_at, |until| until.max(row.updated_at));
    let quiet = now - since > Duration::hours(24) && row.count < config.login_hard_stop;
    let count = if quiet { 1 } else { row.count + 1 };
    let last_free = count % config.login_attempts_max == 0 || count >= config.login_hard_stop;
    write(tx, row, count, last_free.then_some(now + JUDGING), now).await?;
    let address = call.origin().address.map(network);
    let times = if address.is_some_and(|address| auth.spray.comes_from(&address, now)) { 2 } else { 1 };
    let mut keys = Vec::new();
    for (key, row, free) in origins {
        let count = row.count + 1;
        write(tx, row, count, delay(count, free).map(|delay| now + delay * times), now).await?;
        keys.push(key);
    }
    Ok(Verdict::Judge(Attempt(Counted::Stranger { account, origins: keys })))
}

impl Attempt {
    /// It was wrong: what was counted stays, and the last free one locks.
    pub async fn was_wrong(&self, auth: &Auth, work: &Work<'_>) -> Result<Consequence> {
        let Counted::Stranger { account, .. } = &self.0 else { return Ok(Consequence::None) };
        let now = clock::now();
        let row = locked(&work.tx, account, now).await?;
        let Some(lock) = lock(row.count, auth) else { return Ok(Consequence::None) };
        let count = row.count;
        write(&work.tx, row, count, Some(now + lock), now).await?;
        Ok(Consequence::Locked(now + lock))
    }

    /// It was right: the account begins anew, and its origin has failed once less.
    pub async fn was_right(&self, auth: &Auth, work: &Work<'_>) -> Result<()> {
        let now = clock::now();
        match &self.0 {
            Counted::Known { device, account } => {
                // Strangers wait for the end of their lock; where there is none, the owner has acted by this.
                let failed = locked(&work.tx, account, now).await?.count;
                if failed >= auth.config.login_hard_stop {
                    clear(&work.tx, account).await?;
                }
                let row = work.lock_one(known_device::Entity::find_by_id(*device)).await?;
                if let Some(row) = row {
                    let mut cleared = row.into_active_model();
                    cleared.failures = Set(0);
                    cleared.blocked_until = Set(None);
                    cleared.update(&work.tx).await?;
                }
            }
            Counted::Stranger { account, origins } => {
                for key in origins {
                    let row = locked(&work.tx, key, now).await?;
                    let count = (row.count - 1).max(0);
                    write(&work.tx, row, count, None, now).await?;
                }
                clear(&work.tx, account).await?;
            }
        }
        Ok(())
    }
}

/// Whether a password that was wrong is one that is being tried on many accounts; noticed once.
pub fn is_sprayed(auth: &Auth, call: &Call, email: &str, password: &str) -> bool {
    let network = call.origin().address.map(network);
    auth.spray.tried(auth.work.keys(), email, password, network, clock::now())
}

/// The account begins anew for everybody: its owner or an administrator has acted.
pub async fn unlock(auth: &Auth, work: &Work<'_>, account: &user::Model) -> Result<()> {
    clear(&work.tx, &Dimension::AccountPassword.key(auth, &[account.email.as_bytes()])).await?;
    clear(&work.tx, &Dimension::AccountFactor.key(auth, &[account.id.0.as_bytes()])).await
}

/// Counts a password that a signed-in caller shows: five free ones in a session, then each waits.
pub async fn password(auth: &Auth, call: &Call) -> Result<()> {
    count(auth, &session_key(auth, call), FREE, Duration::hours(24)).await
}

/// The password was right.
pub async fn password_was_right(auth: &Auth, call: &Call, work: &Work<'_>) -> Result<()> {
    clear(&work.tx, &session_key(auth, call)).await
}

fn session_key(auth: &Auth, call: &Call) -> Key {
    Dimension::Device.key(auth, &[call.session_id().unwrap_or_default().as_bytes()])
}

/// Counts a code that is to be sent: ten an hour for one account, one in half a minute.
pub async fn may_send(auth: &Auth, call: &Call, work: &Work<'_>, user: UserId) -> Result<()> {
    let key = Dimension::SendCode.key(auth, &[user.0.as_bytes()]);
    sending(call, work, &key).await?.map_or(Ok(()), |wait| Err(AuthError::Throttled(wait).into()))
}

/// Whether the owner of an address may be told that somebody else tries to use it: as often as codes are sent.
pub async fn may_tell(auth: &Auth, call: &Call, work: &Work<'_>, user: UserId) -> Result<bool> {
    let key = Dimension::SendCode.key(auth, &[b"taken", user.0.as_bytes()]);
    Ok(sending(call, work, &key).await?.is_none())
}

/// Counts a message, or says how long it has to wait.
async fn sending(call: &Call, work: &Work<'_>, key: &Key) -> Result<Option<Wait>> {
    let now = call.now();
    let row = within(locked(&work.tx, key, now).await?, Duration::hours(1), now);
    let full = (row.count >= CODES_PER_HOUR).then_some(row.window_start + Duration::hours(1));
    let wait = remaining(row.blocked_until.max(full), now);
    if wait.is_none() {
        let count = row.count + 1;
        write(&work.tx, row, count, Some(now + BETWEEN_CODES), now).await?;
    }
    Ok(wait)
}

/// Counts a registration: as many from one address as it may fail at Login, then each waits.
pub async fn registration(auth: &Auth, call: &Call) -> Result<()> {
    let Some(address) = call.origin().address.filter(|_| call.user_if_any().is_none()) else { return Ok(()) };
    let key = Dimension::Address.key(auth, &[b"register", &network(address)]);
    count(auth, &key, auth.config.address_failures_max, Duration::minutes(15)).await
}

/// Counts an attempt in a transaction of its own; beyond the free ones each further one waits.
async fn count(auth: &Auth, key: &Key, free: i32, window: Duration) -> Result<()> {
    let now = clock::now();
    let verdict = auth.work.prepare(async |tx| {
        let row = within(locked(tx, key, now).await?, window, now);
        if let Some(wait) = remaining(row.blocked_until, now) {
            return Ok(Some(wait));
        }
        let count = row.count + 1;
        write(tx, row, count, delay(count, free).map(|delay| now + delay), now).await?;
        Ok(None)
    });
    verdict.await?.map_or(Ok(()), |wait| Err(AuthError::Throttled(wait).into()))
}

/// Counts a second factor that a known device shows after the account's guesses of the day are used up.
pub async fn known_device_guess(auth: &Auth, call: &Call, work: &Work<'_>, user: UserId) -> Result<()> {
    let key = Dimension::AccountFactor.key(auth, &[user.0.as_bytes()]);
    let row = within(locked(&work.tx, &key, call.now()).await?, Duration::hours(24), call.now());
    if row.count >= KNOWN_DEVICE_GUESSES {
        let wait = remaining(Some(row.window_start + Duration::hours(24)), call.now()).unwrap_or_default();
        return Err(AuthError::Throttled(wait).into());
    }
    let count = row.count + 1;
    write(&work.tx, row, count, None, call.now()).await
}

/// That one was right.
pub async fn known_device_guess_was_right(work: &Work<'_>, auth: &Auth, user: UserId) -> Result<()> {
    let key = Dimension::AccountFactor.key(auth, &[user.0.as_bytes()]);
    let now = clock::now();
    let row = locked(&work.tx, &key, now).await?;
    let count = (row.count - 1).max(0);
    write(&work.tx, row, count, None, now).await
}

/// How long an account is locked after so many failures in a row; `None` between two locks.
fn lock(count: i32, auth: &Auth) -> Option<Duration> {
    let config = &auth.config;
    lock_after(count, config.login_attempts_max, config.lockout_minutes, config.login_hard_stop)
}

/// An IPv4 address, or the /64 of an IPv6 one, which one household has to itself.
fn network(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_origin() {
        let of = |address: &str| network(address.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:2:ffff::4"));
        assert_ne!(of("2001:db8:1:2::3"), of("2001:db8:1:3::3"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
