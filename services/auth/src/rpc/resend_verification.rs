//! Sends the token that proves an address once more. Whoever asks learns nothing: answer and time are the same for every
//! address.

use proto::azora::auth::v1::{ResendVerificationRequest, ResendVerificationResponse, UserStatus};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::user;
use crate::evenly::evenly;
use crate::one_time::{self, Purpose};

pub struct ResendVerification {
    email: String,
}

impl TryFrom<ResendVerificationRequest> for ResendVerification {
    type Error = Error;

    fn try_from(request: ResendVerificationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { email: fields.email("email", &request.email) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ResendVerification) -> Result<ResendVerificationResponse> {
    let may = |account: &user::Model| *account.status == UserStatus::Active && !account.is_email_verified;
    evenly(one_time::send(auth, call, &input.email, Purpose::EmailVerification, may, ResendVerificationResponse {}))
        .await
}
