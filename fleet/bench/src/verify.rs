//! VerifyLedger over many postings, beside a plain sum over the same table; then whether it finds what nobody may do to the
//! books.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{VerifyLedgerRequest, VerifyLedgerResponse};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use shared::cli::print;
use shared::db;
use shared::server::App;

use crate::books;
use crate::hosted::{self, Token, signed, token_of_admin};
use crate::load::median;
use crate::reference::Pgbench;
use crate::report::table;
use crate::signer::Signer;

const WALLETS: u64 = 10_000;
/// Medians of so many.
const ROUNDS: usize = 3;
/// What it is measured by: one pass over the postings.
const REFERENCE: &str = "SELECT SUM(amount) AS sum, COUNT(*) AS count FROM postings";

/// What is done to the books behind their back.
struct Damage {
    what: &'static str,
    does: &'static str,
    mends: &'static str,
    /// The rule that has to find it.
    rule: &'static str,
}

const DAMAGES: [Damage; 4] = [
    Damage {
        what: "a balance edited by one unit",
        does: "UPDATE wallets SET balance = balance + 1 WHERE id = (SELECT wallet_id FROM postings ORDER BY wallet_id LIMIT 1)",
        mends: "UPDATE wallets SET balance = balance - 1 WHERE id = (SELECT wallet_id FROM postings ORDER BY wallet_id LIMIT 1)",
        rule: "wallets_are_what_their_postings_say",
    },
    Damage {
        what: "a posting deleted",
        does: "CREATE TABLE removed AS SELECT * FROM postings
                WHERE version = 2 AND wallet_id = (SELECT wallet_id FROM postings ORDER BY wallet_id LIMIT 1);
            DELETE FROM postings
                WHERE version = 2 AND wallet_id = (SELECT wallet_id FROM postings ORDER BY wallet_id LIMIT 1)",
        mends: "INSERT INTO postings SELECT * FROM removed; DROP TABLE removed",
        rule: "postings_run_on",
    },
    Damage {
        what: "a posting's version changed",
        does: "UPDATE postings SET version = 1000000003
                WHERE version = 3 AND wallet_id = (SELECT wallet_id FROM postings ORDER BY wallet_id LIMIT 1)",
        mends: "UPDATE postings SET version = 3 WHERE version = 1000000003",
        rule: "postings_run_on",
    },
    Damage {
        what: "a captured hold without its transaction",
        does: "UPDATE transactions SET hold_id = NULL WHERE seq = (SELECT MIN(seq) FROM transactions WHERE hold_id IS NOT NULL)",
        mends: "UPDATE transactions SET hold_id = (
                SELECT h.id FROM holds h LEFT JOIN transactions t ON t.hold_id = h.id WHERE t.id IS NULL)
            WHERE seq = (
                SELECT t.seq FROM transactions t JOIN postings p ON p.transaction_id = t.id
                WHERE t.hold_id IS NULL AND p.held_delta < 0)",
        rule: "holds_end_once",
    },
];

/// Fills both backends, measures, and damages the books in each way.
pub async fn run(postgres: &str, postings: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = format!("sqlite:{}", folder.path().join("mint.db").display());
    let server = Pgbench::empty(postgres, "verify")?;
    let (mut rows, mut found) = (Vec::new(), Vec::new());
    for (backend, url) in [("SQLite", file), ("Postgres", server.url())] {
        books::seed(&url, WALLETS, postings.div_ceil(2)).await?;
        let kept = Kept::open(&url).await?;
        rows.push(kept.measure(backend).await?);
        kept.unguard().await?;
        for damage in &DAMAGES {
            found.push(kept.finds(backend, damage).await?);
        }
        kept.close().await?;
    }
    let figures = table(["backend", "postings", "one pass, s", "VerifyLedger, s", "as a multiple"], rows);
    print(format_args!("{WALLETS} wallets, medians of {ROUNDS}\n{figures}"));
    print(table(["backend", "what was done", "found by"], found));
    Ok(())
}

/// Holds books that were written straight into a database against every rule.
pub async fn sound(url: &str) -> Result<()> {
    let kept = Kept::open(url).await?;
    let told = kept.verified().await?;
    kept.close().await?;
    let broken: Vec<_> = told.rules.iter().filter(|rule| rule.broken > 0).collect();
    ensure!(told.sound, "the books are not sound: {broken:?}");
    Ok(())
}

/// Mint in this process, on filled books.
struct Kept {
    app: App,
    token: Token,
}

impl Kept {
    async fn open(url: &str) -> Result<Self> {
        let mut settings = hosted::settings(url, true)?;
        // However many postings there are: it is to be measured, not cut.
        settings.shared.deadline_max_ms = 3_600_000;
        let signer = Signer::new()?;
        let app = hosted::assembled(settings, &signer).await?;
        Ok(Self { app, token: token_of_admin(&signer)? })
    }

    fn connection(&self) -> &DatabaseConnection {
        self.app.door.database().writer()
    }

    async fn close(self) -> Result<()> {
        let Self { app, .. } = self;
        app.door.database().clone().close().await?;
        Ok(())
    }

    async fn verified(&self) -> Result<VerifyLedgerResponse> {
        let mut request = signed(VerifyLedgerRequest {}, &self.token);
        request.set_timeout(Duration::from_hours(1));
        Ok(MintServiceClient::new(self.app.in_process()).verify_ledger(request).await?.into_inner())
    }

    /// One pass and the whole of it, in turn.
    async fn measure(&self, backend: &str) -> Result<[String; 5]> {
        let (mut passes, mut whole) = (Vec::new(), Vec::new());
        let mut postings = 0;
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let statement = Statement::from_string(db::backend(self.connection()), REFERENCE);
            let row = self.connection().query_one_raw(statement).await?;
            passes.push(began.elapsed().as_secs_f64());
            postings = row.map(|row| row.try_get::<i64>("", "count")).transpose()?.unwrap_or(0);
            let began = Instant::now();
            let told = self.verified().await?;
            whole.push(began.elapsed().as_secs_f64());
            ensure!(told.sound, "{backend}: sound books are found broken: {:?}", told.rules);
        }
        let (pass, all) = (median(passes), median(whole));
        Ok([
            backend.to_owned(),
            postings.to_string(),
            format!("{pass:.3}"),
            format!("{all:.2}"),
            format!("{:.1}", all / pass),
        ])
    }

    /// Takes away what keeps anybody from changing history.
    async fn unguard(&self) -> Result<()> {
        let connection = self.connection();
        if db::backend(connection) == DbBackend::Postgres {
            for guarded in ["wallets", "holds", "transactions", "postings"] {
                connection.execute_unprepared(&format!("ALTER TABLE {guarded} DISABLE TRIGGER USER")).await?;
            }
            return Ok(());
        }
        let guards = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
        let guards = connection.query_all_raw(Statement::from_string(DbBackend::Sqlite, guards)).await?;
        for guard in guards {
            let name: String = guard.try_get("", "name")?;
            connection.execute_unprepared(&format!("DROP TRIGGER {name}")).await?;
        }
        Ok(())
    }

    /// Damages the books, sees what is found, and mends them.
    async fn finds(&self, backend: &str, damage: &Damage) -> Result<[String; 3]> {
        self.connection().execute_unprepared(damage.does).await?;
        let told = self.verified().await?;
        self.connection().execute_unprepared(damage.mends).await?;
        let broken: Vec<&str> =
            told.rules.iter().filter(|rule| rule.broken > 0).map(|rule| rule.name.as_str()).collect();
        if told.sound || !broken.contains(&damage.rule) {
            bail!("{backend}: {} is not found by {}, but by {broken:?}", damage.what, damage.rule);
        }
        Ok([backend.to_owned(), damage.what.to_owned(), broken.join(", ")])
    }
}
