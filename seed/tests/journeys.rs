//! The command as developers type it, on whichever backend the suite runs.

#![expect(clippy::expect_used, reason = "tests are free to")]

use std::process::Output;

use serde_json::Value;
use shared::testing::Place;

fn seed(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = place.command(env!("CARGO_BIN_EXE_seed"), arguments);
    command.envs(variables.iter().copied()).output().expect("it runs")
}

fn loaded(place: &Place, arguments: &[&str]) -> Value {
    let output = seed(place, &[arguments, &["--json"]].concat(), &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn counts(report: &Value) -> [&Value; 5] {
    ["records", "rows", "created", "unchanged", "differs"].map(|key| &report[key])
}

#[tokio::test]
async fn the_documented_rows_are_made_once() {
    let place = Place::new().await;
    assert_eq!(counts(&loaded(&place, &[])), [20, 27, 24, 3, 0], "three family members are there before");
    assert_eq!(counts(&loaded(&place, &[])), [20, 27, 0, 27, 0]);
}

#[tokio::test]
async fn the_large_set_only_grows() {
    let place = Place::new().await;
    let rows = |report: &Value| -> Vec<(String, u64)> {
        let lines = report["scale"].as_array().expect("lines").iter();
        lines.map(|line| (line["entity"].to_string(), line["rows"].as_u64().expect("a count"))).collect()
    };
    let small = rows(&loaded(&place, &["--scale", "6"]));
    assert_eq!(small, rows(&loaded(&place, &["--scale", "6"])));
    let large = rows(&loaded(&place, &["--scale", "30"]));
    assert!(small.iter().zip(&large).all(|(small, large)| small.0 == large.0 && small.1 <= large.1));
    let students = large.iter().find(|(entity, _)| entity == "\"students\"").map(|(_, rows)| *rows);
    assert_eq!(students, Some(30));
}

#[tokio::test]
async fn what_does_not_belong_into_production_stays_out() {
    let place = Place::new().await;
    let production = [("AZORA_ENV", "production"), ("AZORA_AUTH_BCRYPT_COST", "12")];
    let refused = seed(&place, &[], &production);
    assert_eq!(refused.status.code(), Some(64), "{}", String::from_utf8_lossy(&refused.stderr));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("AZORA_SEED_PASSWORD_FILE"));
    assert_eq!(seed(&place, &["--scale", "0"], &[]).status.code(), Some(64));
    assert_eq!(seed(&place, &["--endpoint", "http://127.0.0.1"], &[]).status.code(), Some(1));
}
