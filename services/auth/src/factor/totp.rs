//! Codes of authenticator apps (RFC 6238) in the form that all of them know: SHA-1, six digits, a new one every half
//! minute. A code of the present step or of the one before works, once.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::clock::Time;
use shared::error::Result;
use shared::keys::Keys;
use shared::random;
use shared::work::Work;
use totp_rs::{Algorithm, TOTP};
use uuid::Uuid;

use crate::entity::mfa_settings::{Column, Entity, Model};

const DIGITS: usize = 6;
const STEP_SECONDS: u64 = 30;
const SECRET_BYTES: usize = 20;
const SEALED_AS: &str = "field";

/// What the sealed column holds: the secret in force and, behind it, one that waits to be confirmed. Either may be missing.
pub struct Secrets {
    in_force: Vec<u8>,
    waiting: Vec<u8>,
}

impl Secrets {
    /// Those of a row.
    ///
    /// # Errors
    /// They were sealed with another key ring, or for another row.
    pub fn of(keys: &Keys, row: &Model) -> Result<Self> {
        let Some(sealed) = &row.totp_secret else { return Ok(Self { in_force: Vec::new(), waiting: Vec::new() }) };
        let mut in_force = keys.open(SEALED_AS, associated(row.id).as_bytes(), sealed)?;
        let confirmed = if row.totp_confirmed_at.is_some() { SECRET_BYTES.min(in_force.len()) } else { 0 };
        let waiting = in_force.split_off(confirmed);
        Ok(Self { in_force, waiting })
    }

    /// With a new secret that waits, in place of any other that did.
    pub fn with_another_waiting(self) -> Self {
        Self { waiting: random::bytes::<SECRET_BYTES>().to_vec(), ..self }
    }

    /// With the secret that waited in force.
    pub fn confirmed(self) -> Self {
        Self { in_force: self.waiting, waiting: Vec::new() }
    }

    /// As the row keeps them.
    pub fn sealed(&self, keys: &Keys, row: Uuid) -> Vec<u8> {
        keys.seal(SEALED_AS, associated(row).as_bytes(), &[self.in_force.as_slice(), &self.waiting].concat())
    }

    /// Whether one waits to be confirmed.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The step whose code of the waiting secret this is.
    pub fn waiting_step(&self, code: &str, now: Time) -> Option<i64> {
        step(&self.waiting, code, now)
    }

    /// The waiting secret as an app reads it.
    pub fn for_an_app(&self, issuer: &str, account: &str) -> TOTP {
        with_labels(&self.waiting, Some(issuer.to_owned()), account.to_owned())
    }
}

fn associated(row: Uuid) -> String {
    format!("mfa_settings:totp_secret:{row}")
}

fn with_labels(secret: &[u8], issuer: Option<String>, account: String) -> TOTP {
    // The crate's own skew would accept the step to come as well.
    TOTP::new_unchecked(Algorithm::SHA1, DIGITS, 0, STEP_SECONDS, secret.to_vec(), issuer, account)
}

/// The step whose code this is: the present one or the one before. Compared in constant time.
fn step(secret: &[u8], code: &str, now: Time) -> Option<i64> {
    let now = u64::try_from(now.timestamp()).ok()?;
    let totp = with_labels(secret, None, String::new());
    let judged = [now, now.saturating_sub(STEP_SECONDS)].map(|time| (time / STEP_SECONDS, totp.check(code, time)));
    let (step, _) = judged.into_iter().find(|(_, right)| *right && !secret.is_empty())?;
    i64::try_from(step).ok()
}

/// Spends a code: it and all before it are dead then. Says whether it was right and had not been spent.
pub async fn spend(keys: &Keys, call: &Call, work: &Work<'_>, settings: &Model, code: &str) -> Result<bool> {
    let Some(step) = step(&Secrets::of(keys, settings)?.in_force, code, call.now()) else { return Ok(false) };
    let unspent = Condition::any().add(Column::TotpLastStep.is_null()).add(Column::TotpLastStep.lt(step));
    let spent = Entity::update_many()
        .col_expr(Column::TotpLastStep, Expr::value(step))
        .col_expr(Column::UpdatedAt, Expr::value(call.now()))
        .filter(Column::UserId.eq(settings.user_id))
        .filter(unspent)
        .exec(&work.tx)
        .await?;
    Ok(spent.rows_affected == 1)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Time {
        DateTime::from_timestamp(seconds, 0).expect("a moment")
    }

    /// RFC 4226, appendix D: the counter is the step.
    #[test]
    fn the_codes_of_rfc_4226_come_out() {
        let codes =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        let totp = with_labels(SECRET, None, String::new());
        for (time, code) in (0..).step_by(30).zip(codes) {
            assert_eq!(totp.generate(time), code);
        }
    }

    /// RFC 6238, appendix B, SHA-1: eight digits, of which ours are the last six.
    #[test]
    fn the_codes_of_rfc_6238_come_out() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let eight = TOTP::new_unchecked(Algorithm::SHA1, 8, 0, 30, SECRET.to_vec(), None, String::new());
            assert_eq!(eight.generate(seconds.try_into().expect("after 1970")), code);
            assert_eq!(step(SECRET, &code[2..], at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn the_present_step_and_the_one_before_are_right_and_no_other() {
        let code = |time: u64| with_labels(SECRET, None, String::new()).generate(time);
        let now = 1_111_111_111;
        for (offset, right) in [(-60, false), (-30, true), (0, true), (30, false), (60, false)] {
            let time = now + offset;
            let found = step(SECRET, &code(time.try_into().expect("after 1970")), at(now));
            assert_eq!(found, right.then_some(time / 30), "{offset}");
        }
    }

    #[test]
    fn without_a_secret_nothing_is_right() {
        let code = with_labels(&[], None, String::new()).generate(90);
        assert_eq!(step(&[], &code, at(90)), None);
    }

    #[test]
    fn a_new_secret_waits_behind_the_one_in_force() {
        let keys = Keys::ephemeral();
        let row = Uuid::from_u128(1);
        let first = Secrets { in_force: Vec::new(), waiting: SECRET.to_vec() }.confirmed();
        let both = first.with_another_waiting();
        assert!(both.in_force == SECRET && both.is_waiting() && both.waiting != SECRET);
        let opened = keys.open(SEALED_AS, associated(row).as_bytes(), &both.sealed(&keys, row)).expect("opens");
        assert_eq!(opened.len(), 2 * SECRET_BYTES);
        let waiting = both.waiting.clone();
        assert!(both.confirmed().in_force == waiting);
    }
}
