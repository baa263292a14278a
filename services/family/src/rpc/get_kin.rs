//! Says whom a member means by a term of kinship.

use proto::azora::family::v1::{GetKinRequest, GetKinResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Family;
use crate::entity::family_member;
use crate::error::FamilyError;
use crate::kin::{Person, meant};

pub struct GetKin {
    speaker: String,
    term: String,
}

impl TryFrom<GetKinRequest> for GetKin {
    type Error = Error;

    fn try_from(request: GetKinRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            speaker: fields.text("speaker", &request.speaker, 2..=40),
            term: fields.text("term", &request.term, 1..=40),
        };
        fields.finish(input)
    }
}

pub async fn run(family: &Family, _call: &Call, input: GetKin) -> Result<GetKinResponse> {
    let members = family_member::all().all(family.work.read()).await?;
    let speaker = family_member::called(members.clone(), &input.speaker).ok_or_else(|| not_found("member"))?;
    let people: Vec<Person<'_>> =
        members.iter().map(|member| Person { name: &member.name, bonds: &member.relationships.0 }).collect();
    let names = meant(&people, &speaker.name, &input.term);
    if names.is_empty() {
        return Err(FamilyError::NoSuchKin { speaker: speaker.name, term: input.term }.into());
    }
    let found = members.iter().filter(|member| names.contains(&member.name.as_str()));
    Ok(GetKinResponse { members: found.cloned().map(Into::into).collect() })
}
