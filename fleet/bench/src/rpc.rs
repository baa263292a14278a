//! One point read through everything a call passes: token, access rule, deadline, request line, database.

use std::time::Duration;

use anyhow::{Context, Result};
use host::Running;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{GetWalletRequest, ListWalletsRequest};
use seed::{Choices, Signed, Target};
use shared::cli::print;

use crate::fleet;
use crate::load::{Measured, measure};
use crate::reference::{Echo, Pgbench, Script};
use crate::report::table;

/// Rounds of all four; the medians are shown, since this machine changes its pace from one second to the next.
const ROUNDS: usize = 5;

/// Measures the four in turn and prints them side by side.
pub async fn run(postgres: &str, callers: usize, time: Duration) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let echo = Echo::start().await.context("echo")?;
    let sqlite = Asker::serve(Some(format!("sqlite:{}", folder.path().display()))).await.context("SQLite")?;
    let on_postgres = Asker::serve(None).await.context("Postgres")?;
    let pgbench = Pgbench::make(postgres, 10).context("pgbench")?;
    let mut rounds: [Vec<Measured>; 4] = Default::default();
    let slice = time / u32::try_from(ROUNDS)?;
    for _ in 0..ROUNDS {
        rounds[0].push(echo.measure(callers, slice).await.context("echo")?);
        rounds[1].push(sqlite.measure(callers, slice).await.context("SQLite")?);
        rounds[2].push(on_postgres.measure(callers, slice).await.context("Postgres")?);
        rounds[3].push(tokio::task::block_in_place(|| pgbench.measure(&Script::Select, 16, slice)).context("pgbench")?);
    }
    sqlite.running.down().await?;
    on_postgres.running.down().await?;

    let [echo, sqlite, on_postgres, pgbench] = rounds.map(|rounds| Measured::median(&rounds));
    let measured = [
        ("bare tonic echo", &echo),
        ("GetWallet, SQLite", &sqlite),
        ("GetWallet, Postgres", &on_postgres),
        ("pgbench -S, 16 clients", &pgbench),
    ];
    let rows = measured.map(|(what, measured)| {
        let [rate, p50, p99] = measured.cells();
        let [of_echo, of_pgbench] = [&echo, &pgbench].map(|other| format!("{:.2}", measured.rate / other.rate));
        [what.to_owned(), rate, p50, p99, of_echo, of_pgbench]
    });
    let shown = table(["what", "calls/s", "p50 ms", "p99 ms", "of echo", "of pgbench -S"], rows);
    print(format_args!(
        "{callers} callers, medians of {ROUNDS} rounds of {:.1} s; pgbench shows its mean in place of p50\n{shown}",
        slice.as_secs_f64()
    ));
    Ok(())
}

/// A fleet with the demo data, and the student who asks for their wallet.
struct Asker {
    running: Running,
    mint: MintServiceClient<Signed>,
    wallet_id: String,
}

impl Asker {
    async fn serve(database_url: Option<String>) -> Result<Self> {
        let running = fleet::up(database_url).await?;
        let target = Target::of(&running)?;
        seed::load(&target, &Choices::default()).await?;
        let token = target.log_in("student@azora.world", seed::DEMO_PASSWORD).await?;
        let mut mint = MintServiceClient::new(target.signed("mint", &token)?);
        let wallets = mint.list_wallets(ListWalletsRequest::default()).await?.into_inner().wallets;
        let wallet_id = wallets.first().context("the student has a wallet")?.id.clone();
        Ok(Self { running, mint, wallet_id })
    }

    async fn measure(&self, callers: usize, time: Duration) -> Result<Measured> {
        let (mint, wallet_id) = (self.mint.clone(), self.wallet_id.clone());
        measure(callers, time, move |_caller| {
            let mut mint = mint.clone();
            let request = GetWalletRequest { wallet_id: wallet_id.clone() };
            async move {
                mint.get_wallet(request).await?;
                Ok(())
            }
        })
        .await
    }
}
