//! One point read through everything a call passes: token, access rule, deadline, request line, database.

use std::time::Duration;

use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};
use host::Options;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{GetWalletRequest, ListWalletsRequest};
use seed::{Choices, Target};
use shared::cli::print;

use crate::load::{Measured, measure};
use crate::reference;

/// Measures the four and prints them side by side.
pub async fn run(postgres: &str, callers: usize, time: Duration) -> Result<()> {
    let echo = reference::echo(callers, time).await.context("echo")?;
    let folder = tempfile::tempdir()?;
    let sqlite = get_wallet(&format!("sqlite:{}", folder.path().display()), callers, time).await.context("SQLite")?;
    let on_postgres = get_wallet(postgres, callers, time).await.context("Postgres")?;
    let pgbench = tokio::task::block_in_place(|| reference::pgbench(postgres, time)).context("pgbench")?;

    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["what", "calls/s", "p50 ms", "p99 ms", "of echo", "of pgbench -S"]);
    let rows = [
        ("bare tonic echo", &echo),
        ("GetWallet, SQLite", &sqlite),
        ("GetWallet, Postgres", &on_postgres),
        ("pgbench -S, 16 clients", &pgbench),
    ];
    for (what, measured) in rows {
        let p99 = if measured.p99.is_nan() { "-".to_owned() } else { format!("{:.2}", measured.p99) };
        table.add_row([
            what.to_owned(),
            format!("{:.0}", measured.rate),
            format!("{:.2}", measured.p50),
            p99,
            format!("{:.2}", measured.rate / echo.rate),
            format!("{:.2}", measured.rate / pgbench.rate),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    print(format_args!(
        "{callers} callers, {} s each; pgbench shows its mean in place of p50\n{table}",
        time.as_secs()
    ));
    Ok(())
}

async fn get_wallet(database_url: &str, callers: usize, time: Duration) -> Result<Measured> {
    let options =
        Options { port_base: Some(0), database_url: Some(database_url.to_owned()), migrate: true, quick_stop: true };
    let running = host::up(&options).await?;
    let target = Target::of(&running)?;
    seed::load(&target, &Choices::default()).await?;
    let token = target.log_in("student@azora.world", seed::DEMO_PASSWORD).await?;
    let channel = target.signed("mint", &token)?;
    let wallets = MintServiceClient::new(channel.clone()).list_wallets(ListWalletsRequest::default()).await?;
    let wallet_id = wallets.into_inner().wallets.first().context("the student has a wallet")?.id.clone();
    let measured = measure(callers, time, move || {
        let mut client = MintServiceClient::new(channel.clone());
        let request = GetWalletRequest { wallet_id: wallet_id.clone() };
        async move {
            client.get_wallet(request).await?;
            Ok(())
        }
    })
    .await;
    running.down().await?;
    measured
}
