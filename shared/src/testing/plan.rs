//! Every list that a test asks for is explained by SQLite on the way: one that reads a whole table lacks an index.

use sea_orm::sea_query::{Order, SqliteQueryBuilder};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Identity, QueryTrait, Select, Statement};

use crate::contract::Method;
use crate::db;

/// Panics if the list is found by reading a whole table. Postgres is not asked: on the few rows of a test it rightly
/// reads them all, and its indexes are the same.
pub async fn uses_an_index<E: EntityTrait>(
    db: &impl ConnectionTrait,
    method: &Method,
    list: &Select<E>,
    columns: &Identity,
    order: &Order,
) {
    if db::backend(db) == DbBackend::Postgres {
        return;
    }
    let mut query = list.clone().into_query();
    for column in columns.iter() {
        query.order_by((E::default(), column.clone()), order.clone());
    }
    let (sql, values) = query.limit(51).build(SqliteQueryBuilder);
    let explain = Statement::from_sql_and_values(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {sql}"), values);
    let plan = db.query_all_raw(explain).await.expect("a plan");
    let steps: Vec<String> = plan.iter().map(|row| row.try_get("", "detail").expect("text")).collect();
    let scans = |step: &String| step.starts_with("SCAN ") && !step.contains(" USING ");
    assert!(!steps.iter().any(scans), "{} reads a whole table: {steps:?}", method.name);
}
