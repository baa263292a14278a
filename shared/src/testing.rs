//! The test harness: a service on a database of its own, called through the generated client without a port. SQLite by
//! default; with `AZORA_TEST_POSTGRES=postgres://..` the same tests run on that server.

#![expect(clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "a test that cannot go on panics")]

pub mod bearer;
pub mod chance;
pub mod channel;
pub mod clock;
pub mod coverage;
mod database;
pub mod fault_proxy;
mod money;
pub mod outbox;
pub mod place;
pub(crate) mod plan;
pub mod replays;
mod signer;
mod size;

use std::path::Path;
use std::sync::Arc;

use prost::{Message, Name};
use proto::azora::common::v1::Role;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use tempfile::TempDir;
use toml::Table;
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

pub use crate::audit::Outcome;
pub use bearer::Bearer;
pub use chance::Chance;
pub use channel::TestChannel;
pub use clock::MovedClock;
pub use database::{postgres, url_for_a_process};
pub use money::{text, units};
pub use place::Place;
pub use size::size;

use crate::call::{Arrival, Call};
use crate::config::{self, Variables};
use crate::contract;
use crate::db::Database;
use crate::fleet::audit_entry;
use crate::id::UserId;
use crate::identity::Verifier;
use crate::keys::Keys;
use crate::origin::Origin;
use crate::server::{self, App};
use crate::service::Service;
use signer::Token;

/// A service under test.
pub struct TestService<S> {
    app: App,
    folder: Arc<TempDir>,
    overrides: Table,
    _service: std::marker::PhantomData<S>,
}

/// Somebody who calls it.
#[derive(Clone)]
pub struct TestUser {
    /// The user id.
    pub id: UserId,
    channel: TestChannel,
}

impl<S: Service> TestService<S> {
    /// Starts it on a fresh, migrated database.
    pub async fn start() -> Self {
        Self::with_settings("").await
    }

    /// Starts it with TOML laid over its defaults.
    pub async fn with_settings(settings: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let mut overrides: Table = settings.parse().expect("settings are TOML");
        overrides.insert("env".to_owned(), "test".into());
        overrides.insert("data_dir".to_owned(), folder.path().display().to_string().into());
        let database = database::fresh::<S>(folder.path()).await;
        Self::on(database, Keys::ephemeral(), folder, overrides).await
    }

    /// Another process of the same service, on the same database, with the same keys and settings.
    pub async fn beside(&self) -> Self {
        let door = &self.app.door;
        let database = database::again(door.database()).await;
        Self::on(database, door.keys().clone(), Arc::clone(&self.folder), self.overrides.clone()).await
    }

    /// The same service, ended and started again. Callers have to be asked for anew.
    pub async fn restarted(self) -> Self {
        let Self { app, folder, overrides, .. } = self;
        let (database, keys) = (database::again(app.door.database()).await, app.door.keys().clone());
        drop(app);
        Self::on(database, keys, folder, overrides).await
    }

    async fn on(database: Database, keys: Keys, folder: Arc<TempDir>, overrides: Table) -> Self {
        let settings = config::load::<S::Config>(S::NAME, S::DEFAULTS, &overrides, &Variables::default());
        let settings = settings.expect("settings that load");
        let identity = Arc::new(Verifier::new(None));
        signer::trusted_by(&identity);
        let app = server::assemble::<S>(settings, database, keys, identity).await.expect("it starts");
        Self { app, folder, overrides, _service: std::marker::PhantomData }
    }

    /// A student.
    #[must_use]
    pub fn student(&self, name: &str) -> TestUser {
        self.user(name, Role::Student)
    }

    /// An educator.
    #[must_use]
    pub fn educator(&self, name: &str) -> TestUser {
        self.user(name, Role::Educator)
    }

    /// An employer.
    #[must_use]
    pub fn employer(&self, name: &str) -> TestUser {
        self.user(name, Role::Employer)
    }

    /// A mediator.
    #[must_use]
    pub fn mediator(&self, name: &str) -> TestUser {
        self.user(name, Role::Mediator)
    }

    /// An administrator.
    #[must_use]
    pub fn admin(&self, name: &str) -> TestUser {
        self.user(name, Role::Admin)
    }

    /// Another service.
    #[must_use]
    pub fn service(&self, name: &str) -> TestUser {
        self.user(name, Role::Service)
    }

    /// Somebody with a token for `name` in `role`. The same name is the same user.
    #[must_use]
    pub fn user(&self, name: &str, role: Role) -> TestUser {
        let id = UserId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
        TestUser { id, channel: TestChannel::new(&self.app, Some(Token::of(id, role, name))) }
    }

    /// Somebody with a token of the test's own making.
    #[must_use]
    pub fn with_token(&self, id: UserId, token: &str) -> TestUser {
        TestUser { id, channel: TestChannel::new(&self.app, Some(Token::Given(token.to_owned()))) }
    }

    /// Somebody without a token.
    #[must_use]
    pub fn stranger(&self) -> TestUser {
        TestUser { id: UserId::default(), channel: TestChannel::new(&self.app, None) }
    }

    /// The database, for looking at what the API does not show.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        self.app.door.database().writer()
    }

    /// The same as the service reads it: beside whoever writes.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        self.app.door.read()
    }

    /// The service's key ring.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        self.app.door.keys()
    }

    /// The service's data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// The newest audit entry says this.
    pub async fn audit_ends_with(&self, action: &str, outcome: Outcome, actor: &TestUser) {
        let newest = audit_entry::Entity::find()
            .filter(audit_entry::Column::ActorId.eq(Uuid::from(actor.id)))
            .order_by_desc(audit_entry::Column::At)
            .order_by_desc(audit_entry::Column::Seq)
            .one(self.connection())
            .await
            .expect("readable")
            .expect("an entry of this actor");
        assert_eq!((newest.action.as_str(), newest.outcome.as_str()), (action, outcome.word()));
    }
}

impl TestUser {
    /// For the generated client: `MintServiceClient::new(alice.channel())`.
    #[must_use]
    pub fn channel(&self) -> TestChannel {
        self.channel.clone()
    }

    /// The same caller, from this address.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        let address = address.parse().expect("an address");
        Self { id: self.id, channel: self.channel.clone().at(address) }
    }
}

/// A call by nobody that brings this request, for what is judged without a service.
#[must_use]
pub fn call<M: Message + Name>(path: &str, request: M) -> Call {
    let method = contract::method(path).expect("an RPC of the contract");
    let mut request = Request::new(request);
    let arrival = Arrival { method, identity: None, keys: Keys::ephemeral(), origin: Origin::default() };
    request.extensions_mut().insert(arrival);
    Call::open::<M, M>(request).expect("a request in order").0
}

/// A fresh request id.
#[must_use]
pub fn new_id() -> String {
    crate::id::time_ordered().to_string()
}

/// It was refused with this code and reason, and the answer says which service refused.
pub fn assert_refused<T: std::fmt::Debug>(answer: &Result<Response<T>, Status>, code: Code, reason: &str) {
    let status = answer.as_ref().expect_err("should be refused");
    let info = status.get_error_details().error_info().cloned();
    assert_eq!((status.code(), reason_of(status).as_str()), (code, reason), "{}", status.message());
    assert!(info.is_some_and(|info| info.domain.split('.').nth(1) == Some("azora")), "no domain");
}

/// The reason of a refusal; empty if nobody gave one, as where the connection was lost.
#[must_use]
pub fn reason_of(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

/// It was refused as INVALID_ARGUMENT, naming exactly these fields.
pub fn assert_fields<T: std::fmt::Debug>(answer: &Result<Response<T>, Status>, paths: &[&str]) {
    let status = answer.as_ref().expect_err("should be refused");
    assert_eq!(status.code(), Code::InvalidArgument, "{}", status.message());
    let details = status.get_error_details();
    let mut named: Vec<&str> = details
        .bad_request()
        .map(|bad| bad.field_violations.iter().map(|one| one.field.as_str()).collect())
        .unwrap_or_default();
    named.sort_unstable();
    let mut expected = paths.to_vec();
    expected.sort_unstable();
    assert_eq!(named, expected, "{}", status.message());
}
