//! Makes ten new recovery codes; the old ones are dead.

use proto::azora::auth::v1::{RegenerateRecoveryCodesRequest, RegenerateRecoveryCodesResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::mfa_settings;
use crate::error::AuthError;
use crate::factor::{self, Given, recovery, settings};
use crate::mail::{Message, Recipient};
use crate::policy;
use crate::proof::Proof;

pub struct RegenerateRecoveryCodes {
    password: String,
    given: Given,
}

impl TryFrom<RegenerateRecoveryCodesRequest> for RegenerateRecoveryCodes {
    type Error = Error;

    fn try_from(request: RegenerateRecoveryCodesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            password: policy::written(&mut fields, "password", &request.password, 1),
            given: factor::read_given(&mut fields, &request.code, &request.challenge_id, true),
        };
        fields.finish(input)
    }
}

pub async fn run(
    auth: &Auth,
    call: &Call,
    mut input: RegenerateRecoveryCodes,
) -> Result<RegenerateRecoveryCodesResponse> {
    let proof = Proof::of(auth, call, &input.password).await?;
    input.given.hash(auth, call).await?;
    let drawn = recovery::draw(auth, call.user()).await?;
    let mut notice = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let account = proof.judged(auth, call, work).await?;
            let row = work.lock_one(mfa_settings::of(account.id)).await?;
            let row = row.filter(|row| row.enabled).ok_or(AuthError::MfaNotEnabled)?;
            factor::demand(auth, call, work, &account, &input.given).await?;
            let mut renewed = row.into_active_model();
            let recovery_codes = drawn.keep(&mut renewed);
            renewed.updated_at = Set(call.now());
            let row = renewed.update(&work.tx).await?;
            notice = Some((Recipient::from(&account), Message::FactorsChanged));
            work.audit(&account.id, &settings::shown(auth.work.keys(), &row)?)?;
            Ok(RegenerateRecoveryCodesResponse { recovery_codes })
        })
        .await?;
    auth.mail.send_all(notice.into_iter().collect()).await;
    Ok(answer)
}
