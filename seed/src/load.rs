//! The run as a whole, and what every service's part needs: identities, ids of rows made before, the report.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::data::Documented;
use crate::report::{Fate, Report};
use crate::target::{Target, Token};

mod accounts;
mod courses;
mod family;
mod jobs;
mod learning;
mod money;

/// What the three people of the demo log in with, outside production.
pub const DEMO_PASSWORD: &str = "Azora2025!";

/// How to load.
#[derive(Clone, Debug)]
pub struct Choices {
    /// What the three people log in with.
    pub password: String,
    /// Whether to show progress on stderr.
    pub progress: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self { password: DEMO_PASSWORD.to_owned(), progress: false }
    }
}

/// A run under way.
struct Loader<'a> {
    target: &'a Target,
    data: Documented,
    choices: &'a Choices,
    service: Token,
    people: BTreeMap<String, Token>,
    /// User ids by label.
    users: BTreeMap<String, String>,
    /// Course ids by label.
    courses: BTreeMap<String, String>,
    report: Report,
    bar: ProgressBar,
}

/// Loads everything and reads it back.
///
/// # Errors
/// The fleet refuses or does not answer; what was made until then stays, and the next run goes on.
pub async fn load(target: &Target, choices: &Choices) -> Result<Report> {
    let mut loader = Loader {
        target,
        data: Documented::read()?,
        choices,
        service: target.as_service().await?,
        people: BTreeMap::new(),
        users: BTreeMap::new(),
        courses: BTreeMap::new(),
        report: Report::default(),
        bar: bar(choices.progress),
    };
    accounts::load(&mut loader).await.context("loading accounts into auth")?;
    money::load(&mut loader).await.context("loading wallets into mint")?;
    courses::load(&mut loader).await.context("loading courses into education")?;
    jobs::load(&mut loader).await.context("loading jobs into forge")?;
    learning::load(&mut loader).await.context("loading sessions and paths into sapiens")?;
    family::check(&mut loader).await.context("reading the family")?;
    accounts::log_out(&mut loader).await.context("logging out")?;
    loader.bar.finish_and_clear();
    Ok(loader.report)
}

pub(crate) fn bar(shown: bool) -> ProgressBar {
    if !shown {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} rows, {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

impl Loader<'_> {
    /// The token of a person; logs in when it is first needed, so that a run without work opens no session.
    async fn person(&mut self, label: &str) -> Result<Token> {
        if let Some(token) = self.people.get(label) {
            return Ok(token.clone());
        }
        let person = self.data.people.get(label).with_context(|| format!("nobody is called {label}"))?;
        let token = self.target.log_in(&person.email, &self.choices.password).await?;
        self.people.insert(label.to_owned(), token.clone());
        Ok(token)
    }

    fn user(&self, label: &str) -> Result<String> {
        self.users.get(label).cloned().with_context(|| format!("no user id for {label}"))
    }

    /// Counts a documented record.
    fn record(&mut self, service: &'static str, category: &'static str, label: &str, fate: &Fate) {
        self.note(service, category, true, label, fate);
    }

    /// Counts a row nested in a record.
    fn nested(&mut self, service: &'static str, category: &'static str, label: &str, fate: &Fate) {
        self.note(service, category, false, label, fate);
    }

    fn note(&mut self, service: &'static str, category: &'static str, record: bool, label: &str, fate: &Fate) {
        self.report.note(service, category, record, label, fate);
        self.bar.inc(1);
        self.bar.set_message(format!("{service}: {category}"));
    }
}

/// Unchanged, or the first field whose value is not the documented one.
fn compare(fields: &[(&str, bool)]) -> Fate {
    match fields.iter().find(|(_, same)| !same) {
        None => Fate::Unchanged,
        Some((field, _)) => Fate::Differs((*field).to_owned()),
    }
}
