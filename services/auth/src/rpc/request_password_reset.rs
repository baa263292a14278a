//! Sends a token that sets a new password. Whoever asks learns nothing: answer and time are the same for every address.

use proto::azora::auth::v1::{RequestPasswordResetRequest, RequestPasswordResetResponse, UserStatus};
use proto::azora::common::v1::Role;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::user;
use crate::evenly::evenly;
use crate::one_time::{self, Purpose};

pub struct RequestPasswordReset {
    email: String,
}

impl TryFrom<RequestPasswordResetRequest> for RequestPasswordReset {
    type Error = Error;

    fn try_from(request: RequestPasswordResetRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { email: fields.email("email", &request.email) };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: RequestPasswordReset) -> Result<RequestPasswordResetResponse> {
    let may = |account: &user::Model| *account.status == UserStatus::Active && *account.role != Role::Service;
    evenly(one_time::send(auth, call, &input.email, Purpose::PasswordReset, may, RequestPasswordResetResponse {})).await
}
