//! Lists who is what to whom.

use proto::azora::family::v1::{ListRelationshipsRequest, ListRelationshipsResponse, Relationship};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Family;
use crate::entity::family_member;

pub struct ListRelationships {
    member: Option<String>,
}

impl TryFrom<ListRelationshipsRequest> for ListRelationships {
    type Error = Error;

    fn try_from(request: ListRelationshipsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { member: fields.optional_text("member", &request.member, 2..=40) };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, _call: &Call, input: ListRelationships) -> Result<ListRelationshipsResponse> {
    let mut members = family_member::all().all(family.work.read()).await?;
    if let Some(name) = input.member {
        members = vec![family_member::called(members, &name).ok_or_else(|| not_found("member"))?];
    }
    let mut relationships = Vec::new();
    for member in members {
        for bond in member.relationships.0 {
            relationships.push(Relationship {
                member: member.name.clone(),
                of: bond.member,
                kind: bond.kind,
                bond: bond.bond,
            });
        }
    }
    Ok(ListRelationshipsResponse { relationships })
}
