//! Lists the caller's sessions that have not ended, the newest first, and says which one is calling.

use proto::azora::auth::v1::{ListSessionsRequest, ListSessionsResponse, Session};
use shared::call::Call;
use shared::error::Result;
use shared::page;

use crate::Auth;
use crate::entity::session;

pub async fn run(auth: &Auth, call: &Call, _input: ListSessionsRequest) -> Result<ListSessionsResponse> {
    let alive = session::alive(call.user(), call.now());
    let page = page::newest(auth.work.read(), call, alive, session::Column::CreatedAt, session::Column::Id).await?;
    let sessions = page.rows.into_iter().map(|row| {
        let current = call.session_id() == Some(row.id.into());
        Session { current, ..Session::from(row) }
    });
    Ok(ListSessionsResponse { sessions: sessions.collect(), next_page_token: page.next })
}
