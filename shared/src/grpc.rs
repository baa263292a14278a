//! The services that every port answers besides its own: audit, operations, reflection.

use tonic::service::Routes;
use tonic_reflection::server::Builder;

use crate::contract;
use crate::migrate::Migrator;
use crate::work::Door;

mod audit_service;
mod ops_service;

use audit_service::AuditDesk;
use ops_service::OpsDesk;
use proto::azora::audit::v1::audit_service_server::AuditServiceServer;
use proto::azora::ops::v1::ops_service_server::OpsServiceServer;

/// What GetServiceInfo tells.
pub struct Info {
    /// `mint`.
    pub name: &'static str,
    /// Knows the schema.
    pub migrator: Migrator,
    /// When the process began to serve.
    pub started: crate::clock::Time,
}

/// The names that the probe answers to: the server as a whole, the service, and the two of this module.
pub fn service_names(name: &str) -> Vec<String> {
    let own = contract::POOL.services().map(|service| service.full_name().to_owned());
    let shown = own.filter(|service| {
        [format!("azora.{name}."), "azora.audit.".to_owned(), "azora.ops.".to_owned()]
            .iter()
            .any(|it| service.starts_with(it))
    });
    std::iter::once(String::new()).chain(shown).collect()
}

/// Adds them to a service's own routes.
#[must_use]
pub fn add(routes: Routes, door: &Door, info: Info, bytes_max: usize) -> Routes {
    let names = service_names(info.name);
    let audit = AuditServiceServer::new(AuditDesk { work: door.clone() }).max_decoding_message_size(bytes_max);
    let ops = OpsServiceServer::new(OpsDesk { info }).max_decoding_message_size(bytes_max);
    let routes = routes.add_service(audit).add_service(ops);
    with_reflection(routes, &names)
}

/// Both versions of reflection: older clients only know v1alpha.
fn with_reflection(routes: Routes, names: &[String]) -> Routes {
    let builder = || {
        let builder = Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
            // Without these a client that knows only reflection shows error details as raw bytes.
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .with_service_name("grpc.health.v1.Health");
        names.iter().filter(|name| !name.is_empty()).fold(builder, Builder::with_service_name)
    };
    // The descriptors are compiled in and a test serves them: an error here cannot depend on anything at run time.
    match (builder().build_v1(), builder().build_v1alpha()) {
        (Ok(v1), Ok(v1alpha)) => routes.add_service(v1).add_service(v1alpha),
        (v1, v1alpha) => {
            tracing::error!(v1 = ?v1.err(), v1alpha = ?v1alpha.err(), "no reflection");
            routes
        }
    }
}
