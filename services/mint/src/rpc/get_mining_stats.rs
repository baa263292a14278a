//! Sums up what a user has been paid for.

use std::collections::BTreeMap;

use proto::azora::mint::v1::{ActivityType, GetMiningStatsRequest, GetMiningStatsResponse, MiningSum};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use shared::amount::Amount;
use shared::call::Call;
use shared::clock;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::Mint;
use crate::entity::{mining_day, mining_record, wallet};

pub struct GetMiningStats {
    user: Option<UserId>,
}

impl TryFrom<GetMiningStatsRequest> for GetMiningStats {
    type Error = Error;

    fn try_from(request: GetMiningStatsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.optional_id("user_id", &request.user_id) };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: GetMiningStats) -> Result<GetMiningStatsResponse> {
    use mining_record::Column::{ActivityType as Kind, Id, TokensEarned, WalletId};
    let db = mint.work.read();
    let owner = call.subject("user_id", input.user)?;
    let own = wallet::owned_by(owner).select_only().column(wallet::Column::Id).into_query();
    // One reward is far below what a sum of them can hold; amounts repeat, so they are counted by the database.
    let counted = mining_record::Entity::find()
        .select_only()
        .column(Kind)
        .column(TokensEarned)
        .column_as(Id.count(), "records")
        .filter(WalletId.in_subquery(own))
        .group_by(Kind)
        .group_by(TokensEarned)
        .into_tuple::<(Word<ActivityType>, Amount, i64)>()
        .all(db)
        .await?;
    let mut sums: BTreeMap<i32, (i64, Amount)> = BTreeMap::new();
    let (mut records, mut total) = (0, Amount::ZERO);
    for (kind, each, count) in counted {
        let of_these = Amount::from_units(each.units().saturating_mul(count))?;
        let sum = sums.entry(kind.number()).or_default();
        *sum = (sum.0 + count, sum.1.plus(of_these)?);
        (records, total) = (records + count, total.plus(of_these)?);
    }
    let day = clock::day(clock::now());
    let today = mining_day::Entity::find_by_id((owner, day)).one(db).await?;
    let today = today.map_or(Amount::ZERO, |today| today.paid);
    let left = mint.config.mining_daily_cap()?.minus(today)?.max(Amount::ZERO);
    let by_type = sums.into_iter().map(|(activity_type, (records, total))| MiningSum {
        activity_type,
        records,
        total: total.to_string(),
    });
    Ok(GetMiningStatsResponse {
        total: total.to_string(),
        records,
        today: today.to_string(),
        left_today: left.to_string(),
        by_type: by_type.collect(),
    })
}
