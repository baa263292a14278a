//! Lists what moved in or out of one wallet, or of all wallets that the caller may see, newest first.

use proto::azora::mint::v1::{ListTransactionsRequest, ListTransactionsResponse, TransactionType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};
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
        let (since, until) = fields.period("since", request.since.as_ref(), "until", request.until.as_ref());
        let input = Self {
            wallet: fields.optional_id("wallet_id", &request.wallet_id),
            kind: fields.optional_word("type", request.r#type),
            since,
            until,
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ListTransactions) -> Result<ListTransactionsResponse> {
    let db = mint.work.read();
    let movements = match input.wallet {
        None if call.sees_everything() => vec![transaction::Entity::find()],
        None => {
            // One per currency at most.
            let own = wallet::owned_by(call.user()).all(db).await?;
            own.iter().flat_map(|wallet| transaction::of_wallet(wallet.id)).collect()
        }
        Some(id) => {
            let wallet = wallet::visible_to(call).filter(wallet::Column::Id.eq(id)).one(db).await?;
            transaction::of_wallet(wallet.ok_or_else(|| not_found("wallet"))?.id).into()
        }
    };
    let asked_for = movements.into_iter().map(|list| {
        list.apply_if(input.kind, |list, kind| list.filter(transaction::Column::Type.eq(kind)))
            .apply_if(input.since, |list, since| list.filter(transaction::Column::CreatedAt.gte(since)))
            .apply_if(input.until, |list, until| list.filter(transaction::Column::CreatedAt.lt(until)))
    });
    let (at, id) = (transaction::Column::CreatedAt, transaction::Column::Id);
    let page = page::newest_of(db, call, asked_for.collect(), at, id).await?;
    Ok(ListTransactionsResponse {
        next_page_token: page.next,
        transactions: page.rows.into_iter().map(Into::into).collect(),
    })
}
