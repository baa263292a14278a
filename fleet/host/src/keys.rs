//! The bootstrap key of the service identity `seed`, made once per data folder. Auth is told only its hash.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use shared::keys::write_private;
use shared::random;

/// The key, and the file of hashes that auth reads.
pub struct SeedKey {
    /// What `seed` exchanges for a token.
    pub key: String,
    /// `AZORA_AUTH_SERVICE_KEYS_FILE`.
    pub hashes_file: PathBuf,
}

/// Reads the key below the data folder, and makes it where there is none.
///
/// # Errors
/// The folder cannot be written.
pub fn seed_key(data_dir: &Path) -> io::Result<SeedKey> {
    let folder = data_dir.join("keys");
    fs::create_dir_all(&folder)?;
    let key_file = folder.join("seed.key");
    if !key_file.exists() {
        write_private(&key_file, &format!("azk_seed_{}", random::hex::<32>()))?;
    }
    let key = fs::read_to_string(&key_file)?.trim().to_owned();
    let hashes_file = folder.join("service-keys.toml");
    if !hashes_file.exists() {
        let hash = random::to_hex(&Sha256::digest(&key));
        write_private(&hashes_file, &format!("[keys]\nseed = [\"{hash}\"]\n"))?;
    }
    Ok(SeedKey { key, hashes_file })
}
