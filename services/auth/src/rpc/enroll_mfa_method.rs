//! Sends a code by text message or e-mail, by which ConfirmMfaMethod turns the method on.

use proto::azora::auth::v1::{EnrollMfaMethodRequest, EnrollMfaMethodResponse, MfaMethod};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::mfa_challenge::Purpose;
use crate::error::AuthError;
use crate::factor::challenge::{self, Asked, Begun};
use crate::factor::enrolment::{self, Right};
use crate::factor::settings;
use crate::policy;

pub struct EnrollMfaMethod {
    method: MfaMethod,
    /// Where text messages go; only with SMS.
    phone: Option<String>,
    password: String,
}

impl TryFrom<EnrollMfaMethodRequest> for EnrollMfaMethod {
    type Error = Error;

    fn try_from(request: EnrollMfaMethodRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let method = challenge::read_sent(&mut fields, "method", request.method);
        let input = Self {
            method,
            phone: read_phone(&mut fields, method, &request.phone),
            password: policy::written(&mut fields, "password", &request.password, 0),
        };
        fields.finish(input)
    }
}

fn read_phone(fields: &mut Fields, method: MfaMethod, phone: &str) -> Option<String> {
    if method != MfaMethod::Sms {
        return None;
    }
    let digits = phone.strip_prefix('+').unwrap_or_default();
    if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        fields.refuse("phone", "must be + and 7 to 15 digits");
    }
    Some(phone.to_owned())
}

pub async fn run(auth: &Auth, call: &Call, input: EnrollMfaMethod) -> Result<EnrollMfaMethodResponse> {
    if let Some(answer) = auth.work.earlier(call).await? {
        return Ok(answer);
    }
    let keys = auth.work.keys();
    let right = Right::of(auth, call, &input.password).await?;
    let mut sending = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let account = right.judged(auth, call, work).await?;
            if input.method == MfaMethod::Email && !account.is_email_verified {
                return Err(AuthError::EmailNotVerified.into());
            }
            let mut settings = settings::locked(work, account.id, call.now()).await?;
            enrolment::check_is_off(call, &settings, input.method)?;
            if let Some(phone) = &input.phone {
                let sealed = settings::sealed_phone(keys, settings.id, phone);
                let mut waiting = settings.into_active_model();
                waiting.sms_phone = Set(Some(sealed));
                waiting.updated_at = Set(call.now());
                settings = waiting.update(&work.tx).await?;
            }
            challenge::end_enrolments(call, work, account.id).await?;
            let begun = Begun { method: Some(input.method), session: call.session_id(), ..Begun::default() };
            let row = challenge::begin(auth, call, work, &account, Purpose::Enroll, begun).await?;
            let challenge = row.shown([input.method]);
            let asked = Asked { account, settings, challenge: row };
            sending = Some(asked.send(auth, call, work, input.method).await?);
            work.audit(&challenge.id, &challenge)?;
            Ok(EnrollMfaMethodResponse { challenge: Some(challenge) })
        })
        .await?;
    challenge::send(auth, sending).await;
    Ok(answer)
}
