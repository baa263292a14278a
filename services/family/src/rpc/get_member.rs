//! Returns one member by name.

use proto::azora::family::v1::{GetMemberRequest, GetMemberResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Family;
use crate::entity::family_member;

pub struct GetMember {
    name: String,
}

impl TryFrom<GetMemberRequest> for GetMember {
    type Error = Error;

    fn try_from(request: GetMemberRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { name: fields.text("name", &request.name, 2..=40) };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, _call: &Call, input: GetMember) -> Result<GetMemberResponse> {
    let members = family_member::all().all(family.work.read()).await?;
    let row = family_member::called(members, &input.name).ok_or_else(|| not_found("member"))?;
    Ok(GetMemberResponse { member: Some(row.into()) })
}
