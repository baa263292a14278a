//! Money that passes between the fleet and the world outside: against the external wallet of its currency, once for each
//! name that it has there.

use prost::Message;
use proto::azora::mint::v1::{ExternalDirection, Transaction, TransactionType, WalletKind};
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Result, not_found};
use shared::word::Word;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::wallet;
use crate::id::WalletId;
use crate::posting::{Books, Command, External, Movement, Needs};

/// What passes, and which way.
pub struct Passage {
    pub direction: ExternalDirection,
    pub wallet: WalletId,
    pub amount: Amount,
    pub reference: String,
    pub reason: Option<String>,
}

/// Lets it pass.
pub async fn pass<A>(mint: &Mint, call: &Call, passage: Passage, answer: fn(Transaction) -> A) -> Result<A>
where
    A: Message + Default + 'static,
{
    // The currency of a wallet never changes.
    let found = mint.wallets.find(passage.wallet).await?;
    mint.writer.post(call, Pass { passage, found, answer }).await
}

struct Pass<A> {
    passage: Passage,
    found: Option<wallet::Model>,
    answer: fn(Transaction) -> A,
}

impl<A> Pass<A> {
    /// What the movement is called, and the wallet that stands for the world outside.
    fn outside(&self) -> Option<(External, WalletId)> {
        let currency = self.found.as_ref()?.currency;
        let direction = Word(self.passage.direction);
        let external = External { direction, currency, reference: self.passage.reference.clone() };
        Some((external, wallet::id_of_system(WalletKind::External, *currency, "main")))
    }
}

impl<A: Message + 'static> Command for Pass<A> {
    fn needs(&self, needs: &mut Needs) {
        if let Some((external, outside)) = self.outside() {
            needs.wallets([self.passage.wallet, outside]);
            needs.externals([external]);
        }
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let (external, outside) = self.outside().ok_or_else(|| not_found("wallet"))?;
        let Passage { direction, wallet, amount, reason, .. } = &self.passage;
        if !books.wallet(*wallet)?.takes_transfers() {
            return Err(not_found("wallet"));
        }
        let (debit, credit) = if *direction == ExternalDirection::In { (outside, *wallet) } else { (*wallet, outside) };
        let movement = Movement {
            reason: reason.clone(),
            external: Some(external),
            ..Movement::of(TransactionType::Payment, debit, credit, *amount)
        };
        let transaction = Transaction::from(books.post(call, movement)?);
        Ok(Verdict::new(&transaction.id, &transaction, &(self.answer)(transaction.clone())))
    }
}
