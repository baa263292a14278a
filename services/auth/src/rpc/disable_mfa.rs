//! Turns a second factor off, for somebody who shows the password and a factor. Every other session ends.

use proto::azora::auth::v1::{DisableMfaRequest, DisableMfaResponse, MfaMethod};
use sea_orm::ActiveModelTrait;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::mfa_settings;
use crate::error::AuthError;
use crate::factor::{self, Given, settings};
use crate::mail::{Message, Recipient};
use crate::policy;
use crate::proof::Proof;
use crate::standing;

pub struct DisableMfa {
    method: MfaMethod,
    password: String,
    given: Given,
}

impl TryFrom<DisableMfaRequest> for DisableMfa {
    type Error = Error;

    fn try_from(request: DisableMfaRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            method: fields.word::<MfaMethod>("method", request.method).0,
            password: policy::written(&mut fields, "password", &request.password, 1),
            given: factor::read_given(&mut fields, &request.code, &request.challenge_id, true),
        };
        if input.method == MfaMethod::Recovery {
            fields.refuse("method", "must be one of totp, sms, email");
        }
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, mut input: DisableMfa) -> Result<DisableMfaResponse> {
    if let Some(answer) = auth.work.earlier(call).await? {
        return Ok(answer);
    }
    let proof = Proof::of(auth, call, &input.password).await?;
    input.given.hash(auth, call).await?;
    let mut notices = Vec::new();
    let answer = auth
        .work
        .mutate(call, async |work| {
            let account = proof.judged(auth, call, work).await?;
            let row = work.lock_one(mfa_settings::of(account.id)).await?;
            let row = row.filter(|row| row.is_on(input.method)).ok_or(AuthError::MfaNotEnabled)?;
            notices.extend(factor::demand(auth, call, work, &account, &input.given).await?);
            let row = row.turned_off(input.method, call.now()).update(&work.tx).await?;
            let account = standing::raise(work, call, account, "factor_change", call.session_id(), |_| {}).await?;
            notices.push((Recipient::from(&account), Message::FactorsChanged));
            let settings = settings::shown(auth.work.keys(), &row)?;
            work.audit(&account.id, &settings)?;
            Ok(DisableMfaResponse { settings: Some(settings) })
        })
        .await?;
    auth.mail.send_all(notices).await;
    Ok(answer)
}
