//! The catalogue of Postgres, for the schema that comes first on the search path. Names are written without it, so that
//! a test's schema reads like any other. Partitions are left out: their names follow the calendar.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::{on_one_line, rows};

/// Columns, foreign keys and indexes of every table.
pub const TABLES: [&str; 3] = [
    "SELECT t.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
     FROM pg_class t
     JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relname NOT IN ('seaql_migrations', 'schema_history')
     ORDER BY t.relname, a.attnum",
    "SELECT t.relname::text, k.conname::text, a.attname::text
     FROM pg_class t
     JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
     JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
     CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS part (attnum, place)
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = part.attnum
     ORDER BY t.relname, k.conname, part.place",
    "SELECT t.relname::text, x.relname::text, coalesce(a.attname::text, '')
     FROM pg_class t
     JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
     JOIN pg_index i ON i.indrelid = t.oid AND i.indisvalid
     JOIN pg_class x ON x.oid = i.indexrelid
     JOIN pg_attribute f ON f.attrelid = t.oid AND f.attnum = i.indkey[0]
     CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS part (attnum, place)
     LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = part.attnum AND part.attnum > 0
     WHERE part.place <= i.indnkeyatts
       AND coalesce(pg_get_expr(i.indpred, t.oid), '') IN ('', '(' || quote_ident(f.attname) || ' IS NOT NULL)')
     ORDER BY t.relname, x.relname, part.place",
];

/// What the parts of the text have in common.
const RELATIONS: &str = "WITH relation AS (
    SELECT c.oid, c.relname::text COLLATE \"C\" AS name, c.relkind AS kind
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT c.relispartition
      AND c.relname NOT IN ('seaql_migrations', 'schema_history'))";

/// The parts of the text, each a list of (object, line). Lines of one object come in the order of the parts.
const PARTS: [&str; 8] = [
    // columns
    "SELECT 'table ' || r.name,
            a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            || CASE WHEN a.attidentity <> '' THEN ' identity' ELSE '' END
            || CASE WHEN d.adbin IS NULL THEN ''
                    WHEN a.attgenerated <> '' THEN ' generated ' || pg_get_expr(d.adbin, d.adrelid)
                    ELSE ' default ' || pg_get_expr(d.adbin, d.adrelid) END
     FROM relation r
     JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE r.kind IN ('r', 'p')
     ORDER BY r.name, a.attnum",
    // partitioning
    "SELECT 'table ' || r.name, 'partition by ' || pg_get_partkeydef(r.oid)
     FROM relation r WHERE r.kind = 'p' ORDER BY r.name",
    // primary, unique and foreign keys, checks, exclusions
    "SELECT 'table ' || r.name, k.conname || ' ' || pg_get_constraintdef(k.oid, true)
     FROM relation r
     JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
     ORDER BY r.name, k.contype, k.conname",
    // indexes that no key has brought
    "SELECT 'table ' || r.name,
            pg_get_indexdef(i.indexrelid, 0, true) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
     FROM relation r
     JOIN pg_index i ON i.indrelid = r.oid
     JOIN pg_class x ON x.oid = i.indexrelid
     WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))
     ORDER BY r.name, x.relname",
    // triggers
    "SELECT CASE WHEN r.kind IN ('r', 'p') THEN 'table ' ELSE 'view ' END || r.name, pg_get_triggerdef(g.oid, true)
     FROM relation r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal
     ORDER BY r.name, g.tgname",
    // views, their columns without the table's name: from version 16 on Postgres leaves it out itself
    r"SELECT 'view ' || r.name, regexp_replace(pg_get_viewdef(r.oid, true), '\m[a-z_][a-z0-9_]*\.', '', 'g')
     FROM relation r WHERE r.kind IN ('v', 'm') ORDER BY r.name",
    // sequences
    "SELECT 'sequence ' || r.name, format_type(s.seqtypid, NULL) || ' start ' || s.seqstart || ' by ' || s.seqincrement
     FROM relation r JOIN pg_sequence s ON s.seqrelid = r.oid ORDER BY r.name",
    // functions, without those of extensions
    "SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
            'returns ' || coalesce(pg_get_function_result(p.oid), 'nothing') || ' as ' || p.prosrc
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = current_schema()
     WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
     ORDER BY p.proname, 1",
];

pub async fn text(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    let schema: Vec<(String, bool)> =
        rows(db, "SELECT coalesce(quote_ident(current_schema()), ''), current_schema() IS NOT NULL").await?;
    let prefix = schema.into_iter().find(|(_, exists)| *exists).map(|(name, _)| format!("{name}."));
    let mut objects: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in PARTS {
        let lines: Vec<(String, String)> = rows(db, &format!("{RELATIONS} {part}")).await?;
        for (object, line) in lines {
            objects.entry(object).or_default().push(unqualified(&on_one_line(&line), prefix.as_deref()));
        }
    }
    let mut text = String::new();
    for (object, lines) in objects {
        text.push_str(&object);
        for line in lines {
            text.push_str("\n  ");
            text.push_str(&line);
        }
        text.push('\n');
    }
    Ok(text)
}

/// Leaves the schema's name out where Postgres writes it nevertheless.
fn unqualified(line: &str, prefix: Option<&str>) -> String {
    prefix.map_or_else(|| line.to_owned(), |prefix| line.replace(prefix, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tests_schema_reads_like_any_other() {
        assert_eq!(unqualified("CREATE INDEX a ON test_1.b (c)", Some("test_1.")), "CREATE INDEX a ON b (c)");
        assert_eq!(unqualified("a", None), "a");
    }
}
