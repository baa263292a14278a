//! Changes money of the caller into another currency, out of and into the liquidity wallets. What is sold, the fee and what is
//! bought are movements that stand or fall together.
//!
//! The rate is looked up before the command waits for its turn, which takes no lock: a rate never changes, it is only
//! followed by a newer one. If that comes while the command waits, then the command came before it; whoever minds says
//! `minimum_bought`.

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::{
    ConvertCurrencyRequest, ConvertCurrencyResponse, Transaction, TransactionType, WalletKind,
};
use serde_json::json;
use shared::amount::Amount;
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::id;
use shared::word::Word;
use shared::work::Verdict;

use crate::Mint;
use crate::converting::{Converted, Exchange};
use crate::entity::{exchange_rate, wallet};
use crate::error::MintError;
use crate::id::WalletId;
use crate::posting::{Books, Command, Movement, Needs};

#[derive(Clone, Copy)]
pub struct ConvertCurrency {
    from: WalletId,
    to: WalletId,
    amount: Amount,
    minimum_bought: Option<Amount>,
}

impl TryFrom<ConvertCurrencyRequest> for ConvertCurrency {
    type Error = Error;

    fn try_from(request: ConvertCurrencyRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            from: fields.id("from_wallet_id", &request.from_wallet_id),
            to: fields.id("to_wallet_id", &request.to_wallet_id),
            amount: fields.amount("amount", &request.amount),
            minimum_bought: fields.optional_amount("minimum_bought", &request.minimum_bought),
        };
        let input = fields.finish(input)?;
        if input.from == input.to { Err(MintError::SameWallet.into()) } else { Ok(input) }
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ConvertCurrency) -> Result<ConvertCurrencyResponse> {
    // The currency of a wallet never changes.
    let (from, to) = (mint.wallets.find(input.from).await?, mint.wallets.find(input.to).await?);
    let currencies = from.zip(to).map(|(from, to)| (from.currency, to.currency));
    let exchange = currencies.and_then(|(sold, bought)| Exchange::between(*sold, *bought));
    let rate = match exchange {
        Some(exchange) => exchange_rate::in_force(exchange.quote()).one(mint.work.read()).await?,
        None => None,
    };
    let fee_bp = mint.config.conversion_fee_bp;
    mint.writer.post(call, Convert { input, currencies, terms: exchange.zip(rate), fee_bp }).await
}

struct Convert {
    input: ConvertCurrency,
    /// What is sold and what is bought; `None` if one of the wallets is not there.
    currencies: Option<(Word<Currency>, Word<Currency>)>,
    /// `None` if the one is not changed into the other.
    terms: Option<(Exchange, exchange_rate::Model)>,
    fee_bp: u32,
}

fn liquidity(currency: Word<Currency>) -> WalletId {
    wallet::id_of_system(WalletKind::Liquidity, *currency, "main")
}

fn fees(currency: Word<Currency>) -> WalletId {
    wallet::id_of_system(WalletKind::Fee, *currency, "main")
}

impl Command for Convert {
    fn needs(&self, needs: &mut Needs) {
        needs.wallets([self.input.from, self.input.to]);
        if let Some((sold, bought)) = self.currencies {
            needs.wallets([liquidity(sold), fees(sold), liquidity(bought)]);
        }
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let ConvertCurrency { from, to, amount: sold, minimum_bought } = self.input;
        let (sold_currency, bought_currency) = self.currencies.ok_or_else(|| not_found("wallet"))?;
        let own = [books.wallet(from)?, books.wallet(to)?];
        if own.iter().any(|wallet| !wallet.belongs_to(call.user())) {
            return Err(not_found("wallet"));
        }
        books.check_active([from, to])?;
        let no_rate = MintError::NoRate { from: sold_currency, to: bought_currency };
        let (exchange, rate) = self.terms.as_ref().ok_or(no_rate)?;
        let Converted { fee, rest, bought } = exchange.convert(sold, self.fee_bp, rate.rate_e12)?;
        // One unit, if nothing else is said: nobody pays for nothing.
        let minimum = minimum_bought.unwrap_or(Amount::from_units(1)?);
        if bought < minimum {
            return Err(MintError::ConversionBelowMinimum { bought, minimum }.into());
        }
        let available = books.wallet(from)?.available()?;
        if sold > available {
            return Err(MintError::InsufficientFunds { available, wanted: sold }.into());
        }
        let for_sale = books.wallet(liquidity(bought_currency))?.available()?;
        if bought > for_sale {
            return Err(MintError::LiquidityExhausted { available: for_sale, wanted: bought }.into());
        }

        let group = id::time_ordered();
        let reason = format!("1 {} = {} {}", rate.base, rate.rate_e12, rate.quote);
        let legs = [
            (TransactionType::Conversion, from, liquidity(sold_currency), rest),
            (TransactionType::Fee, from, fees(sold_currency), fee),
            (TransactionType::Conversion, liquidity(bought_currency), to, bought),
        ];
        let mut transactions = Vec::new();
        // The fee of very little is nothing.
        for (kind, debit, credit, amount) in legs.into_iter().filter(|(.., amount)| *amount > Amount::ZERO) {
            let movement = Movement {
                reason: Some(reason.clone()),
                group: Some(group),
                metadata: Some(json!({ "exchange_rate_id": rate.id.to_string() })),
                ..Movement::of(kind, debit, credit, amount)
            };
            transactions.push(Transaction::from(books.post(call, movement)?));
        }
        let answer = ConvertCurrencyResponse {
            group_id: group.to_string(),
            sold: sold.to_string(),
            sold_currency: sold_currency.number(),
            fee: fee.to_string(),
            bought: bought.to_string(),
            bought_currency: bought_currency.number(),
            rate: rate.rate_e12.to_string(),
            exchange_rate_id: rate.id.to_string(),
            transactions,
        };
        Ok(Verdict::new(&group, &answer, &answer))
    }

    fn weight(&self) -> usize {
        3
    }
}
