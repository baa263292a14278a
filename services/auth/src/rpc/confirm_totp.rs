//! Turns an authenticator app on by a code of it, and shows the recovery codes. Every other session ends.

use proto::azora::auth::v1::{ConfirmTotpRequest, ConfirmTotpResponse, MfaMethod};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::{mfa_settings, session, user};
use crate::error::AuthError;
use crate::factor::totp::Secrets;
use crate::factor::{self, guess, recovery, settings};
use crate::mail::{Message, Recipient};
use crate::standing;

pub struct ConfirmTotp {
    code: String,
}

impl TryFrom<ConfirmTotpRequest> for ConfirmTotp {
    type Error = Error;

    fn try_from(request: ConfirmTotpRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { code: fields.text("code", &request.code, 6..=6) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ConfirmTotp) -> Result<ConfirmTotpResponse> {
    let keys = auth.work.keys();
    let drawn = draw(auth, call, &input).await?;
    let mut notice = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let account = work.lock_one(user::by_id(call.user())).await?.ok_or(AuthError::SessionEnded)?;
            let row = work.lock_one(mfa_settings::of(account.id)).await?.ok_or(AuthError::MfaNotEnrolling)?;
            let secrets = Secrets::of(keys, &row)?;
            if !secrets.is_waiting() {
                return Err(AuthError::MfaNotEnrolling.into());
            }
            guess::admit(auth, call, work, &row, None).await?;
            let (Some(step), Some(drawn)) = (secrets.waiting_step(&input.code, call.now()), drawn) else {
                guess::was_wrong(auth, call, work, &row).await?;
                return Err(Error::from(AuthError::CodeWrongHere).keeping_effect());
            };
            let sealed = secrets.confirmed().sealed(keys, row.id);
            let mut on = row.turned_on(MfaMethod::Totp, call.now());
            on.totp_secret = Set(Some(sealed));
            on.totp_last_step = Set(Some(step));
            let recovery_codes = drawn.keep(&mut on);
            let row = on.update(&work.tx).await?;

            let kept = call.session_id();
            let account = standing::raise(work, call, account, "factor_change", kept, |_| {}).await?;
            let own = session::open_one(account.id, kept.unwrap_or_default());
            let own = work.lock_one(own).await?.ok_or(AuthError::SessionEnded)?;
            factor::renew(work, own, MfaMethod::Totp, call.now()).await?;
            notice = Some((Recipient::from(&account), Message::FactorsChanged));
            work.audit(&account.id, &settings::shown(keys, &row)?)?;
            Ok(ConfirmTotpResponse { recovery_codes })
        })
        .await?;
    auth.mail.send_all(notice.into_iter().collect()).await;
    Ok(answer)
}

/// The recovery codes. Their hashes take time: they are made before the transaction, and only for a code that is right.
async fn draw(auth: &Auth, call: &Call, input: &ConfirmTotp) -> Result<Option<recovery::Drawn>> {
    let Some(row) = mfa_settings::of(call.user()).one(auth.work.read()).await? else { return Ok(None) };
    if Secrets::of(auth.work.keys(), &row)?.waiting_step(&input.code, call.now()).is_none() {
        return Ok(None);
    }
    recovery::draw(auth, call.user()).await.map(Some)
}
