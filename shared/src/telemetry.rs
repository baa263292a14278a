//! Logs to stderr, traces to an OTLP endpoint if one is configured.

use std::io::IsTerminal;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{ConfigError, Shared};

/// Flushes what is still to be sent when it is dropped.
pub struct Telemetry(Option<SdkTracerProvider>);

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take()
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Starts logging and tracing. A second call in one process keeps the first.
///
/// # Errors
/// Levels or an endpoint that cannot be read.
pub fn start(name: &'static str, settings: &Shared) -> Result<Telemetry, ConfigError> {
    let levels =
        EnvFilter::try_new(&settings.log).map_err(|error| ConfigError(format!("log = {:?}: {error}", settings.log)))?;
    let json = match settings.log_format.as_str() {
        "json" => true,
        "text" => false,
        "auto" => !std::io::stderr().is_terminal(),
        other => return Err(ConfigError(format!("log_format must be json, text or auto, is {other:?}"))),
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if json { lines.json().flatten_event(true).boxed() } else { lines.boxed() };
    let provider = exporter(name, settings)?;
    let traces = provider.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("azora")));
    // In tests and in a fleet somebody else was first.
    let _first = tracing_subscriber::registry().with(levels).with(lines).with(traces).try_init();
    Ok(Telemetry(provider))
}

fn exporter(name: &'static str, settings: &Shared) -> Result<Option<SdkTracerProvider>, ConfigError> {
    if settings.otlp_endpoint.is_empty() {
        return Ok(None);
    }
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(&settings.otlp_endpoint)
        .build()
        .map_err(|error| ConfigError(format!("otlp_endpoint = {:?}: {error}", settings.otlp_endpoint)))?;
    let resource = Resource::builder().with_service_name(name).build();
    Ok(Some(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build()))
}
