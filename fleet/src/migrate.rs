//! A migration verb over all nine, or some, in dependency order; `down` goes the other way round.

use shared::cli::{EXIT_NOT_CURRENT, EXIT_USAGE, MigrateVerb};
use shared::server::StartError;
use toml::Table;

/// Runs the verb on each service, goes on after a failure, and gives the worst exit code.
pub async fn run(only: &[String], verb: &MigrateVerb) -> Result<u8, StartError> {
    let mut entries = host::all().to_vec();
    if let Some(unknown) = only.iter().find(|name| !entries.iter().any(|entry| entry.name == name.as_str())) {
        let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
        let message = format!("no service {unknown:?}; there are {}", names.join(", "));
        return Err(StartError { service: "fleet", message, exit: EXIT_USAGE });
    }
    entries.retain(|entry| only.is_empty() || only.iter().any(|name| name == entry.name));
    if matches!(verb, MigrateVerb::Down { .. }) {
        entries.reverse();
    }
    let mut worst = 0;
    for entry in entries {
        let code = match (entry.migrate)(Table::new(), verb.clone()).await {
            Ok(code) => code,
            Err(error) => {
                eprintln!("{error}");
                error.exit
            }
        };
        worst = worse(worst, code);
    }
    Ok(worst)
}

/// 64 before 1 before 2 before 0.
fn worse(a: u8, b: u8) -> u8 {
    [EXIT_USAGE, 1, EXIT_NOT_CURRENT].into_iter().find(|code| [a, b].contains(code)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::worse;

    #[test]
    fn the_worst_of_nine_is_what_counts() {
        assert_eq!((worse(0, 2), worse(1, 2), worse(64, 1), worse(0, 0)), (2, 1, 64, 0));
    }
}
