//! Run by `scripts/test` after all suites: every change of every service has been repeated and altered by a test.

use shared::config::PORTS;
use shared::testing::replays;

#[test]
#[ignore = "needs the tally of all suites; scripts/test runs it last"]
fn every_change_has_been_repeated() {
    let services = PORTS.map(|(service, _)| service);
    let missing = replays::missing(&services);
    assert_eq!(missing, Some(Vec::new()), "changes that no test makes through a channel that repeats them");
}
