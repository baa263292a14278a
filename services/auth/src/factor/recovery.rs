//! Recovery codes, for whoever has lost the app: ten of 80 bits, each good once. One salt serves the whole set, so that one
//! slow hash tests all ten.

use proto::azora::auth::v1::MfaMethod;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::error::Result;
use shared::id::UserId;
use shared::json::Words;
use shared::random;
use shared::work::Work;
use totp_rs::Secret;

use crate::Auth;
use crate::entity::mfa_settings::{ActiveModel, Column, Entity, Model};
use crate::entity::{mfa_settings, user};
use crate::factor::same;
use crate::mail::{Message, Recipient};

const CODES: usize = 10;
const CODE_BYTES: usize = 10;
const SALT_BYTES: usize = 16;
/// The owner hears of it when so many are left.
const FEW: u32 = 2;

/// A new set, with the hashes that are kept of it.
pub struct Drawn {
    codes: Vec<String>,
    salt: [u8; SALT_BYTES],
    hashes: Vec<String>,
}

/// Draws a new set. It takes the time of ten hashes, before any transaction.
///
/// # Errors
/// RESOURCE_EXHAUSTED `LOGIN_BUSY`.
pub async fn draw(auth: &Auth, user: UserId) -> Result<Drawn> {
    let salt = random::bytes::<SALT_BYTES>();
    let (mut codes, mut hashes) = (Vec::new(), Vec::<String>::new());
    for _ in 0..CODES {
        let code = Secret::Raw(random::bytes::<CODE_BYTES>().to_vec()).to_encoded().to_string();
        hashes.push(auth.passwords.recovery(user, &code, salt, None).await?);
        codes.push(in_groups(&code));
    }
    Ok(Drawn { codes, salt, hashes })
}

impl Drawn {
    /// Lets a row keep the hashes, in place of the set before; gives the codes, to be shown once.
    pub fn keep(self, row: &mut ActiveModel) -> Vec<String> {
        row.recovery_salt = Set(Some(self.salt.to_vec()));
        row.recovery_hashes = Set(Words(self.hashes));
        row.recovery_used = Set(0);
        self.codes
    }
}

/// A code as somebody shows it, hashed with the salt that was in force before the transaction.
pub struct Hashed {
    salt: [u8; SALT_BYTES],
    hash: String,
}

/// Hashes a code. Where there is no such user, or no set, the same work is done.
///
/// # Errors
/// RESOURCE_EXHAUSTED `LOGIN_BUSY`.
pub async fn hashed(auth: &Auth, user: UserId, code: &str) -> Result<Hashed> {
    let row = mfa_settings::of(user).one(auth.work.read()).await?;
    let (salt, kept) = row.map(|row| (row.recovery_salt, row.recovery_hashes.0)).unwrap_or_default();
    let salt = salt.and_then(|salt| salt.try_into().ok()).unwrap_or_default();
    let hash = auth.passwords.recovery(user, &plain(code), salt, kept.first().map(String::as_str)).await?;
    Ok(Hashed { salt, hash })
}

/// Spends a code. Says whether it was one of the set, and had not been spent.
pub async fn spend(call: &Call, work: &Work<'_>, settings: &Model, shown: &Hashed) -> Result<bool> {
    if !settings.enabled || settings.recovery_salt.as_deref() != Some(shown.salt.as_slice()) {
        return Ok(false);
    }
    let mut hashes = settings.recovery_hashes.0.iter();
    let Some(index) = hashes.position(|kept| same(kept.as_bytes(), shown.hash.as_bytes())) else { return Ok(false) };
    let bit = 1_i32 << index;
    let spent = Entity::update_many()
        .col_expr(Column::RecoveryUsed, Expr::col(Column::RecoveryUsed).add(bit))
        .col_expr(Column::UpdatedAt, Expr::value(call.now()))
        .filter(Column::UserId.eq(settings.user_id))
        .filter(Expr::col(Column::RecoveryUsed).bit_and(bit).eq(0))
        .exec(&work.tx)
        .await?;
    Ok(spent.rows_affected == 1)
}

/// What the owner hears once the code that was just spent leaves few; `settings` are those before it.
pub fn low(account: &user::Model, settings: &Model, method: MfaMethod) -> Option<(Recipient, Message)> {
    let few = method == MfaMethod::Recovery && settings.codes_left() == FEW + 1;
    few.then(|| (Recipient::from(account), Message::RecoveryCodesLow { left: FEW }))
}

/// `XXXX-XXXX-XXXX-XXXX`.
fn in_groups(code: &str) -> String {
    let mut grouped = String::with_capacity(code.len() + code.len() / 4);
    for (index, letter) in code.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(letter);
    }
    grouped
}

/// Hyphens, spaces and case do not count.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(|letter| *letter != '-' && !letter.is_whitespace());
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_in_groups_and_read_in_any_form() {
        assert_eq!(in_groups("ABCDEFGH234567AB"), "ABCD-EFGH-2345-67AB");
        for written in ["ABCD-EFGH-2345-67AB", "abcdefgh234567ab", " abcd efgh 2345 67ab "] {
            assert_eq!(plain(written), "ABCDEFGH234567AB");
        }
    }
}
