//! Sends the code that a challenge waits for. Whether there is such a challenge shows nowhere but at the owner's.

use proto::azora::auth::v1::{MfaMethod, SendMfaCodeRequest, SendMfaCodeResponse};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::factor::challenge;
use crate::id::ChallengeId;

pub struct SendMfaCode {
    challenge: ChallengeId,
    method: MfaMethod,
}

impl TryFrom<SendMfaCodeRequest> for SendMfaCode {
    type Error = Error;

    fn try_from(request: SendMfaCodeRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            challenge: fields.id("challenge_id", &request.challenge_id),
            method: challenge::read_sent(&mut fields, "method", request.method),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: SendMfaCode) -> Result<SendMfaCodeResponse> {
    let mut sending = None;
    let answer = auth
        .work
        .mutate(call, async |work| {
            let asked = challenge::asked(call, work, input.challenge).await?;
            if let Some(asked) = asked.filter(|asked| asked.takes(input.method)) {
                sending = Some(asked.send(auth, call, work, input.method).await?);
            }
            let answer = SendMfaCodeResponse {};
            work.audit(&input.challenge, &answer)?;
            Ok(answer)
        })
        .await?;
    challenge::send(auth, sending).await;
    Ok(answer)
}
