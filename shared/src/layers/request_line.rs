//! One line per call: what was asked, by whom, how it ended and how long it took. Also continues the caller's trace.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tonic::{Code, Status};
use tracing::{Span, field, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::scope::Scope;
use crate::random;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The scope and the span of a call that has just arrived. Its trace is the caller's, else the one that the exporter
/// begins, else one of our own, so that a call is found by one id everywhere.
pub fn begin(service: &'static str, path: &str, headers: &HeaderMap) -> (Arc<Scope>, Span) {
    let span = span(service, path, headers);
    let given = headers.get(TRACEPARENT).and_then(|value| value.to_str().ok()).and_then(trace_id_of);
    let exported = || {
        let context = span.context().span().span_context().clone();
        context.is_valid().then(|| context.trace_id().to_string())
    };
    let trace_id = given.or_else(exported).unwrap_or_else(random::hex::<16>);
    let scope = Scope { service, trace_id, ..Scope::default() };
    if let Some(id) = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| id.len() <= 128) {
        // The message's own request_id, read later, does not replace it: this one is what the caller greps for.
        let _first = scope.request_id.set(id.to_owned());
    }
    (Arc::new(scope), span)
}

/// `00-<32 hex>-<16 hex>-<2 hex>` gives the middle part.
fn trace_id_of(traceparent: &str) -> Option<String> {
    let id = traceparent.split('-').nth(1)?;
    let sound =
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id.bytes().any(|byte| byte != b'0');
    sound.then(|| id.to_lowercase())
}

/// The span of the call, child of the caller's.
fn span(service: &'static str, path: &str, headers: &HeaderMap) -> Span {
    let span = info_span!(
        "rpc",
        otel.name = path.trim_start_matches('/'),
        otel.kind = "server",
        rpc.system = "grpc",
        service.name = service,
        rpc.grpc.status_code = field::Empty,
    );
    let parent = TraceContextPropagator::new().extract(&Headers(headers));
    if let Err(error) = span.set_parent(parent) {
        tracing::trace!(%error, "no trace to continue");
    }
    span
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// Gives the caller back what it needs to find the call again.
pub fn echo(scope: &Scope, headers: &mut HeaderMap) {
    if let Some(id) = scope.request_id.get().and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(REQUEST_ID, id);
    }
    if let Ok(id) = HeaderValue::from_str(&scope.trace_id) {
        headers.insert(HeaderName::from_static("x-trace-id"), id);
    }
}

/// Writes the line.
pub fn end(scope: &Scope, path: &str, headers: &HeaderMap, elapsed: Duration) {
    let code = Status::from_header_map(headers).map_or(Code::Ok, |status| status.code());
    Span::current().record("rpc.grpc.status_code", i32::from(code));
    let (kind, id) = scope.caller.get().map_or(("anonymous", ""), |(kind, id)| (*kind, id.as_str()));
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                target: "azora::request",
                service = scope.service,
                rpc = path.trim_start_matches('/'),
                code = ?code,
                reason = scope.reason.get().copied(),
                elapsed_ms = elapsed.as_secs_f64() * 1000.0,
                caller_kind = kind,
                caller_id = id,
                request_id = scope.request_id.get().map(String::as_str),
                replayed = scope.replayed.load(Ordering::Relaxed),
                trace_id = scope.trace_id,
                "answered"
            )
        };
    }
    match code {
        Code::Internal | Code::Unknown | Code::DataLoss => line!(error),
        Code::ResourceExhausted | Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => line!(warn),
        _ => line!(info),
    }
}
