//! Lists the eleven members.

use proto::azora::family::v1::{ListMembersRequest, ListMembersResponse};
use shared::call::Call;
use shared::error::Result;

use crate::Family;
use crate::entity::family_member;

pub async fn run(family: &Family, _call: &Call, _input: ListMembersRequest) -> Result<ListMembersResponse> {
    let rows = family_member::all().all(family.work.read()).await?;
    Ok(ListMembersResponse { members: rows.into_iter().map(Into::into).collect() })
}
