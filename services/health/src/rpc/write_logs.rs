//! Stores a batch of log lines. One bad line does not cost the others.

use std::ops::RangeInclusive;
use std::time::Duration;

use proto::azora::health::v1::{LogLevel, NewLogLine, RejectedLine, WriteLogsRequest, WriteLogsResponse};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::json::{self, Json};
use shared::word::Word;
use unicode_normalization::UnicodeNormalization;

use crate::Health;
use crate::entity::log;
use crate::id::LogId;
use crate::redaction;

const LINES_MAX: usize = 1000;
const MESSAGE_MAX: usize = 8000;
const METADATA_MAX: usize = 16 * 1024;
/// A clock may be this far ahead of ours.
const AHEAD_MAX: Duration = Duration::from_mins(5);
/// The seconds of the years 1 to 9999, which both databases can hold.
const MOMENTS: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// What stands at the end of a message that was cut.
const CUT: &str = " [cut]";
/// Rows per statement: SQLite binds at most 32766 values.
const CHUNK: usize = 500;

pub struct WriteLogs {
    lines: Vec<NewLogLine>,
}

impl TryFrom<WriteLogsRequest> for WriteLogs {
    type Error = Error;

    fn try_from(request: WriteLogsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        fields.number("lines", request.lines.len(), 1..=LINES_MAX);
        fields.finish(Self { lines: request.lines })
    }
}

pub async fn run(health: &Health, call: &Call, input: WriteLogs) -> Result<WriteLogsResponse> {
    health
        .work
        .mutate(call, async |work| {
            let service = call.service_name().unwrap_or_default();
            let mut rows = Vec::new();
            let mut rejected = Vec::new();
            for (index, line) in (0i32..).zip(&input.lines) {
                match row(line, service, call.now()) {
                    Ok(row) => rows.push(row),
                    Err(reason) => rejected.push(RejectedLine { index, reason: reason.to_owned() }),
                }
            }
            let accepted = i32::try_from(rows.len()).unwrap_or(i32::MAX);
            while !rows.is_empty() {
                let rest = rows.split_off(rows.len().min(CHUNK));
                log::Entity::insert_many(rows).exec_without_returning(&work.tx).await?;
                rows = rest;
            }
            let answer = WriteLogsResponse { accepted, rejected };
            work.audit(&service, &answer)?;
            Ok(answer)
        })
        .await
}

fn row(line: &NewLogLine, service: &str, now: Time) -> Result<log::ActiveModel, &'static str> {
    let level = LogLevel::try_from(line.level).ok().filter(|level| *level != LogLevel::Unspecified);
    let level = level.ok_or("level must be one of DEBUG, INFO, WARN, ERROR, FATAL")?;
    // Other control characters could forge a line where logs are read on a terminal.
    let kept: String = line.message.nfc().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let message = kept.trim();
    if message.is_empty() {
        return Err("message is required");
    }
    let trace = &line.trace_id;
    if !trace.is_empty() && (trace.len() != 32 || !trace.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err("trace_id must have 32 hex digits");
    }
    let logged_at = match line.logged_at {
        None => now,
        Some(at) => Some(at)
            .filter(|at| MOMENTS.contains(&at.seconds))
            .and_then(clock::from_proto)
            .ok_or("logged_at must be a moment between the years 1 and 9999")?,
    };
    if logged_at > now + AHEAD_MAX {
        return Err("logged_at is more than 5 minutes ahead");
    }
    let metadata = line.metadata.clone().map(json::from_struct);
    if metadata.as_ref().is_some_and(|document| document.to_string().len() > METADATA_MAX) {
        return Err("metadata has more than 16384 bytes");
    }
    if metadata.as_ref().is_some_and(holds_nul) {
        return Err("metadata must not contain the character U+0000");
    }
    Ok(log::ActiveModel {
        id: Set(LogId::new()),
        level: Set(Word(level)),
        service: Set(service.to_owned()),
        message: Set(cut(message)),
        trace_id: Set((!trace.is_empty()).then(|| trace.to_lowercase())),
        metadata: Set(metadata.map(redaction::redacted)),
        logged_at: Set(logged_at),
        created_at: Set(now),
    })
}

/// Postgres keeps no document with it, and one such line would cost the whole batch.
fn holds_nul(document: &Json) -> bool {
    match document {
        Json::String(text) => text.contains('\0'),
        Json::Array(list) => list.iter().any(holds_nul),
        Json::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

fn cut(message: &str) -> String {
    if message.chars().count() <= MESSAGE_MAX {
        return message.to_owned();
    }
    message.chars().take(MESSAGE_MAX - CUT.len()).chain(CUT.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_to_what_the_column_holds_and_marked() {
        let cut = cut(&"é".repeat(MESSAGE_MAX + 1));
        assert_eq!(cut.chars().count(), MESSAGE_MAX);
        assert!(cut.ends_with(CUT));
    }
}
