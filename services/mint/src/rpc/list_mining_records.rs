//! Lists what a user has been paid for, newest first.

use proto::azora::mint::v1::{ActivityType, ListMiningRecordsRequest, ListMiningRecordsResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::page;
use shared::word::Word;

use crate::Mint;
use crate::entity::{mining_record, wallet};

pub struct ListMiningRecords {
    user: Option<UserId>,
    activity: Option<Word<ActivityType>>,
}

impl TryFrom<ListMiningRecordsRequest> for ListMiningRecords {
    type Error = Error;

    fn try_from(request: ListMiningRecordsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            user: fields.optional_id("user_id", &request.user_id),
            activity: fields.optional_word("activity_type", request.activity_type),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: ListMiningRecords) -> Result<ListMiningRecordsResponse> {
    use mining_record::Column::{ActivityType, Id, MinedAt, WalletId};
    let db = mint.work.read();
    let owner = call.subject("user_id", input.user)?;
    let own = wallet::owned_by(owner).select_only().column(wallet::Column::Id).into_query();
    let records = mining_record::Entity::find()
        .filter(WalletId.in_subquery(own))
        .apply_if(input.activity, |list, activity| list.filter(ActivityType.eq(activity)));
    let page = page::newest(db, call, records, MinedAt, Id).await?;
    Ok(ListMiningRecordsResponse {
        next_page_token: page.next,
        records: page.rows.into_iter().map(Into::into).collect(),
    })
}
