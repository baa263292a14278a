//! Tells a service what is revoked, for as long as it listens.

use std::pin::Pin;

use proto::azora::auth::v1::{WatchRevocationsRequest, WatchRevocationsResponse};
use shared::call::Call;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::BroadcastStream;
use tonic::Status;

use crate::Auth;

/// What has been revoked, in parts.
pub type Stream = Pin<Box<dyn tokio_stream::Stream<Item = Result<WatchRevocationsResponse, Status>> + Send>>;

/// Users and sessions in one message: far below the limit of a message.
const PART: usize = 10_000;

pub fn run(auth: &Auth, _call: &Call, _input: WatchRevocationsRequest) -> Stream {
    let (picture, changes) = auth.revocations.watch();
    let first = tokio_stream::iter(parts(&picture).into_iter().map(Ok));
    let changes = BroadcastStream::new(changes).map(|change| match change {
        Ok(change) => Ok(change.as_ref().clone()),
        // It begins anew with the whole picture.
        Err(_behind) => Err(Status::data_loss("this watcher is too far behind; watch again")),
    });
    Box::pin(first.chain(changes))
}

/// A picture in messages of bounded size; only the last one is complete.
fn parts(picture: &WatchRevocationsResponse) -> Vec<WatchRevocationsResponse> {
    let epochs = picture
        .epochs
        .chunks(PART)
        .map(|epochs| WatchRevocationsResponse { epochs: epochs.to_vec(), ..WatchRevocationsResponse::default() });
    let sessions = picture.session_ids.chunks(PART).map(|sessions| WatchRevocationsResponse {
        session_ids: sessions.to_vec(),
        ..WatchRevocationsResponse::default()
    });
    let last = WatchRevocationsResponse { complete: true, ..WatchRevocationsResponse::default() };
    epochs.chain(sessions).chain([last]).collect()
}
