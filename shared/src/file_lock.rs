//! Locks that lie beside a SQLite file: `mint.db` is guarded by `mint.db.migrate-lock` and `mint.db.serving`. The
//! system frees them when the process ends, however it ends.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Takes the lock; `None` if another process has it. The file stays when the lock ends: removing it would let two
/// processes lock two files of one name.
pub fn try_lock(database: &Path, ending: &str) -> io::Result<Option<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(beside(database, ending))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_lies_beside_its_database_and_is_taken_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = folder.path().join("mint.db");
        let first = try_lock(&database, ".serving").expect("writable");
        assert!(first.is_some() && folder.path().join("mint.db.serving").exists());
        assert!(try_lock(&database, ".serving").expect("writable").is_none());
        drop(first);
        assert!(try_lock(&database, ".serving").expect("writable").is_some());
    }
}
