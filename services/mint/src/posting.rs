//! How money moves: an amount leaves one wallet and comes to another. Each request that may move money is a *command*. One
//! task takes the commands in the order of their coming, as many at a time as are there, judges them one after the
//! other against the rows that it has locked (`books`), and writes everything with one commit (`writer`, `store`).
//!
//! A commit waits for the disk, and a lock lasts as long as the commit: together they cost what one alone would.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{ExternalDirection, TransactionType};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::Result;
use shared::json::Json;
use shared::word::Word;
use shared::work::Verdict;

use crate::id::WalletId;

mod books;
mod store;
mod writer;

pub use books::Books;
pub use store::Needs;
pub use writer::Writer;

/// A request that may move money.
pub trait Command: Send + Sync + 'static {
    /// The rows that it is judged by.
    fn needs(&self, needs: &mut Needs);

    /// Judges it, and changes the books if it is accepted. What a refused one has changed is undone.
    ///
    /// # Errors
    /// The refusal, which is kept and repeated like an answer.
    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict>;
}

/// An amount that is to leave one wallet for another.
#[derive(Clone, Debug)]
pub struct Movement {
    pub kind: TransactionType,
    /// The amount leaves it.
    pub debit: WalletId,
    /// The amount comes to it.
    pub credit: WalletId,
    pub amount: Amount,
    pub reason: Option<String>,
    pub memo: Option<String>,
    pub external: Option<External>,
    pub metadata: Option<Json>,
}

/// What a movement is called in the world outside: once, in its direction and currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct External {
    pub direction: Word<ExternalDirection>,
    pub currency: Word<Currency>,
    pub reference: String,
}
