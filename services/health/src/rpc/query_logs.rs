//! Finds log lines, newest first.

use proto::Vocabulary;
use proto::azora::health::v1::{LogLevel, QueryLogsRequest, QueryLogsResponse};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;
use shared::search::containing;
use shared::word::Word;

use crate::Health;
use crate::entity::log;

pub struct QueryLogs {
    levels: Option<Vec<Word<LogLevel>>>,
    service: Option<String>,
    text: Option<String>,
    since: Option<Time>,
    until: Option<Time>,
}

impl TryFrom<QueryLogsRequest> for QueryLogs {
    type Error = Error;

    fn try_from(request: QueryLogsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let (since, until) = fields.period("since", request.since.as_ref(), "until", request.until.as_ref());
        let input = Self {
            levels: fields.optional_word::<LogLevel>("min_level", request.min_level).map(at_least),
            service: fields.optional_text("service", &request.service, 2..=40),
            text: fields.optional_text("text", &request.text, 1..=200),
            since,
            until,
        };
        fields.finish(input)
    }
}

fn at_least(least: Word<LogLevel>) -> Vec<Word<LogLevel>> {
    words().filter(|level| level.number() >= least.number()).collect()
}

fn words() -> impl Iterator<Item = Word<LogLevel>> {
    fn all<E: Vocabulary>() -> impl Iterator<Item = Word<E>> {
        E::iter().skip(1).map(Word)
    }
    all::<LogLevel>()
}

/// Lines with this text, in any case. `lower` of a database may know ASCII only, so the text as it stands counts too.
fn contains(text: &str) -> Condition {
    let folded = Func::lower(Expr::col(log::Column::Message));
    Condition::any()
        .add(Expr::expr(folded).like(containing(&text.to_lowercase())))
        .add(log::Column::Message.like(containing(text)))
}

pub async fn run(health: &Health, call: &Call, input: QueryLogs) -> Result<QueryLogsResponse> {
    let mut lines = log::Entity::find();
    if let Some(levels) = input.levels {
        lines = lines.filter(log::Column::Level.is_in(levels));
    }
    if let Some(service) = input.service {
        lines = lines.filter(log::Column::Service.eq(service));
    }
    if let Some(text) = input.text {
        lines = lines.filter(contains(&text));
    }
    if let Some(since) = input.since {
        lines = lines.filter(log::Column::LoggedAt.gte(since));
    }
    if let Some(until) = input.until {
        lines = lines.filter(log::Column::LoggedAt.lt(until));
    }
    let page = page::newest(health.work.read(), call, lines, log::Column::LoggedAt, log::Column::Id).await?;
    Ok(QueryLogsResponse { lines: page.rows.into_iter().map(Into::into).collect(), next_page_token: page.next })
}
