//! `docker-compose.yml` against what the services are told: no engine is needed to find a setting that they refuse.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_yaml_ng::Value;
use shared::config::{self, PORTS, Variables};
use shared::service::Service;
use toml::Table;

#[derive(Deserialize)]
struct Compose {
    services: BTreeMap<String, Container>,
}

#[derive(Deserialize)]
struct Container {
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    command: Option<Vec<String>>,
    #[serde(default)]
    ports: Vec<String>,
    #[serde(default)]
    depends_on: BTreeMap<String, Condition>,
}

#[derive(Deserialize)]
struct Condition {
    condition: String,
}

/// What the container of a service would read, with the secrets in a folder of this test.
fn settings<S: Service>(compose: &Compose, container: &str, secrets: &Path) -> config::Shared {
    let environment = &compose.services[container].environment;
    let secrets = format!("{}/", secrets.display());
    let variables: Vec<(&str, String)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.replace("/run/secrets/", &secrets))).collect();
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let loaded = config::load::<S::Config>(S::NAME, S::DEFAULTS, &Table::new(), &Variables::of(&variables));
    loaded.unwrap_or_else(|error| panic!("{container}: {error}")).shared
}

fn check<S: Service>(compose: &Compose, secrets: &Path) {
    let port = PORTS.iter().find(|(name, _)| *name == S::NAME).map(|(_, port)| *port).expect("one of the nine");
    let serve = settings::<S>(compose, S::NAME, secrets);
    assert_eq!(serve.listen, format!("0.0.0.0:{port}"));
    assert_eq!(serve.auth_url, "http://auth:50051");
    let own_key = if S::NAME == "auth" { String::new() } else { format!("azk_{}_1", S::NAME) };
    assert_eq!(serve.service_key.expose(), own_key);
    assert_eq!(serve.database_url, format!("postgres://azora:secret@postgres:5432/azora_{}", S::NAME));
    assert_eq!(compose.services[S::NAME].ports, [format!("127.0.0.1:{port}:{port}")]);

    let job = format!("{}-migrate", S::NAME);
    let migrate = settings::<S>(compose, &job, secrets);
    assert_eq!(migrate.database_url, serve.database_url);
    assert_eq!(compose.services[&job].command.as_deref(), Some(&["migrate".to_owned(), "up".to_owned()][..]));
    let waits = &compose.services[S::NAME].depends_on[&job];
    assert_eq!(waits.condition, "service_completed_successfully");
}

#[test]
fn every_service_and_its_migration_understand_what_compose_tells_them() {
    let text = include_str!("../../../docker-compose.yml");
    let mut document: Value = serde_yaml_ng::from_str(text).expect("docker-compose.yml is YAML");
    document.apply_merge().expect("its anchors fit");
    let compose: Compose = serde_yaml_ng::from_value(document).expect("it has the usual form");
    let secrets = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(secrets.path().join("database_url"), "postgres://azora:secret@postgres:5432/\n").expect("written");
    std::fs::write(secrets.path().join("service_keys"), "[keys]\n").expect("written");
    for (service, _) in &PORTS[1..] {
        std::fs::write(secrets.path().join(format!("{service}_key")), format!("azk_{service}_1\n")).expect("written");
    }
    check::<auth::Auth>(&compose, secrets.path());
    check::<education::Education>(&compose, secrets.path());
    check::<mint::Mint>(&compose, secrets.path());
    check::<forge::Forge>(&compose, secrets.path());
    check::<sapiens::Sapiens>(&compose, secrets.path());
    check::<nexus::Nexus>(&compose, secrets.path());
    check::<family::Family>(&compose, secrets.path());
    check::<notifications::Notifications>(&compose, secrets.path());
    check::<health::Health>(&compose, secrets.path());
    assert_eq!(compose.services.len(), 2 * PORTS.len() + 1, "the nine, their migrations, and Postgres");
}
