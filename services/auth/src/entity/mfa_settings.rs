//! The second factors of a user.

use chrono::Duration;
use proto::azora::auth::v1::MfaMethod;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use shared::clock::Time;
use shared::id::{self, UserId};
use shared::json::Words;
use shared::word::Word;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mfa_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: UserId,
    pub enabled: bool,
    pub preferred_method: Option<Word<MfaMethod>>,
    pub totp_secret: Option<Vec<u8>>,
    pub totp_confirmed_at: Option<Time>,
    pub totp_last_step: Option<i64>,
    pub sms_phone: Option<Vec<u8>>,
    pub sms_confirmed_at: Option<Time>,
    pub email_confirmed_at: Option<Time>,
    pub recovery_salt: Option<Vec<u8>>,
    pub recovery_hashes: Words,
    pub recovery_used: i32,
    pub guesses: i32,
    pub guesses_since: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}

/// Wrong codes are counted for so long.
pub const DAY: Duration = Duration::hours(24);

/// The row of a user.
#[must_use]
pub fn of(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user))
}

/// The row of a user who has no second factor yet.
#[must_use]
pub fn none_on(user: UserId, now: Time) -> ActiveModel {
    ActiveModel {
        id: Set(id::time_ordered()),
        user_id: Set(user),
        enabled: Set(false),
        preferred_method: Set(None),
        totp_secret: Set(None),
        totp_confirmed_at: Set(None),
        totp_last_step: Set(None),
        sms_phone: Set(None),
        sms_confirmed_at: Set(None),
        email_confirmed_at: Set(None),
        recovery_salt: Set(None),
        recovery_hashes: Set(Words::default()),
        recovery_used: Set(0),
        guesses: Set(0),
        guesses_since: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// Lets a user's wrong codes be forgotten.
///
/// # Errors
/// Whatever the database refuses.
pub async fn forget_guesses(tx: &impl ConnectionTrait, user: UserId, now: Time) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Guesses, Expr::value(0))
        .col_expr(Column::GuessesSince, Expr::value(None::<Time>))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::UserId.eq(user))
        .exec(tx)
        .await
        .map(drop)
}

impl Model {
    /// Whether a code of this kind can be right.
    #[must_use]
    pub fn is_on(&self, method: MfaMethod) -> bool {
        match method {
            MfaMethod::Totp => self.totp_confirmed_at.is_some(),
            MfaMethod::Sms => self.sms_confirmed_at.is_some(),
            MfaMethod::Email => self.email_confirmed_at.is_some(),
            MfaMethod::Recovery => self.enabled && self.codes_left() > 0,
            MfaMethod::Unspecified => false,
        }
    }

    /// The factors that are on, the preferred one first.
    #[must_use]
    pub fn methods(&self) -> Vec<MfaMethod> {
        let all = [MfaMethod::Totp, MfaMethod::Sms, MfaMethod::Email].into_iter();
        let mut on: Vec<MfaMethod> = all.filter(|method| self.is_on(*method)).collect();
        on.sort_by_key(|method| self.preferred_method != Some(Word(*method)));
        on
    }

    /// Recovery codes that have not been used.
    #[must_use]
    pub fn codes_left(&self) -> u32 {
        let all = u32::try_from(self.recovery_hashes.0.len()).unwrap_or_default();
        all.saturating_sub(self.recovery_used.count_ones())
    }

    /// Wrong codes within the day that is being counted.
    #[must_use]
    pub fn guesses_at(&self, now: Time) -> i32 {
        let counting = self.guesses_since.is_some_and(|since| now - since < DAY);
        if counting { self.guesses } else { 0 }
    }

    /// The row with one factor more; the first one is the preferred.
    #[must_use]
    pub fn turned_on(self, method: MfaMethod, now: Time) -> ActiveModel {
        let preferred = self.preferred_method.unwrap_or(Word(method));
        let mut changed = self.into_active_model();
        match method {
            MfaMethod::Totp => changed.totp_confirmed_at = Set(Some(now)),
            MfaMethod::Sms => changed.sms_confirmed_at = Set(Some(now)),
            MfaMethod::Email => changed.email_confirmed_at = Set(Some(now)),
            MfaMethod::Recovery | MfaMethod::Unspecified => {}
        }
        changed.enabled = Set(true);
        changed.preferred_method = Set(Some(preferred));
        changed.updated_at = Set(now);
        changed
    }

    /// The row with one factor less; the recovery codes go with the last.
    #[must_use]
    pub fn turned_off(self, method: MfaMethod, now: Time) -> ActiveModel {
        let left: Vec<MfaMethod> = self.methods().into_iter().filter(|on| *on != method).collect();
        let mut changed = self.into_active_model();
        match method {
            MfaMethod::Totp => {
                changed.totp_secret = Set(None);
                changed.totp_confirmed_at = Set(None);
                changed.totp_last_step = Set(None);
            }
            MfaMethod::Sms => {
                changed.sms_phone = Set(None);
                changed.sms_confirmed_at = Set(None);
            }
            MfaMethod::Email => changed.email_confirmed_at = Set(None),
            MfaMethod::Recovery | MfaMethod::Unspecified => {}
        }
        if left.is_empty() {
            changed.recovery_salt = Set(None);
            changed.recovery_hashes = Set(Words::default());
            changed.recovery_used = Set(0);
        }
        changed.enabled = Set(!left.is_empty());
        changed.preferred_method = Set(left.first().copied().map(Word));
        changed.updated_at = Set(now);
        changed
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::TryIntoModel;
    use shared::clock;

    use super::*;

    fn row() -> Model {
        none_on(UserId::default(), clock::now()).try_into_model().expect("every column")
    }

    fn then(changed: ActiveModel) -> Model {
        changed.try_into_model().expect("every column")
    }

    #[test]
    fn the_first_factor_is_preferred_until_it_is_turned_off() {
        let now = clock::now();
        let both = then(then(row().turned_on(MfaMethod::Email, now)).turned_on(MfaMethod::Totp, now));
        assert_eq!(both.methods(), [MfaMethod::Email, MfaMethod::Totp]);
        let one = then(both.turned_off(MfaMethod::Email, now));
        assert_eq!((one.enabled, one.preferred_method), (true, Some(Word(MfaMethod::Totp))));
        let none = then(one.turned_off(MfaMethod::Totp, now));
        assert_eq!((none.enabled, none.preferred_method, none.methods()), (false, None, Vec::new()));
    }

    #[test]
    fn the_recovery_codes_go_with_the_last_factor() {
        let now = clock::now();
        let codes = Words(vec!["a".to_owned(), "b".to_owned()]);
        let on = Model { recovery_hashes: codes, recovery_used: 0b10, ..then(row().turned_on(MfaMethod::Sms, now)) };
        assert_eq!((on.codes_left(), on.is_on(MfaMethod::Recovery)), (1, true));
        let off = then(on.turned_off(MfaMethod::Sms, now));
        assert_eq!((off.codes_left(), off.is_on(MfaMethod::Recovery)), (0, false));
    }

    #[test]
    fn wrong_codes_count_for_a_day() {
        let now = clock::now();
        let row = Model { guesses: 100, guesses_since: Some(now), ..row() };
        assert_eq!(row.guesses_at(now + DAY - Duration::seconds(1)), 100);
        assert_eq!(row.guesses_at(now + DAY), 0);
    }
}
