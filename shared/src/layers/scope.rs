//! What belongs to the call that runs on this task: which service, which trace, and what the request line will say.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

tokio::task_local! {
    static SCOPE: Arc<Scope>;
}

/// One call.
#[derive(Debug, Default)]
pub struct Scope {
    /// `mint`.
    pub service: &'static str,
    /// 32 hex digits, the caller's or our own.
    pub trace_id: String,
    /// The reason of the refusal, if it was one.
    pub reason: OnceLock<&'static str>,
    /// Whether the answer came from the store.
    pub replayed: AtomicBool,
    /// Whether a commit is under way of which nobody knows whether it came through.
    pub outcome_unknown: AtomicBool,
    /// The caller's kind and id, once known.
    pub caller: OnceLock<(&'static str, String)>,
    /// The request id, once read.
    pub request_id: OnceLock<String>,
}

/// Runs a future as part of a call.
pub async fn within<F: Future>(scope: Arc<Scope>, future: F) -> F::Output {
    SCOPE.scope(scope, future).await
}

/// The call that runs on this task, to be taken to another one.
#[must_use]
pub fn current() -> Option<Arc<Scope>> {
    SCOPE.try_with(Arc::clone).ok()
}

/// Does something as part of a call whose task is another one.
pub fn within_sync<T>(scope: Arc<Scope>, work: impl FnOnce() -> T) -> T {
    SCOPE.sync_scope(scope, work)
}

/// The service that is answering; `azora` outside a call.
#[must_use]
pub fn service() -> &'static str {
    SCOPE.try_with(|scope| scope.service).unwrap_or("azora")
}

/// The trace of the call; empty outside one.
#[must_use]
pub fn trace_id() -> String {
    SCOPE.try_with(|scope| scope.trace_id.clone()).unwrap_or_default()
}

/// Notes the reason of a refusal for the request line.
pub fn note_reason(reason: &'static str) {
    // Outside a call there is no request line, and the first reason is the one that counts.
    let _outside_or_second = SCOPE.try_with(|scope| scope.reason.set(reason));
}

/// Notes who calls.
pub fn note_caller(kind: &'static str, id: String) {
    let _outside_or_second = SCOPE.try_with(|scope| scope.caller.set((kind, id)));
}

/// Notes the request id.
pub fn note_request_id(id: String) {
    let _outside_or_second = SCOPE.try_with(|scope| scope.request_id.set(id));
}

/// Notes that the answer came from the store.
pub fn note_replayed() {
    let _outside = SCOPE.try_with(|scope| scope.replayed.store(true, Ordering::Relaxed));
}

/// Notes that the change may have taken effect without anybody knowing yet.
pub fn note_outcome_unknown() {
    let _outside = SCOPE.try_with(|scope| scope.outcome_unknown.store(true, Ordering::Relaxed));
}

/// Whether that is so.
#[must_use]
pub fn is_outcome_unknown() -> bool {
    SCOPE.try_with(|scope| scope.outcome_unknown.load(Ordering::Relaxed)).unwrap_or_default()
}
