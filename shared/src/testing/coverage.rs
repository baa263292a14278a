//! What the fleet promises of every service, checked from the descriptors and the schema: no list to keep.

use std::path::Path;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sea_orm::{EntityTrait, Iden, Iterable, PaginatorTrait};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Service as _, ServiceExt};

use super::{TestService, database};
use crate::config::Variables;
use crate::contract;
use crate::migrate::Target;
use crate::migrate::catalogue;
use crate::server;
use crate::service::Service;

/// Every RPC has an access option, a test file that calls it, and is closed to strangers unless it is public; every
/// change takes a `request_id` or hands out a secret.
pub async fn contract<S: Service>(crate_folder: &str) {
    let service = TestService::<S>::start().await;
    let mut routes = service.app.in_process();
    let methods = contract::methods_of(S::NAME);
    assert!(!methods.is_empty(), "{} has no RPC", S::NAME);
    for method in methods {
        assert!(method.access.is_some(), "{} has no access option", method.path);
        let file = Path::new(crate_folder).join("tests/api").join(format!("{}.rs", method.file_name()));
        let test = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            test.contains(&format!(".{}(", method.file_name())),
            "{} does not call {}",
            file.display(),
            method.name
        );
        if method.mutates && method.request_id.is_none() {
            let secret = |name: &str| name.contains("token") || ["key", "secret", "recovery_codes"].contains(&name);
            let secret = method.output.fields().any(|field| secret(field.name()));
            assert!(secret, "{} changes something, but takes no request_id", method.path);
        }
        if method.is_public() {
            continue;
        }
        let mut request =
            Request::post(&method.path).body(Body::new(Full::new(Bytes::from_static(&[0; 5])))).expect("a request");
        request.headers_mut().insert("content-type", "application/grpc".parse().expect("a header"));
        let answer = routes.ready().await.expect("infallible").call(request).await.expect("infallible");
        let code = Status::from_header_map(answer.headers()).map(|status| status.code());
        assert_eq!(code, Some(Code::Unauthenticated), "{} lets a stranger in", method.path);
    }
}

/// Up, down to nothing, up again gives one schema; it is the one pinned in `schema/`; every foreign key has an index.
pub async fn schema<S: Service>(crate_folder: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = database::bare::<S>(folder.path()).await;
    let migrator = server::migrator::<S>(&database);
    let all = migrator.up(None).await.expect("up").len();
    let before = catalogue::schema_text(database.writer()).await.expect("readable");
    let steps = u32::try_from(all).expect("a handful");
    migrator.down(Target::Steps(steps)).await.expect("down");
    let nothing = catalogue::tables(database.writer()).await.expect("readable");
    assert!(nothing.is_empty(), "down leaves {:?}", nothing.iter().map(|table| &table.name).collect::<Vec<_>>());
    migrator.up(None).await.expect("up again");
    let after = catalogue::schema_text(database.writer()).await.expect("readable");
    assert_same_text(&before, &after, "up, down, up gives another schema");

    let backend = if database.file.is_some() { "sqlite" } else { "postgres" };
    let pinned = Path::new(crate_folder).join(format!("schema/{backend}.txt"));
    if Variables::read().get("AZORA_PIN_SCHEMA").is_some() {
        std::fs::create_dir_all(pinned.parent().expect("a folder")).expect("a folder");
        std::fs::write(&pinned, &after).expect("written");
    }
    let expected = std::fs::read_to_string(&pinned).unwrap_or_default();
    assert_same_text(&expected, &after, &format!("{} is not what the steps build; see CONTRIBUTING", pinned.display()));

    for table in catalogue::tables(database.writer()).await.expect("readable") {
        for key in &table.foreign_keys {
            // The first column is enough: what else the key has is looked at in the few rows that it finds.
            let indexed = table.indexes.iter().any(|index| index.first() == key.first());
            assert!(indexed, "{} has no index for its foreign key {key:?}", table.name);
        }
    }
}

/// Shows the first line in which two long texts differ.
fn assert_same_text(expected: &str, given: &str, message: &str) {
    if expected != given {
        let differs = expected.lines().zip(given.lines()).find(|(expected, given)| expected != given);
        panic!("{message}; first difference: {differs:?}");
    }
}

/// An entity has exactly the columns of its table, and selects.
pub async fn entity<E>(service: &TestService<impl Service>)
where
    E: EntityTrait,
    E::Model: Sync + Send,
    for<'a> sea_orm::Select<E>: PaginatorTrait<'a, sea_orm::DatabaseConnection>,
{
    let name = E::default().table_name().to_owned();
    let tables = catalogue::tables(service.connection()).await.expect("readable");
    let table = tables.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("no table {name}"));
    let mut real: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let mut ours: Vec<String> = E::Column::iter().map(|column| column.to_string()).collect();
    real.sort();
    ours.sort();
    assert_eq!(ours, real, "the entity of {name}");
    E::find().one(service.connection()).await.unwrap_or_else(|error| panic!("{name} does not select: {error}"));
}
