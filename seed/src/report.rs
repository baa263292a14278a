//! What was loaded: a table for people, one JSON object for programs.

use std::fmt;

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

/// What became of one documented row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was missing and is there now.
    Created,
    /// It was there, as documented.
    Unchanged,
    /// It is there, but somebody has changed this field; it was left alone.
    Differs(String),
}

/// One kind of row of one service.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    /// `mint`.
    pub service: &'static str,
    /// `wallets`.
    pub category: &'static str,
    /// Whether these are documented records themselves, or rows nested in one.
    pub records: bool,
    /// Made by this run.
    pub created: usize,
    /// There before.
    pub unchanged: usize,
    /// There, but not as documented: label and field.
    pub differs: Vec<String>,
}

/// All of them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// A line per kind of row.
    pub lines: Vec<Line>,
}

impl Line {
    /// Rows in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.created + self.unchanged + self.differs.len()
    }
}

impl Report {
    /// Counts one row.
    pub fn note(&mut self, service: &'static str, category: &'static str, records: bool, label: &str, fate: &Fate) {
        let found = self.lines.iter().position(|line| (line.service, line.category) == (service, category));
        let index = found.unwrap_or_else(|| {
            self.lines.push(Line { service, category, records, ..Line::default() });
            self.lines.len() - 1
        });
        let line = &mut self.lines[index];
        match fate {
            Fate::Created => line.created += 1,
            Fate::Unchanged => line.unchanged += 1,
            Fate::Differs(field) => line.differs.push(format!("{label}: {field}")),
        }
    }

    /// Made by this run.
    #[must_use]
    pub fn created(&self) -> usize {
        self.lines.iter().map(|line| line.created).sum()
    }

    /// There before, as documented.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.lines.iter().map(|line| line.unchanged).sum()
    }

    /// There, but changed by somebody.
    #[must_use]
    pub fn differs(&self) -> usize {
        self.lines.iter().map(|line| line.differs.len()).sum()
    }

    /// Documented records, without the rows nested in them.
    #[must_use]
    pub fn records(&self) -> usize {
        self.lines.iter().filter(|line| line.records).map(Line::total).sum()
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.lines.iter().map(Line::total).sum()
    }

    /// One object for programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "records": self.records(), "rows": self.rows(), "created": self.created(),
            "unchanged": self.unchanged(), "differs": self.differs(), "lines": self.lines,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(["service", "rows", "created", "unchanged", "differs", "total"]);
        for line in &self.lines {
            let counts =
                [line.created, line.unchanged, line.differs.len(), line.total()].map(|count| count.to_string());
            table.add_row([vec![line.service.to_owned(), line.category.to_owned()], counts.to_vec()].concat());
        }
        for column in table.column_iter_mut().skip(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(f, "{table}")?;
        for line in &self.lines {
            for what in &line.differs {
                writeln!(f, "differs, left alone: {} {what}", line.category)?;
            }
        }
        write!(
            f,
            "{} documented records, {} rows: created {}, unchanged {}",
            self.records(),
            self.rows(),
            self.created(),
            self.unchanged()
        )
    }
}
