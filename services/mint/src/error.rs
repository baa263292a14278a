//! All that mint can refuse, on one screen.

use proto::azora::common::v1::Currency;
use shared::error::Fault;
use shared::word::Word;
use tonic::Code;

#[derive(Debug, thiserror::Error)]
pub enum MintError {
    #[error("there is already a wallet in {0}")]
    WalletExists(Word<Currency>),
}

impl Fault for MintError {
    fn kind(&self) -> (Code, &'static str) {
        match self {
            Self::WalletExists(_) => (Code::AlreadyExists, "WALLET_EXISTS"),
        }
    }
}
