//! Many rows in one statement. On Postgres each column is one array, so that the text is the same however many rows there
//! are and the server plans it once. SQLite has no arrays, and binds values by the thousand; it
//! takes whole rows also where a few columns change.

use futures_util::future::join;
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{ArrayType, Expr, ExprTrait, OnConflict, ValueType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, IdenStatic,
    Iterable, PrimaryKeyToColumn, QueryFilter, QueryTrait, Statement, Value,
};

use super::backend;

/// SQLite's own limit of bound values in one statement.
const SQLITE_VALUES_MAX: usize = 32_766;
/// Rows that are asked for in one statement: SQLite's expressions are at most 1,000 deep.
const SQLITE_KEYS_MAX: usize = 400;

/// Statements that follow each other. While the database is busy with one, the next is put together.
#[derive(Default)]
pub struct Writes<'a>(Vec<Later<'a>>);

/// Puts statements together when their turn comes.
type Later<'a> = Box<dyn FnOnce(DbBackend) -> Result<Vec<Write>, DbErr> + Send + 'a>;

/// One statement.
struct Write {
    statement: Statement,
    /// How many rows it has to meet.
    rows: Option<u64>,
}

impl<'a> Writes<'a> {
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
            self.0.push(Box::new(|backend| updating(backend, rows, changed)));
        }
    }

    /// Writes it all.
    ///
    /// # Errors
    /// Whatever the database refuses, or a row to be changed that is not there.
    pub async fn run(self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        let backend = backend(db);
        let mut ready = Vec::new();
        for next in self.0 {
            let (done, prepared) = join(execute(db, ready), async { next(backend) }).await;
            done?;
            ready = prepared?;
        }
        execute(db, ready).await
    }
}

async fn execute(db: &impl ConnectionTrait, writes: Vec<Write>) -> Result<(), DbErr> {
    for Write { statement, rows } in writes {
        let done = db.execute_raw(statement).await?;
        if rows.is_some_and(|rows| rows != done.rows_affected()) {
            return Err(DbErr::RecordNotUpdated);
        }
    }
    Ok(())
}

/// Inserts rows. Columns that the first of them leaves open have their defaults.
///
/// # Errors
/// Whatever the database refuses: then none of them is there.
pub async fn insert<A>(db: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
{
    let mut writes = Writes::default();
    writes.insert(rows);
    writes.run(db).await
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
    let arrays = Arrays::of(&rows, &given)?;
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
) -> Result<Vec<Write>, DbErr> {
    let keys = key_of::<A>();
    if backend == DbBackend::Sqlite {
        let known = OnConflict::columns(keys).update_columns(changed.iter().copied()).to_owned();
        return Ok(in_parts(rows, |some| A::Entity::insert_many(some).on_conflict(known.clone()).build(backend)));
    }
    let sent: Vec<_> = keys.iter().chain(changed).copied().collect();
    let arrays = Arrays::of(&rows, &sent)?;
    let set = changed.iter().zip(&arrays.selected[keys.len()..]);
    let set: Vec<String> = set.map(|(column, value)| format!("\"{}\" = {value}", column.as_str())).collect();
    let table = A::Entity::default().table_name();
    let text =
        format!("UPDATE \"{table}\" AS old SET {} FROM {} WHERE {}", set.join(", "), arrays.from(), same_key(&keys));
    let statement = Statement::from_sql_and_values(backend, text, arrays.values);
    Ok(vec![Write { statement, rows: Some(rows.len() as u64) }])
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
    select(db, keys, &key_of::<A>(), "").await
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
    select(db, rows, columns, "").await
}

/// The rows with these primary keys, kept from changing until the transaction ends. They are locked in the order of their keys, so that two
/// transactions never wait for each other in a circle.
///
/// # Errors
/// Whatever the database refuses.
pub async fn lock<A: ActiveModelTrait>(db: &impl ConnectionTrait, keys: Vec<A>) -> Result<Vec<ModelOf<A>>, DbErr> {
    let key = key_of::<A>();
    let order: Vec<String> = key.iter().map(|column| format!("old.\"{}\"", column.as_str())).collect();
    select(db, keys, &key, &format!("ORDER BY {} FOR UPDATE OF old", order.join(", "))).await
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
    postgres_tail: &str,
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
                    same = same.add(column.eq(value(one, *column)?));
                }
                either = either.add(same);
            }
            found.extend(A::Entity::find().filter(either).all(db).await?);
        }
        return Ok(found);
    }
    let arrays = Arrays::of(&keys, key)?;
    let table = A::Entity::default().table_name();
    let text =
        format!("SELECT old.* FROM {} JOIN \"{table}\" AS old ON {} {postgres_tail}", arrays.from(), same_key(key));
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, arrays.values);
    A::Entity::find().from_raw_sql(statement).all(db).await
}

fn value<A: ActiveModelTrait>(row: &A, column: <A::Entity as EntityTrait>::Column) -> Result<Value, DbErr> {
    let given = row.get(column).into_value();
    given.ok_or_else(|| DbErr::Custom(format!("a row without {}", column.as_str())))
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

/// Rows turned into one array for each column, and one more for each that may be null: an array holds no null here.
#[derive(Default)]
struct Arrays {
    values: Vec<Value>,
    types: Vec<&'static str>,
    names: Vec<String>,
    /// How a row is put together again.
    selected: Vec<String>,
}

impl Arrays {
    fn of<A: ActiveModelTrait>(rows: &[A], columns: &[<A::Entity as EntityTrait>::Column]) -> Result<Self, DbErr> {
        let mut arrays = Self::default();
        for column in columns {
            let values = rows.iter().map(|row| value(row, *column)).collect::<Result<Vec<_>, _>>()?;
            arrays.push(column.as_str(), column.def().is_null(), values)?;
        }
        Ok(arrays)
    }

    fn push(&mut self, name: &str, nullable: bool, mut values: Vec<Value>) -> Result<(), DbErr> {
        let Some(first) = values.first() else { return Ok(()) };
        let kind = first.array_type();
        let sql = sql_type(&kind).ok_or_else(|| DbErr::Custom(format!("no arrays of the type of {name}")))?;
        let nulls: Vec<Value> = values.iter().map(|value| Value::Bool(Some(*value == value.as_null()))).collect();
        if nullable {
            for (value, null) in values.iter_mut().zip(&nulls) {
                if *null == Value::Bool(Some(true)) {
                    *value = value.dummy_value();
                }
            }
        }
        self.add(format!("\"{name}\""), kind, sql, values);
        if nullable {
            self.add(format!("\"{name}?\""), ArrayType::Bool, "boolean", nulls);
            self.selected.push(format!("CASE WHEN new.\"{name}?\" THEN NULL ELSE new.\"{name}\" END"));
        } else {
            self.selected.push(format!("new.\"{name}\""));
        }
        Ok(())
    }

    fn add(&mut self, name: String, kind: ArrayType, sql: &'static str, values: Vec<Value>) {
        self.names.push(name);
        self.types.push(sql);
        self.values.push(Value::Array(kind, Some(Box::new(values))));
    }

    fn from(&self) -> String {
        let arrays: Vec<String> =
            self.types.iter().enumerate().map(|(index, sql)| format!("${}::{sql}[]", index + 1)).collect();
        format!("UNNEST({}) AS new ({})", arrays.join(", "), self.names.join(", "))
    }
}

fn sql_type(kind: &ArrayType) -> Option<&'static str> {
    Some(match kind {
        ArrayType::Bool => "boolean",
        ArrayType::Int => "integer",
        ArrayType::BigInt => "bigint",
        ArrayType::String => "text",
        ArrayType::Bytes => "bytea",
        ArrayType::Uuid => "uuid",
        ArrayType::ChronoDateTimeUtc => "timestamptz",
        ArrayType::Json => "jsonb",
        _ => return None,
    })
}
