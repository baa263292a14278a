//! What every call passes through before it reaches a handler, the same for all nine services.
//!
//! The order is the one in which a refusal is cheapest: a full house first, then form of the address, then who calls,
//! then whether they may.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};
use tracing::Instrument;

use crate::call::Arrival;
use crate::contract;
use crate::error::{Error, Refusal, Result};
use crate::identity::Verifier;
use crate::keys::Keys;
use crate::origin::Proxies;

mod access;
mod deadline;
mod identity;
mod malformed;
mod request_line;
pub mod scope;
mod shed;

pub use deadline::Limits;

/// What the layers of one service know.
pub struct Context {
    /// `mint`.
    pub service: &'static str,
    /// Checks tokens.
    pub identity: Arc<Verifier>,
    /// For fingerprints and page tokens.
    pub keys: Keys,
    /// How long a call may take.
    pub limits: Limits,
    /// How many may run at a time.
    pub in_flight: Arc<tokio::sync::Semaphore>,
    /// Whose word on the client's address counts.
    pub proxies: Proxies,
    /// Whether administrators need a second factor for what is theirs alone.
    pub admin_requires_aal2: bool,
}

/// Puts the layers around the routes.
#[derive(Clone)]
pub struct Layers(pub Arc<Context>);

impl<S> Layer<S> for Layers {
    type Service = Layered<S>;

    fn layer(&self, inner: S) -> Layered<S> {
        Layered { context: self.0.clone(), inner }
    }
}

/// Routes behind the layers.
#[derive(Clone)]
pub struct Layered<S> {
    context: Arc<Context>,
    inner: S,
}

impl<S> Service<Request<Body>> for Layered<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, task: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The clone that was polled ready answers; the fresh one waits for the next call.
        let waiting = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, waiting);
        Box::pin(pass(self.context.clone(), ready, request))
    }
}

async fn pass<S>(context: Arc<Context>, inner: S, request: Request<Body>) -> Result<Response<Body>, Infallible>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Send,
    S::Future: Send,
{
    let started = Instant::now();
    let path = request.uri().path().to_owned();
    let Some(method) = contract::method(&path) else {
        // The probe and reflection: always answered, never counted.
        return inner_call(inner, request).await;
    };
    let (scope, span) = request_line::begin(context.service, &path, request.headers());
    let answer = scope::within(scope.clone(), async {
        let mut request = request;
        let limit = context.limits.of(request.headers());
        let passed = async {
            let permit = shed::admit(&context.in_flight)?;
            let identity = identity::identify(&context.identity, &method, request.headers()).await?;
            access::check(&method, identity.as_ref(), context.admin_requires_aal2)?;
            if identity.is_some() && method.is_fresh() {
                identity::ask_auth(&context.identity, request.headers()).await?;
            }
            let origin = context.proxies.origin(request.headers(), request.extensions());
            let arrival = Arrival { method: method.clone(), identity, keys: context.keys.clone(), origin };
            request.extensions_mut().insert(arrival);
            Ok::<_, Error>(permit)
        };
        let mut response = match passed.await {
            Ok(_permit) => deadline::within(limit, inner_call(inner, request)).await.map(malformed::judged),
            Err(refused) => Ok(Status::from(refused).into_http()),
        }?;
        request_line::echo(&scope, response.headers_mut());
        request_line::end(&scope, &path, response.headers(), started.elapsed());
        Ok(response)
    });
    answer.instrument(span).await
}

async fn inner_call<S>(mut inner: S, request: Request<Body>) -> Result<Response<Body>, Infallible>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    std::future::poll_fn(|task| inner.poll_ready(task)).await?;
    inner.call(request).await
}

/// RESOURCE_EXHAUSTED with a word on when to come back.
fn busy(message: &str, wait: Duration) -> Error {
    let refusal = Refusal::new(Code::ResourceExhausted, "OVERLOADED", message);
    Refusal { retry_after: Some(wait), ..refusal }.into()
}
