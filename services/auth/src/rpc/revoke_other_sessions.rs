//! Ends all of the caller's sessions but the one that calls.

use proto::azora::auth::v1::{RevokeOtherSessionsRequest, RevokeOtherSessionsResponse};
use shared::call::Call;
use shared::error::Result;
use uuid::Uuid;

use crate::Auth;
use crate::entity::{revocation, session, user};

pub async fn run(auth: &Auth, call: &Call, _input: RevokeOtherSessionsRequest) -> Result<RevokeOtherSessionsResponse> {
    auth.work
        .mutate(call, async |work| {
            let kept = call.session_id().unwrap_or_default();
            work.lock_one(user::by_id(call.user())).await?;
            let alive = session::alive(call.user(), call.now()).all(&work.tx).await?;
            let others = alive.iter().map(|session| Uuid::from(session.id)).filter(|session| *session != kept);
            let others: Vec<Uuid> = others.collect();
            let ended = i32::try_from(others.len()).unwrap_or(i32::MAX);
            session::end_others(&work.tx, call.user(), kept, "logout_others", call.now()).await?;
            revocation::of_sessions(&work.tx, call.user(), others, call.now()).await?;
            let answer = RevokeOtherSessionsResponse { ended };
            work.audit(&call.user(), &answer)?;
            Ok(answer)
        })
        .await
}
