//! The catalogue of SQLite: it keeps the statements that made the schema.

use sea_orm::{ConnectionTrait, DbErr};

use super::{on_one_line, rows};

/// Columns, foreign keys and indexes of every table. A primary key comes from the columns, since that of an integer has
/// no index of its own.
pub const TABLES: [&str; 3] = [
    r#"SELECT t.name, c.name, c.type, c."notnull" = 0 AND c.pk = 0
       FROM sqlite_master t JOIN pragma_table_info(t.name) c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
         AND t.name NOT IN ('seaql_migrations', 'schema_history')
       ORDER BY t.name, c.cid"#,
    r#"SELECT t.name, CAST(k.id AS text), k."from"
       FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) k
       WHERE t.type = 'table'
       ORDER BY t.name, k.id, k.seq"#,
    r"SELECT table_name, index_name, column_name FROM (
         SELECT t.name AS table_name, i.name AS index_name, c.seqno AS place, coalesce(c.name, '') AS column_name
         FROM sqlite_master t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
         WHERE t.type = 'table' AND i.origin <> 'pk' AND (i.partial = 0 OR EXISTS (
             SELECT 1 FROM sqlite_master x JOIN pragma_index_info(x.name) f ON f.seqno = 0
             WHERE x.name = i.name AND x.sql LIKE '% WHERE ' || f.name || ' IS NOT NULL'))
         UNION ALL
         SELECT t.name, 'primary key', c.pk, c.name
         FROM sqlite_master t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.pk > 0)
       ORDER BY table_name, index_name, place",
];

const STATEMENTS: &str = r"SELECT type, sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
      AND tbl_name NOT IN ('seaql_migrations', 'schema_history')
    ORDER BY type, name";

pub async fn text(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    let statements: Vec<(String, String)> = rows(db, STATEMENTS).await?;
    let mut text = String::new();
    for (kind, sql) in statements {
        let sql = on_one_line(&sql);
        text.push_str(&if kind == "table" { one_part_a_line(&sql) } else { sql });
        text.push('\n');
    }
    Ok(text)
}

/// Puts each column and constraint of a table on a line, so that a change shows as one.
fn one_part_a_line(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 64);
    let mut depth = 0_usize;
    let mut quote = None;
    let mut line_begins = false;
    for sign in sql.chars() {
        if line_begins && sign == ' ' {
            continue;
        }
        line_begins = false;
        match (quote, sign) {
            (Some(open), _) => {
                if sign == open {
                    quote = None;
                }
            }
            (None, '\'' | '"') => quote = Some(sign),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    text.truncate(text.trim_end().len());
                    text.push('\n');
                }
            }
            (None, _) => {}
        }
        text.push(sign);
        let part_ends = quote.is_none() && depth == 1 && (sign == ',' || (sign == '(' && !text.contains('\n')));
        if part_ends {
            text.push_str("\n  ");
            line_begins = true;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_and_constraint_stands_on_a_line() {
        let sql =
            r#"CREATE TABLE "a" ( "id" uuid NOT NULL, "b" text, CHECK (b IN ('x, (', 'y')), PRIMARY KEY ("id", "b") )"#;
        let expected = "CREATE TABLE \"a\" (
  \"id\" uuid NOT NULL,
  \"b\" text,
  CHECK (b IN ('x, (', 'y')),
  PRIMARY KEY (\"id\", \"b\")
)";
        assert_eq!(one_part_a_line(sql), expected);
    }
}
