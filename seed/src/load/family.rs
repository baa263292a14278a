//! The three documented members of the family are reference data: they are read, never written.

use anyhow::{Result, bail};
use proto::azora::family::v1::family_service_client::FamilyServiceClient;
use proto::azora::family::v1::{GetMemberRequest, ListMembersRequest};

use super::Loader;
use crate::report::Fate;
use crate::target::said;

const DOCUMENTED: [&str; 3] = ["Elara", "Themba", "Sankofa"];
const MEMBERS: usize = 11;

pub async fn check(loader: &mut Loader<'_>) -> Result<()> {
    let mut family = FamilyServiceClient::new(loader.target.signed("family", &loader.service)?);
    for name in DOCUMENTED {
        family.get_member(GetMemberRequest { name: name.to_owned() }).await.map_err(said)?;
        loader.record("family", "AI family", name, &Fate::Unchanged);
    }
    let members = family.list_members(ListMembersRequest::default()).await.map_err(said)?.into_inner().members.len();
    if members != MEMBERS {
        bail!("the family has {members} members instead of {MEMBERS}");
    }
    Ok(())
}
