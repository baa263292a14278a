//! A fleet in this process, reached over TCP, and accounts of the benchmark's own.

use anyhow::{Context, Result};
use host::{Options, Running};
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{RecordedRegistration, RegisterRequest};
use proto::azora::common::v1::Role;
use seed::{Target, said};
use shared::{id, random};
use tokio::task::JoinSet;
use tonic::transport::{Channel, Endpoint};

/// What everybody here logs in with.
pub const PASSWORD: &str = "three small rivers";

/// Starts the nine. Without a URL on the databases that the environment names: those of the benchmark alone.
pub async fn up(database_url: Option<String>) -> Result<Running> {
    let options = Options { port_base: Some(0), database_url, migrate: true, quick_stop: true };
    Ok(host::up(&options).await?)
}

/// A connection of its own to one of the nine.
pub async fn channel(running: &Running, service: &str) -> Result<Channel> {
    let endpoint = running.endpoints.iter().find(|endpoint| endpoint.name == service);
    let address = endpoint.with_context(|| format!("{service} does not answer"))?.address;
    Ok(Endpoint::from_shared(format!("http://{address}"))?.connect().await?)
}

/// An address that nobody has. All have the same length.
pub fn address() -> String {
    format!("{}@bench.example", random::hex::<8>())
}

/// Opens students' accounts, as facts from before, and gives their addresses. With an empty password nobody can log in.
pub async fn register(running: &Running, count: usize, password: &'static str, verified: bool) -> Result<Vec<String>> {
    let target = Target::of(running)?;
    let auth = AuthServiceClient::new(target.signed("auth", &target.as_service().await?)?);
    let addresses: Vec<String> = (0..count).map(|_| address()).collect();
    each(addresses, 4, move |email: String| {
        let mut auth = auth.clone();
        async move {
            let request = RegisterRequest {
                request_id: id::time_ordered().to_string(),
                email: email.clone(),
                password: password.to_owned(),
                name: "Thandi".to_owned(),
                role: Role::Student.into(),
                recorded: Some(RecordedRegistration { email_verified: verified }),
            };
            auth.register(request).await.map_err(said).context("registering")?;
            Ok(email)
        }
    })
    .await
}

/// Lets `callers` share out the items, each with one at a time in hand. The results come in any order.
pub async fn each<T, R, F, Fut>(items: Vec<T>, callers: usize, work: F) -> Result<Vec<R>>
where
    T: Clone + Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<R>> + Send,
{
    let share = items.len().div_ceil(callers).max(1);
    let mut tasks = JoinSet::new();
    for items in items.chunks(share) {
        let (items, work) = (items.to_vec(), work.clone());
        tasks.spawn(async move {
            let mut done = Vec::new();
            for item in items {
                done.push(work(item).await?);
            }
            Ok::<_, anyhow::Error>(done)
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}
