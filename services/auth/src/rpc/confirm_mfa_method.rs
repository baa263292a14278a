//! Turns on a method whose code has arrived. Every other session ends.

use proto::azora::auth::v1::{ConfirmMfaMethodRequest, ConfirmMfaMethodResponse};
use sea_orm::ActiveModelTrait;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::mfa_challenge::Purpose;
use crate::error::AuthError;
use crate::factor::challenge::{self, Asked};
use crate::factor::{self, Shown, settings};
use crate::id::ChallengeId;
use crate::mail::{Message, Recipient};
use crate::standing;

pub struct ConfirmMfaMethod {
    challenge: ChallengeId,
    code: String,
}

impl TryFrom<ConfirmMfaMethodRequest> for ConfirmMfaMethod {
    type Error = Error;

    fn try_from(request: ConfirmMfaMethodRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            challenge: fields.id("challenge_id", &request.challenge_id),
            code: fields.text("code", &request.code, 6..=6),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ConfirmMfaMethod) -> Result<ConfirmMfaMethodResponse> {
    let mut notice = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let asked = challenge::asked(call, work, input.challenge).await?;
            let own = asked.filter(|asked| asked.challenge.is_for(Purpose::Enroll) && asked.account.id == call.user());
            let Asked { account, settings, challenge } = own.ok_or(AuthError::CodeWrongHere)?;
            let method = *challenge.method.unwrap_or_default();
            let shown = Shown { method, code: &input.code, hashed: None, device_token: None };
            if !factor::judge(auth, call, work, &settings, Some(&challenge), &shown).await? {
                return Err(Error::from(AuthError::CodeWrongHere).keeping_effect());
            }
            let row = settings.turned_on(method, call.now()).update(&work.tx).await?;
            let account = standing::raise(work, call, account, "factor_change", call.session_id(), |_| {}).await?;
            notice = Some((Recipient::from(&account), Message::FactorsChanged));
            let settings = settings::shown(auth.work.keys(), &row)?;
            work.audit(&account.id, &settings)?;
            Ok(ConfirmMfaMethodResponse { settings: Some(settings) })
        })
        .await?;
    auth.mail.send_all(notice.into_iter().collect()).await;
    Ok(answer)
}
