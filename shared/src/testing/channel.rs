//! A channel into the service under test that checks, with every change it carries, what the fleet promises of every
//! change: a repeat gets the same answer and no second audit entry, an altered request under the same id is refused.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use prost::Message;
use prost_reflect::{DynamicMessage, Kind, ReflectMessage, Value};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tonic::body::Body;
use tonic::transport::server::TcpConnectInfo;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tower::Service;
use tower::util::{BoxCloneSyncService, MapRequest};
use uuid::Uuid;

use crate::contract::{self, Method};
use crate::fleet::audit_entry;
use crate::server::App;
use crate::testing::database;
use crate::testing::signer::Token;
use crate::work::Door;

type Inner = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// What the generated clients are made over.
#[derive(Clone)]
pub struct TestChannel {
    inner: Inner,
    door: Door,
    token: Option<Token>,
    repeats: bool,
    patient: bool,
}

/// How often a patient caller asks.
const TRIES: usize = 50;

/// A finished answer.
struct Answer {
    headers: HeaderMap,
    body: Bytes,
    trailers: Option<HeaderMap>,
}

impl Answer {
    fn status(&self) -> Status {
        let found = Status::from_header_map(&self.headers);
        let found = found.or_else(|| self.trailers.as_ref().and_then(Status::from_header_map));
        found.unwrap_or_else(|| Status::ok(""))
    }
}

impl TestChannel {
    pub(super) fn new(app: &App, token: Option<Token>) -> Self {
        let inner = BoxCloneSyncService::new(app.in_process());
        let patient = database::is_serializable();
        Self { inner, door: app.door.clone(), token, repeats: true, patient }
    }

    /// The same channel without its own repeats, for tests that count or race.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.repeats = false;
        self
    }

    /// The same channel for a caller who asks again when told that others were in the way (ABORTED), as the contract
    /// advises. Where every transaction is serializable, all are that patient.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.patient = true;
        self
    }

    /// The same channel from this address; without, a call comes from nowhere, and nothing is counted by its origin.
    #[must_use]
    pub(super) fn at(mut self, address: IpAddr) -> Self {
        let info = TcpConnectInfo { local_addr: None, remote_addr: Some(SocketAddr::new(address, 1)) };
        let told = MapRequest::new(self.inner, move |mut request: Request<Body>| {
            request.extensions_mut().insert(info.clone());
            request
        });
        self.inner = BoxCloneSyncService::new(told);
        self
    }

    async fn carry(mut self, mut request: Request<Body>) -> Response<Body> {
        if let Some(token) = &self.token {
            let value = format!("Bearer {}", token.text()).parse().expect("a header");
            request.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        let asks_again = self.repeats || self.patient;
        let method = contract::method(request.uri().path()).filter(|method| method.mutates && asks_again);
        let Some(method) = method else {
            return self.inner.call(request).await.expect("infallible");
        };
        let (parts, body) = request.into_parts();
        let bytes = body.collect().await.expect("a whole request").to_bytes();
        let first = self.send(&parts, bytes.clone()).await;
        if self.repeats && method.request_id.is_some() && bytes.len() > 5 {
            self.check_repeats(&method, &parts, &bytes, &first).await;
        }
        respond(first)
    }

    async fn send(&mut self, parts: &http::request::Parts, bytes: Bytes) -> Answer {
        let mut answer = self.ask(parts, bytes.clone()).await;
        let mut tries = 1;
        while self.patient && answer.status().code() == Code::Aborted && tries < TRIES {
            answer = self.ask(parts, bytes.clone()).await;
            tries += 1;
        }
        answer
    }

    async fn ask(&mut self, parts: &http::request::Parts, bytes: Bytes) -> Answer {
        let mut request = Request::new(Body::new(Full::new(bytes)));
        *request.uri_mut() = parts.uri.clone();
        *request.method_mut() = parts.method.clone();
        *request.version_mut() = parts.version;
        *request.headers_mut() = parts.headers.clone();
        let (head, body) = self.inner.call(request).await.expect("infallible").into_parts();
        let collected = body.collect().await.expect("a whole answer");
        let trailers = collected.trailers().cloned();
        Answer { headers: head.headers, body: collected.to_bytes(), trailers }
    }

    async fn check_repeats(&mut self, method: &Method, parts: &http::request::Parts, bytes: &Bytes, first: &Answer) {
        let name = &method.name;
        let status = first.status();
        let again = self.send(parts, bytes.clone()).await;
        if is_revoked(&again.status()) {
            // The change has ended the token that it was made with, and the service has heard of it already.
            return;
        }
        assert_eq!(again.status().code(), status.code(), "a repeated {name} answers with another code");
        assert_eq!(again.status().details(), status.details(), "a repeated {name} answers with other details");
        assert_eq!(again.body, first.body, "a repeated {name} answers with another message");
        if status.code() != Code::Ok {
            return;
        }
        let message = DynamicMessage::decode(method.input.clone(), &bytes[5..]).expect("the request decodes");
        let request_id = message.get_field_by_name("request_id").expect("a request_id");
        let request_id = Uuid::parse_str(request_id.as_str().expect("text")).expect("a UUID");
        let entries = audit_entry::Entity::find().filter(audit_entry::Column::RequestId.eq(request_id));
        let entries = entries.count(self.door.database().writer()).await.expect("readable");
        assert_eq!(entries, 1, "{name} leaves exactly one audit entry");

        let altered = alterations(&message);
        let mut refused = altered.is_empty();
        for altered in altered {
            let status = self.send(parts, framed(&altered)).await.status();
            refused |= is_revoked(&status);
            assert_ne!(status.code(), Code::Ok, "{name} accepts another request under the same id: {altered}");
            let reason = status.get_error_details().error_info().map(|info| info.reason.clone());
            refused |= reason.as_deref() == Some("REQUEST_ID_REUSED");
        }
        assert!(refused, "{name} never says REQUEST_ID_REUSED");
        super::replays::note(method);
    }
}

fn is_revoked(status: &Status) -> bool {
    status.get_error_details().error_info().is_some_and(|info| info.reason == "TOKEN_REVOKED")
}

/// The same request with one field changed, once per field that can be.
fn alterations(message: &DynamicMessage) -> Vec<DynamicMessage> {
    let mut altered = Vec::new();
    let fields = message.descriptor().fields().filter(|field| field.name() != "request_id").collect::<Vec<_>>();
    for field in fields {
        if field.is_list() || field.is_map() || matches!(field.kind(), Kind::Message(_)) {
            if message.has_field(&field) {
                let mut without = message.clone();
                without.clear_field(&field);
                altered.push(without);
            }
            if let Value::List(list) = message.get_field(&field).as_ref()
                && let Some(last) = list.last()
            {
                let longer = [list.as_slice(), std::slice::from_ref(last)].concat();
                for items in [longer, list[..list.len() - 1].to_vec()] {
                    let mut other = message.clone();
                    other.set_field(&field, Value::List(items));
                    altered.push(other);
                }
            }
            continue;
        }
        let value = match message.get_field(&field).as_ref() {
            Value::String(text) if Uuid::parse_str(text).is_ok() => {
                Value::String(crate::id::time_ordered().to_string())
            }
            Value::String(text) if text.parse::<f64>().is_ok() => Value::String(format!("{text}1")),
            Value::String(text) if text.is_empty() => continue,
            Value::String(text) => Value::String(with_another_end(text)),
            Value::I32(number) => Value::I32(number + 1),
            Value::I64(number) => Value::I64(number + 1),
            Value::Bool(flag) => Value::Bool(!flag),
            Value::EnumNumber(number) => Value::EnumNumber(if *number == 1 { 2 } else { 1 }),
            _ => continue,
        };
        let mut changed = message.clone();
        changed.set_field(&field, value);
        altered.push(changed);
    }
    altered
}

/// The same length, so that whatever was well-formed stays so.
fn with_another_end(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if let Some(last) = letters.last_mut() {
        *last = if *last == 'a' { 'b' } else { 'a' };
    }
    letters.into_iter().collect()
}

fn framed(message: &DynamicMessage) -> Bytes {
    let encoded = message.encode_to_vec();
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(encoded.len()).expect("a small message"));
    frame.put_slice(&encoded);
    frame.freeze()
}

fn respond(answer: Answer) -> Response<Body> {
    let trailers = answer.trailers.map(Ok::<_, Infallible>);
    let body = Full::new(answer.body).with_trailers(std::future::ready(trailers));
    let mut response = Response::new(Body::new(body));
    *response.headers_mut() = answer.headers;
    response
}

impl Service<Request<Body>> for TestChannel {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let channel = self.clone();
        Box::pin(async move { Ok(channel.carry(request).await) })
    }
}
