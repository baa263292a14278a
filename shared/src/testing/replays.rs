//! A tally of the changes whose repeat has been checked. `scripts/test` names a folder with `AZORA_TEST_REPLAYS`; each
//! RPC leaves a file there, and when all suites have run, none may be missing.

use std::path::PathBuf;

use crate::config::Variables;
use crate::contract::{self, Method};

fn folder() -> Option<PathBuf> {
    Variables::read().get("AZORA_TEST_REPLAYS").map(PathBuf::from)
}

fn file_of(method: &Method) -> String {
    method.path.trim_start_matches('/').replace('/', ".")
}

/// Notes that a repeat of this RPC got the first answer, and an altered one was refused.
pub fn note(method: &Method) {
    if let Some(folder) = folder() {
        std::fs::create_dir_all(&folder).expect("a folder for the tally");
        std::fs::write(folder.join(file_of(method)), "").expect("a file of the tally");
    }
}

/// The changes of the nine services whose repeat no test has checked; `None` if nobody kept a tally.
#[must_use]
pub fn missing(services: &[&str]) -> Option<Vec<String>> {
    let folder = folder()?;
    let methods = services.iter().flat_map(|service| contract::methods_of(service));
    let repeatable = methods.filter(|method| method.mutates && method.request_id.is_some());
    Some(repeatable.map(|method| file_of(&method)).filter(|file| !folder.join(file).exists()).collect())
}
