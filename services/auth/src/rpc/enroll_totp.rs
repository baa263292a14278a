//! Makes a secret for an authenticator app. It counts for nothing until ConfirmTotp has seen a code of it.

use proto::azora::auth::v1::{EnrollTotpRequest, EnrollTotpResponse, MfaMethod};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::factor::enrolment::{self, Right};
use crate::factor::settings;
use crate::factor::totp::Secrets;
use crate::policy;

pub struct EnrollTotp {
    password: String,
}

impl TryFrom<EnrollTotpRequest> for EnrollTotp {
    type Error = Error;

    fn try_from(request: EnrollTotpRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { password: policy::written(&mut fields, "password", &request.password, 0) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: EnrollTotp) -> Result<EnrollTotpResponse> {
    let keys = auth.work.keys();
    let right = Right::of(auth, call, &input.password).await?;
    auth.work
        .mutate(call, async |work| {
            let account = right.judged(auth, call, work).await?;
            let row = settings::locked(work, account.id, call.now()).await?;
            enrolment::check_is_off(call, &row, MfaMethod::Totp)?;
            let secrets = Secrets::of(keys, &row)?.with_another_waiting();
            let sealed = secrets.sealed(keys, row.id);
            let mut waiting = row.into_active_model();
            waiting.totp_secret = Set(Some(sealed));
            waiting.updated_at = Set(call.now());
            let row = waiting.update(&work.tx).await?;
            work.audit(&account.id, &settings::shown(keys, &row)?)?;
            let app = secrets.for_an_app(&auth.config.totp_issuer, &account.email);
            Ok(EnrollTotpResponse {
                secret: app.get_secret_base32(),
                otpauth_uri: app.get_url(),
                qr_png: app.get_qr_png().map_err(Error::internal)?,
            })
        })
        .await
}
