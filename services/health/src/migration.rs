//! The steps of health's schema, in order. An applied step is never edited; the next one mends it.

use shared::migrate::Step;

mod m0001_logs;
mod m0002_constitutional_logs;
mod m0003_services;
mod m0004_alerts;
mod m0005_compliance_rules;
mod m0006_job_runs;
mod m0007_witnessed_checkpoints;

pub fn steps() -> Vec<Step> {
    vec![
        Step::new(m0001_logs::Step, include_str!("migration/m0001_logs.rs")),
        Step::new(m0002_constitutional_logs::Step, include_str!("migration/m0002_constitutional_logs.rs")),
        Step::new(m0003_services::Step, include_str!("migration/m0003_services.rs")),
        Step::new(m0004_alerts::Step, include_str!("migration/m0004_alerts.rs")),
        Step::new(m0005_compliance_rules::Step, include_str!("migration/m0005_compliance_rules.rs")),
        Step::new(m0006_job_runs::Step, include_str!("migration/m0006_job_runs.rs")),
        Step::new(m0007_witnessed_checkpoints::Step, include_str!("migration/m0007_witnessed_checkpoints.rs")),
    ]
}
