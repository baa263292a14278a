//! Answers a challenge: opens the session that a login has asked for, or raises the one that has begun a step-up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proto::azora::auth::v1::{CompleteMfaRequest, CompleteMfaResponse, MfaMethod, Session, Tokens};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::work::Work;

use crate::Auth;
use crate::devices;
use crate::entity::mfa_challenge::{self, Purpose};
use crate::entity::{session, user};
use crate::error::AuthError;
use crate::factor::challenge::{self, Asked};
use crate::factor::{self, Shown, recovery};
use crate::id::ChallengeId;
use crate::opening::{self, Opening};
use crate::refresh;
use crate::tokens::Bearer;

pub struct CompleteMfa {
    challenge: ChallengeId,
    method: MfaMethod,
    code: String,
    device_token: Option<String>,
    device_key: Option<Vec<u8>>,
}

impl TryFrom<CompleteMfaRequest> for CompleteMfa {
    type Error = Error;

    fn try_from(request: CompleteMfaRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            challenge: fields.id("challenge_id", &request.challenge_id),
            method: fields.word::<MfaMethod>("method", request.method).0,
            code: fields.text("code", &request.code, 1..=factor::CODE_MAX),
            device_token: devices::read_token(&mut fields, "device_token", &request.device_token),
            device_key: devices::read_key(&mut fields, "device_key", &request.device_key),
        };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: CompleteMfa) -> Result<CompleteMfaResponse> {
    let hashed = hash(auth, &input).await?;
    let mut notices = Vec::new();
    let answer = auth
        .work
        .mutate(call, async |work| {
            let asked = challenge::asked(call, work, input.challenge).await?;
            let Some(asked) = asked.filter(|asked| asked.takes(input.method) && is_for(call, asked)) else {
                return Err(AuthError::CodeWrong.into());
            };
            let shown = Shown {
                method: input.method,
                code: &input.code,
                hashed: hashed.as_ref(),
                device_token: input.device_token.as_deref(),
            };
            let Asked { account, settings, challenge } = asked;
            if !factor::judge(auth, call, work, &settings, Some(&challenge), &shown).await? {
                return Err(Error::from(AuthError::CodeWrong).keeping_effect());
            }
            notices.extend(recovery::low(&account, &settings, input.method));
            if challenge.is_for(Purpose::StepUp) {
                let tokens = raise(auth, call, work, &account, challenge, input.method).await?;
                return Ok(CompleteMfaResponse { tokens: Some(tokens) });
            }
            let (aal, amr) = factor::proves(input.method);
            let opening = Opening {
                device_label: challenge.device_label,
                device_key: input.device_key,
                device_token: input.device_token,
                aal,
                amr,
            };
            let opened = opening::open(auth, call, work, account, opening).await?;
            notices.extend(opened.notices);
            Ok(CompleteMfaResponse { tokens: Some(opened.tokens) })
        })
        .await?;
    auth.mail.send_all(notices).await;
    Ok(answer)
}

/// The slow hash of a recovery code, before the transaction; a challenge that nobody knows asks for the same work.
async fn hash(auth: &Auth, input: &CompleteMfa) -> Result<Option<recovery::Hashed>> {
    if input.method != MfaMethod::Recovery {
        return Ok(None);
    }
    let challenge = mfa_challenge::by_id(input.challenge).one(auth.work.read()).await?;
    let owner = challenge.map(|row| row.user_id).unwrap_or_default();
    recovery::hashed(auth, owner, &input.code).await.map(Some)
}

/// Whether it may be answered here, and by this caller: a step-up only by the session that has begun it.
fn is_for(call: &Call, asked: &Asked) -> bool {
    let challenge = &asked.challenge;
    let own = call.user_if_any() == Some(asked.account.id) && call.session_id() == challenge.session_id;
    challenge.is_for(Purpose::Login) || (challenge.is_for(Purpose::StepUp) && own)
}

/// Raises the session. Its refresh token stays; the access token carries what was approved.
async fn raise(
    auth: &Auth,
    call: &Call,
    work: &Work<'_>,
    account: &user::Model,
    challenge: mfa_challenge::Model,
    method: MfaMethod,
) -> Result<Tokens> {
    let open = session::open_one(account.id, challenge.session_id.unwrap_or_default());
    let row = work.lock_one(open).await?.filter(|row| row.is_alive(call.now())).ok_or(AuthError::SessionEnded)?;
    let row = factor::renew(work, row, method, call.now()).await?;
    let key = refresh::opened(auth.work.keys(), row.id, &row.refresh_key)?;
    let operation = challenge.binding.map(|digest| URL_SAFE_NO_PAD.encode(digest));
    let issued = auth.tokens.issue(&Bearer { operation, ..Bearer::of(account, &row) }, call.now())?;
    let refresh_token = refresh::write(row.id.into(), row.refresh_counter, &key);
    let session = Session::from(row);
    work.audit(&session.id, &session)?;
    Ok(Tokens { refresh_token, ..issued })
}
