//! Many rows in one statement. On Postgres each column is one array, so that the text is the same however many rows there
//! are, but for columns that have nothing in any of them, and the server plans it once (`bulk/arrays.rs`). SQLite has no
//! arrays, and binds values by the thousand; it takes whole rows also where a few columns change.

use futures_util::future::join;
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, ValueType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, IdenStatic,
    Iterable, PrimaryKeyToColumn, QueryFilter, QueryTrait, Statement, Value,
};
use tokio::sync::mpsc;
use tokio::task::yield_now;

use self::arrays::{Arrays, Column};
use super::backend;

mod arrays;

/// SQLite's own limit of bound values in one statement.
const SQLITE_VALUES_MAX: usize = 32_766;
/// Rows that are asked for in one statement: SQLite's expressions are at most 1,000 deep.
const SQLITE_KEYS_MAX: usize = 400;

/// Statements that follow each other, to be put together when their turn comes.
#[derive(Default)]
pub struct Writes<'a>(Vec<Later<'a>>);

/// Puts statements together.
type Later<'a> = Box<dyn FnOnce(DbBackend) -> Result<Vec<Write>, DbErr> + Send + 'a>;

/// What is said where a row is no longer what was read: somebody else was faster, and the work may be done anew.
pub const MOVED: &str = "a row is no longer what was read";

/// One statement.
struct Write {
    statement: Statement,
    /// How many rows it has to meet, and what is wrong if it does not.
    rows: Option<(u64, &'static str)>,
}

impl<'a> Writes<'a> {
    /// Rows to be inserted.
    #[must_use]
    pub fn of<A: ActiveModelTrait + Send + 'a>(rows: Vec<A>) -> Self {
        let mut writes = Self::default();
        writes.insert(rows);
        writes
    }

    /// Inserts rows. Columns that the first of them leaves open have their defaults.
    pub fn insert<A>(&mut self, rows: Vec<A>)
    where
        A: ActiveModelTrait + Send + 'a,
    {
        if !rows.is_empty() {
            self.0.push(Box::new(|backend| inserting(backend, rows)));
        }
    }

    /// Writes these columns of rows that are there, each found by its primary key.
    pub fn update<A>(&mut self, rows: Vec<A>, changed: &'static [<A::Entity as EntityTrait>::Column])
    where
        A: ActiveModelTrait + Send + 'a,
    {
        if !rows.is_empty() {
            self.0.push(Box::new(|backend| updating(backend, rows, changed, None)));
        }
    }

    /// The same of rows that were read without a lock: a column has to say still what it said then. On SQLite whoever writes
    /// is alone, from reading on.
    pub fn update_unmoved<A>(
        &mut self,
        rows: Vec<A>,
        changed: &'static [<A::Entity as EntityTrait>::Column],
        column: <A::Entity as EntityTrait>::Column,
        said: Vec<Value>,
    ) where
        A: ActiveModelTrait + Send + 'a,
    {
        if !rows.is_empty() {
            self.0.push(Box::new(move |backend| updating(backend, rows, changed, Some((column, said)))));
        }
    }

    /// Writes it all.
    ///
    /// # Errors
    /// Whatever the database refuses, or a row to be changed that is not there.
    pub async fn run(self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        let (line, pending) = line(db);
        let put_together = async {
            let line = line;
            line.put(self).await
        };
        let (done, put) = join(pending.run(db), put_together).await;
        done.and(put)
    }
}

/// Statements that are ready before their turn, at most.
const READY: usize = 16;

/// Takes statements in the order of their turn. While the database is busy with one, the next are put together.
pub struct Line {
    backend: DbBackend,
    ready: mpsc::Sender<Write>,
}

/// Carries them out.
pub struct Pending(mpsc::Receiver<Write>);

/// A line for one connection, and what carries out what stands in it, until the line is gone: both at the same time.
pub fn line(db: &impl ConnectionTrait) -> (Line, Pending) {
    let (ready, waiting) = mpsc::channel(READY);
    (Line { backend: backend(db), ready }, Pending(waiting))
}

impl Line {
    /// Adds statements. Once one has failed, which the other end tells, they come to nothing.
    ///
    /// # Errors
    /// Rows of which no statement can be made.
    pub async fn put(&self, writes: Writes<'_>) -> Result<(), DbErr> {
        for later in writes.0 {
            for write in later(self.backend)? {
                let _failed_before = self.ready.send(write).await;
            }
            yield_now().await;
        }
        Ok(())
    }
}

impl Pending {
    /// Carries out what stands in the line.
    ///
    /// # Errors
    /// Whatever the database refuses, or a row to be changed that is not there.
    pub async fn run(mut self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        while let Some(Write { statement, rows }) = self.0.recv().await {
            let done = db.execute_raw(statement).await?;
            if let Some((_, wrong)) = rows.filter(|(rows, _)| *rows != done.rows_affected()) {
                return Err(DbErr::Custom(wrong.to_owned()));
            }
        }
        Ok(())
    }
}

/// Inserts rows. Columns that the first of them leaves open have their defaults.
///
/// # Errors
/// Whatever the database refuses: then none of them is there.
pub async fn insert<A>(db: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
{
    Writes::of(rows).run(db).await
}

/// Writes these columns of rows that are there, each found by its primary key.
///
/// # Errors
/// Whatever the database refuses, or a row that is not there: then none of them has changed.
pub async fn update<A>(
    db: &impl ConnectionTrait,
    rows: Vec<A>,
    changed: &'static [<A::Entity as EntityTrait>::Column],
) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
{
    let mut writes = Writes::default();
    writes.update(rows, changed);
    writes.run(db).await
}

fn inserting<A: ActiveModelTrait>(backend: DbBackend, rows: Vec<A>) -> Result<Vec<Write>, DbErr> {
    if backend == DbBackend::Sqlite {
        let text = |some| A::Entity::insert_many(some).build(backend);
        return Ok(in_parts(rows, text));
    }
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let given: Vec<_> = columns::<A>().filter(|column| !first.get(*column).is_not_set()).collect();
    let arrays = Arrays::of(rows, &given, &key_of::<A>())?;
    let table = A::Entity::default().table_name();
    let names = quoted(&given).join(", ");
    let text =
        format!("INSERT INTO \"{table}\" ({names}) SELECT {} FROM {}", arrays.selected.join(", "), arrays.from());
    Ok(vec![Write { statement: Statement::from_sql_and_values(backend, text, arrays.values), rows: None }])
}

fn updating<A: ActiveModelTrait>(
    backend: DbBackend,
    rows: Vec<A>,
    changed: &[<A::Entity as EntityTrait>::Column],
    unmoved: Option<(<A::Entity as EntityTrait>::Column, Vec<Value>)>,
) -> Result<Vec<Write>, DbErr> {
    let keys = key_of::<A>();
    if backend == DbBackend::Sqlite {
        let known = OnConflict::columns(keys).update_columns(changed.iter().copied()).to_owned();
        return Ok(in_parts(rows, |some| A::Entity::insert_many(some).on_conflict(known.clone()).build(backend)));
    }
    let sent: Vec<_> = keys.iter().chain(changed).copied().collect();
    let count = rows.len() as u64;
    let mut arrays = Arrays::of(rows, &sent, &keys)?;
    let mut found = same_key(&keys);
    let wrong = if unmoved.is_some() { MOVED } else { "a row to be changed is not there" };
    if let Some((column, said)) = unmoved {
        arrays.push(&format!("{} was", column.as_str()), Column { nullable: false, whole: true }, said)?;
        found = format!("{found} AND old.\"{0}\" = new.\"{0} was\"", column.as_str());
    }
    let set = changed.iter().zip(&arrays.selected[keys.len()..]);
    let set: Vec<String> = set.map(|(column, value)| format!("\"{}\" = {value}", column.as_str())).collect();
    let table = A::Entity::default().table_name();
    let text = format!("UPDATE \"{table}\" AS old SET {} FROM {} WHERE {found}", set.join(", "), arrays.from());
    let statement = Statement::from_sql_and_values(backend, text, arrays.values);
    Ok(vec![Write { statement, rows: Some((count, wrong)) }])
}

/// As many rows in each statement as SQLite binds values of.
fn in_parts<A: ActiveModelTrait>(rows: Vec<A>, text: impl Fn(Vec<A>) -> Statement) -> Vec<Write> {
    let most = SQLITE_VALUES_MAX / columns::<A>().count();
    let mut rows = rows.into_iter().peekable();
    let mut writes = Vec::new();
    while rows.peek().is_some() {
        writes.push(Write { statement: text(rows.by_ref().take(most).collect()), rows: None });
    }
    writes
}

/// The rows with these primary keys, in no order; those that are not there are left out.
///
/// # Errors
/// Whatever the database refuses.
pub async fn find<A: ActiveModelTrait>(db: &impl ConnectionTrait, keys: Vec<A>) -> Result<Vec<ModelOf<A>>, DbErr> {
    select(db, keys, &key_of::<A>()).await
}

/// The rows that have the same in these columns as one of those given, in no order.
///
/// # Errors
/// Whatever the database refuses.
pub async fn matching<A: ActiveModelTrait>(
    db: &impl ConnectionTrait,
    rows: Vec<A>,
    columns: &[<A::Entity as EntityTrait>::Column],
) -> Result<Vec<ModelOf<A>>, DbErr> {
    select(db, rows, columns).await
}

/// Whether a column has one of these values, in the same text however many they are.
pub fn among<V>(db: &impl ConnectionTrait, column: impl ColumnTrait, values: Vec<V>) -> Expr
where
    V: Into<Value> + ValueType,
{
    if backend(db) == DbBackend::Sqlite {
        return column.is_in(values);
    }
    let values = values.into_iter().map(Into::into).collect();
    column.into_expr().eq(PgFunc::any(Expr::val(Value::Array(V::array_type(), Some(Box::new(values))))))
}

type ModelOf<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Model;

async fn select<A: ActiveModelTrait>(
    db: &impl ConnectionTrait,
    keys: Vec<A>,
    key: &[<A::Entity as EntityTrait>::Column],
) -> Result<Vec<ModelOf<A>>, DbErr> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    if backend(db) == DbBackend::Sqlite {
        let mut found = Vec::new();
        for some in keys.chunks(SQLITE_KEYS_MAX) {
            let mut either = Condition::any();
            for one in some {
                let mut same = Condition::all();
                for column in key {
                    let given = one.get(*column).into_value();
                    same = same.add(column.eq(given.ok_or_else(|| missing(*column))?));
                }
                either = either.add(same);
            }
            found.extend(A::Entity::find().filter(either).all(db).await?);
        }
        return Ok(found);
    }
    let arrays = Arrays::of(keys, key, key)?;
    let table = A::Entity::default().table_name();
    let text = format!("SELECT old.* FROM {} JOIN \"{table}\" AS old ON {}", arrays.from(), same_key(key));
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, arrays.values);
    A::Entity::find().from_raw_sql(statement).all(db).await
}

fn missing(column: impl IdenStatic) -> DbErr {
    DbErr::Custom(format!("a row without {}", column.as_str()))
}

fn key_of<A: ActiveModelTrait>() -> Vec<<A::Entity as EntityTrait>::Column> {
    <A::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect()
}

fn same_key(key: &[impl IdenStatic]) -> String {
    let same = key.iter().map(|column| format!("old.\"{0}\" = new.\"{0}\"", column.as_str()));
    same.collect::<Vec<_>>().join(" AND ")
}

fn columns<A: ActiveModelTrait>() -> impl Iterator<Item = <A::Entity as EntityTrait>::Column> {
    <A::Entity as EntityTrait>::Column::iter()
}

fn quoted(columns: &[impl IdenStatic]) -> Vec<String> {
    columns.iter().map(|column| format!("\"{}\"", column.as_str())).collect()
}
