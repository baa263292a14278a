//! Lists what moved in or out of one wallet, or of all wallets that the caller may see, newest first.

use proto::azora::mint::v1::{ListTransactionsRequest, ListTransactionsResponse, TransactionType};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;
use shared::word::Word;

use crate::Mint;
use crate::entity::{transaction, wallet};
use crate::id::WalletId;

pub struct ListTransactions {
    wallet: Option<WalletId>,
    kind: Option<Word<TransactionType>>,
    since: Option<Time>,
    until: Option<Time>,
}

impl TryFrom<ListTransactionsRequest> for ListTransactions {
    type Error = Error;

    fn try_from(request: ListTransactionsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            wallet: fields.optional_id("wallet_id", &request.wallet_id),
            kind: fields.optional_word("type", request.r#type),
            since: fields.time("since", request.since.as_ref()),
            until: fields.time("until", request.until.as_ref()),
        };
        if input.since.zip(input.until).is_some_and(|(since, until)| since >= until) {
            fields.refuse("until", "must lie after since");
        }
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ListTransactions) -> Result<ListTransactionsResponse> {
    let db = mint.work.read();
    let movements = match input.wallet {
        None => transaction::visible_to(call),
        Some(id) => {
            let wallet = wallet::visible_to(call).filter(wallet::Column::Id.eq(id)).one(db).await?;
            transaction::of_wallet(&wallet.ok_or_else(|| not_found("wallet"))?)
        }
    };
    let asked_for = movements
        .apply_if(input.kind, |list, kind| list.filter(transaction::Column::Type.eq(kind)))
        .apply_if(input.since, |list, since| list.filter(transaction::Column::CreatedAt.gte(since)))
        .apply_if(input.until, |list, until| list.filter(transaction::Column::CreatedAt.lt(until)));
    let page = page::newest(db, call, asked_for, transaction::Column::CreatedAt, transaction::Column::Id).await?;
    Ok(ListTransactionsResponse {
        next_page_token: page.next,
        transactions: page.rows.into_iter().map(Into::into).collect(),
    })
}
