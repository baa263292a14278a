//! Begins to prove a second factor once more, for an operation that asks for it.

use proto::azora::auth::v1::{MfaMethod, StartStepUpRequest, StartStepUpResponse};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::mfa_challenge::Purpose;
use crate::entity::{mfa_settings, user};
use crate::error::AuthError;
use crate::factor::challenge::{self, Begun};

const DIGEST_BYTES: usize = 32;

pub struct StartStepUp {
    method: MfaMethod,
    binding: Option<Vec<u8>>,
}

impl TryFrom<StartStepUpRequest> for StartStepUp {
    type Error = Error;

    fn try_from(request: StartStepUpRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let digest = request.operation_digest;
        if !digest.is_empty() && digest.len() != DIGEST_BYTES {
            fields.refuse("operation_digest", format!("must have {DIGEST_BYTES} bytes, has {}", digest.len()));
        }
        let method = fields.word::<MfaMethod>("method", request.method).0;
        fields.finish(Self { method, binding: (!digest.is_empty()).then_some(digest) })
    }
}

pub async fn run(auth: &Auth, call: &Call, input: StartStepUp) -> Result<StartStepUpResponse> {
    auth.work
        .mutate(call, async |work| {
            let account = work.lock_one(user::by_id(call.user())).await?.ok_or(AuthError::SessionEnded)?;
            let settings = mfa_settings::of(account.id).one(&work.tx).await?;
            if !settings.is_some_and(|settings| settings.is_on(input.method)) {
                return Err(AuthError::MfaNotEnabled.into());
            }
            let begun = Begun {
                method: Some(input.method),
                binding: input.binding,
                session: call.session_id(),
                device_label: None,
            };
            let row = challenge::begin(auth, call, work, &account, Purpose::StepUp, begun).await?;
            let challenge = row.shown([input.method]);
            work.audit(&challenge.id, &challenge)?;
            Ok(StartStepUpResponse { challenge: Some(challenge) })
        })
        .await
}
