//! Calls arrive at a collector under the id that callers are given.

use std::process::Stdio;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use proto::azora::family::v1::ListMembersRequest;
use proto::azora::family::v1::family_service_client::FamilyServiceClient;
use shared::testing::Place;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::operator::fleet;
use crate::seeded::Fleet;

/// A collector that hands on the trace id of each span of one name.
struct Collector {
    name: &'static str,
    seen: mpsc::UnboundedSender<String>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans.into_iter();
        let spans = resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans);
        for span in spans.filter(|span| span.name == self.name) {
            let trace = shared::random::to_hex(&span.trace_id);
            self.seen.send(trace).expect("the test waits for it");
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tokio::test]
async fn a_call_is_found_at_the_collector_by_the_id_in_its_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    let (seen, mut spans) = mpsc::unbounded_channel();
    let collector = Collector { name: "azora.family.v1.FamilyService/ListMembers", seen };
    let server = Server::builder().add_service(TraceServiceServer::new(collector));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));

    let place = Place::new().await;
    let mut command = fleet(&place, &["up", "--migrate", "--port-base", "0"]);
    command.env("AZORA_OTLP_ENDPOINT", endpoint).env("AZORA_LOG", "info").env("OTEL_BSP_SCHEDULE_DELAY", "50");
    let running = Fleet::started(command.stderr(Stdio::null()));
    let answer = FamilyServiceClient::new(running.channel("family")).list_members(ListMembersRequest::default()).await;
    let answer = answer.expect("open to all");
    let trace = answer.metadata().get("x-trace-id").expect("a trace id").to_str().expect("text").to_owned();

    let exported = tokio::time::timeout(Duration::from_secs(20), spans.recv()).await.expect("in time");
    assert_eq!(exported, Some(trace));
}
