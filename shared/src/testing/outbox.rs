//! Messages to people, as a service leaves them below its data folder where no way to send them is configured.

use std::path::Path;

/// The messages whose file begins so, `verify-<user id>-`, the newest last.
#[must_use]
pub fn messages(data_dir: &Path, begins: &str) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(data_dir.join("outbox")) else { return Vec::new() };
    let files = folder.map(|file| file.expect("a file"));
    let mut files: Vec<_> = files.filter(|file| file.file_name().to_string_lossy().starts_with(begins)).collect();
    files.sort_by_key(|file| file.metadata().and_then(|known| known.modified()).expect("a time"));
    files.iter().map(|file| std::fs::read_to_string(file.path()).expect("text")).collect()
}

/// The one-time token in a message.
#[must_use]
pub fn token(message: &str) -> String {
    message.split("token: ").nth(1).expect("a token")[..64].to_owned()
}
