//! Lists the stakes of one user, newest first.

use proto::azora::mint::v1::{ListStakesRequest, ListStakesResponse, StakeStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;
use shared::word::Word;

use crate::Mint;
use crate::entity::{stake, wallet};

pub struct ListStakes {
    user: Option<UserId>,
    status: Option<Word<StakeStatus>>,
}

impl TryFrom<ListStakesRequest> for ListStakes {
    type Error = Error;

    fn try_from(request: ListStakesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            user: fields.optional_id("user_id", &request.user_id),
            status: fields.optional_word("status", request.status),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ListStakes) -> Result<ListStakesResponse> {
    let db = mint.work.read();
    let owner = call.subject("user_id", input.user)?;
    let own = wallet::owned_by(owner).select_only().column(wallet::Column::Id).into_query();
    let stakes = stake::Entity::find()
        .filter(stake::Column::WalletId.in_subquery(own))
        .apply_if(input.status, |list, status| list.filter(stake::Column::Status.eq(status)));
    let page = page::newest(db, call, stakes, stake::Column::CreatedAt, stake::Column::Id).await?;
    Ok(ListStakesResponse { next_page_token: page.next, stakes: page.rows.into_iter().map(Into::into).collect() })
}
