//! Ends all of the caller's sessions but the one that calls.

use proto::azora::auth::v1::{RevokeOtherSessionsRequest, RevokeOtherSessionsResponse};
use shared::call::Call;
use shared::error::Result;

use crate::Auth;
use crate::entity::session;

pub async fn run(auth: &Auth, call: &Call, _input: RevokeOtherSessionsRequest) -> Result<RevokeOtherSessionsResponse> {
    auth.work
        .mutate(call, async |work| {
            let kept = call.session_id().unwrap_or_default();
            let ended = session::end_others(&work.tx, call.user(), kept, "logout_others", call.now()).await?;
            let answer = RevokeOtherSessionsResponse { ended: i32::try_from(ended).unwrap_or(i32::MAX) };
            work.audit(&call.user(), &answer)?;
            Ok(answer)
        })
        .await
}
