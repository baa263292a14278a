//! Looks for canaries, in whatever way they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use shared::db::{self, Database, Settings};
use shared::random;

/// Shorter ones stand in long numbers by chance: they count only where nothing else touches them.
const LONG: usize = 10;

/// Something that must not be found.
pub struct Canary {
    pub what: String,
    pub text: String,
    /// What it says, as bytes, where the text is a writing of them.
    pub bytes: Option<Vec<u8>>,
    /// The columns that are meant to hold it.
    pub home: &'static [&'static str],
}

/// One writing of a canary.
struct Form {
    canary: usize,
    bytes: Vec<u8>,
    /// Counts only where no letter, digit or point touches it.
    alone: bool,
}

/// Looks for all writings of all canaries at once, by their first two bytes.
pub struct Search<'a> {
    canaries: &'a [Canary],
    forms: Vec<Form>,
    by_start: Vec<Vec<usize>>,
}

impl<'a> Search<'a> {
    pub fn of(canaries: &'a [Canary]) -> Self {
        let mut forms = Vec::new();
        for (canary, planted) in canaries.iter().enumerate() {
            let mut texts = writings(planted.text.as_bytes());
            let json = serde_json::to_string(&planted.text).expect("text");
            let debug = format!("{:?}", planted.text);
            texts.extend([json, debug].map(|quoted| quoted.as_bytes()[1..quoted.len() - 1].to_vec()));
            texts.extend(planted.bytes.iter().flat_map(|bytes| writings(bytes)));
            let alone = planted.text.len() < LONG;
            forms.extend(texts.into_iter().map(|bytes| Form { canary, bytes, alone }));
        }
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (index, form) in forms.iter().enumerate() {
            by_start[start(&form.bytes)].push(index);
        }
        Self { canaries, forms, by_start }
    }

    /// The canaries in a text, but those that are at home in this place.
    pub fn found(&self, text: &[u8], place: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        for at in 0..text.len().saturating_sub(1) {
            for form in self.by_start[start(&text[at..])].iter().map(|index| &self.forms[*index]) {
                let canary = &self.canaries[form.canary];
                if text[at..].starts_with(&form.bytes)
                    && !(form.alone && is_touched(text, at, form.bytes.len()))
                    && !canary.home.contains(&place)
                {
                    found.insert(canary.what.as_str());
                }
            }
        }
        found
    }
}

fn start(bytes: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))
}

fn is_touched(text: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    before.into_iter().chain(text.get(at + length)).any(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
}

/// The ways in which bytes are written: as they are, escaped, in lists, in hex, in base64 anywhere in a longer text.
fn writings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex = random::to_hex(bytes);
    let list = format!("{bytes:?}");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let in_urls =
        bytes.iter().map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") });
    let mut forms = vec![
        bytes.to_vec(),
        bytes.escape_ascii().to_string().into_bytes(),
        in_urls.collect::<String>().into_bytes(),
        list.as_bytes()[1..list.len() - 1].to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for shift in 0..3 {
        let encoded = STANDARD_NO_PAD.encode([&[0_u8; 2][..shift], bytes].concat());
        // The characters at both ends depend on the neighbours too.
        let end = encoded.len() - usize::from(!(shift + bytes.len()).is_multiple_of(3));
        let inner = &encoded[[0, 2, 3][shift]..end];
        forms.push(inner.as_bytes().to_vec());
        forms.push(inner.replace('+', "-").replace('/', "_").into_bytes());
    }
    forms
}

/// Every value in a database, below `table.column`.
pub async fn values(url: &str) -> BTreeMap<String, Vec<Vec<u8>>> {
    let settings = Settings {
        url: url.to_owned(),
        application_name: "azora-test".to_owned(),
        schema: None,
        connections: 2,
        acquire: Duration::from_secs(10),
    };
    let database = Database::connect(&settings).await.expect("it opens");
    let backend = db::backend_of(url).expect("one of the two");
    let columns = if backend == DbBackend::Postgres {
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
         WHERE table_schema = current_schema()"
    } else {
        "SELECT m.name, p.name, p.type FROM sqlite_master AS m
         JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'"
    };
    let ask = async |statement: String| {
        let rows = database.reader().query_all_raw(Statement::from_string(backend, statement)).await;
        rows.expect("rows")
    };
    let mut values = BTreeMap::new();
    for row in ask(columns.to_owned()).await {
        let [table, column, kind] = [0, 1, 2].map(|index| row.try_get_by_index::<String>(index).expect("a word"));
        let value = match backend {
            DbBackend::Postgres if kind == "bytea" => format!("\"{column}\""),
            DbBackend::Postgres => format!("convert_to(\"{column}\"::text, 'UTF8')"),
            _ => format!("CAST(\"{column}\" AS BLOB)"),
        };
        let all = format!("SELECT {value} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        let cells: Vec<Vec<u8>> =
            ask(all).await.into_iter().map(|row| row.try_get_by_index(0).expect("bytes")).collect();
        values.insert(format!("{table}.{column}"), cells);
    }
    database.close().await.expect("closes");
    values
}
