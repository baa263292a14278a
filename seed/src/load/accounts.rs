//! The three people and their profiles.

use anyhow::{Context, Result};
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{
    GetProfileRequest, ListUsersRequest, LogoutRequest, RecordedRegistration, RegisterRequest, UpdateProfileRequest,
};
use proto::azora::common::v1::Role;

use super::{Loader, compare};
use crate::data::request_id;
use crate::report::Fate;
use crate::target::said;

pub async fn load(loader: &mut Loader<'_>) -> Result<()> {
    let labels: Vec<String> = loader.data.people.keys().cloned().collect();
    for label in labels {
        let user = account(loader, &label).await?;
        loader.users.insert(label.clone(), user.clone());
        profile(loader, &label, &user).await?;
    }
    Ok(())
}

async fn account(loader: &mut Loader<'_>, label: &str) -> Result<String> {
    let mut auth = AuthServiceClient::new(loader.target.signed("auth", &loader.service)?);
    let person = &loader.data.people[label];
    let role: Role = person.role.parse().with_context(|| format!("{label} has an unknown role"))?;
    let query = ListUsersRequest { email: person.email.clone(), ..Default::default() };
    let found = auth.list_users(query).await.map_err(said)?.into_inner().users.into_iter().next();
    let (id, fate) = match found {
        Some(user) => {
            let fate = compare(&[("name", user.name == person.name), ("role", user.role() == role)]);
            (user.id, fate)
        }
        None => {
            let request = RegisterRequest {
                request_id: request_id(&format!("auth/{label}")),
                email: person.email.clone(),
                password: loader.choices.password.clone(),
                name: person.name.clone(),
                role: role.into(),
                recorded: Some(RecordedRegistration { email_verified: true }),
            };
            let user =
                auth.register(request).await.map_err(said)?.into_inner().user.context("no user in the answer")?;
            (user.id, Fate::Created)
        }
    };
    loader.record("auth", "users", label, &fate);
    Ok(id)
}

async fn profile(loader: &mut Loader<'_>, label: &str, user: &str) -> Result<()> {
    let mut auth = AuthServiceClient::new(loader.target.signed("auth", &loader.service)?);
    let query = GetProfileRequest { user_id: user.to_owned() };
    let now = auth.get_profile(query).await.map_err(said)?.into_inner().profile.context("no profile in the answer")?;
    // Registering makes the row; an empty one is still to be filled.
    let fate = if now.bio.is_empty() && now.location.is_empty() {
        let token = loader.person(label).await?;
        let mut own = AuthServiceClient::new(loader.target.signed("auth", &token)?);
        let person = &loader.data.people[label];
        let request = UpdateProfileRequest {
            request_id: request_id(&format!("auth/{label}/profile")),
            bio: person.bio.clone(),
            location: person.location.clone(),
            timezone: person.timezone.clone(),
            language: person.language.clone(),
            ..Default::default()
        };
        own.update_profile(request).await.map_err(said)?;
        Fate::Created
    } else {
        let person = &loader.data.people[label];
        compare(&[
            ("bio", now.bio == person.bio),
            ("location", now.location == person.location),
            ("timezone", now.timezone == person.timezone),
            ("language", now.language == person.language),
        ])
    };
    loader.nested("auth", "user profiles", label, &fate);
    Ok(())
}

/// Ends the sessions that this run has opened.
pub async fn log_out(loader: &mut Loader<'_>) -> Result<()> {
    for token in std::mem::take(&mut loader.people).into_values() {
        let request = LogoutRequest { request_id: shared::id::time_ordered().to_string() };
        AuthServiceClient::new(loader.target.signed("auth", &token)?).logout(request).await.map_err(said)?;
    }
    Ok(())
}
