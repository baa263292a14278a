//! The employer's two jobs, and the student's skill profile with its history.

use anyhow::{Context, Result};
use chrono::{Duration, NaiveTime};
use proto::azora::common::v1::Currency;
use proto::azora::forge::v1::forge_service_client::ForgeServiceClient;
use proto::azora::forge::v1::{
    CreateJobRequest, GetSkillProfileRequest, ListJobsRequest, RecordedHistory, UpdateSkillProfileRequest,
};
use shared::clock;
use tonic::Code;

use super::{Loader, compare};
use crate::data::request_id;
use crate::report::Fate;
use crate::target::said;

pub async fn load(loader: &mut Loader<'_>) -> Result<()> {
    let labels: Vec<String> = loader.data.forge.job.keys().cloned().collect();
    for label in labels {
        job(loader, &label).await?;
    }
    profile(loader).await
}

async fn job(loader: &mut Loader<'_>, label: &str) -> Result<()> {
    let mut forge = ForgeServiceClient::new(loader.target.signed("forge", &loader.service)?);
    let query = ListJobsRequest { employer_id: loader.user("employer")?, page_size: 200, ..Default::default() };
    let there = forge.list_jobs(query).await.map_err(said)?.into_inner().jobs;
    let data = &loader.data.forge.job[label];
    let fate = match there.into_iter().find(|job| job.title == data.title) {
        Some(job) => compare(&[
            ("budget", job.budget == data.budget),
            ("skills", job.skills == data.skills),
            ("category", job.category == data.category),
            ("description", job.description == data.description),
        ]),
        None => {
            let midnight = clock::now().date_naive().and_time(NaiveTime::MIN).and_utc();
            let request = CreateJobRequest {
                request_id: request_id(&format!("forge/{label}")),
                title: data.title.clone(),
                description: data.description.clone(),
                budget: data.budget.clone(),
                currency: Currency::Azr.into(),
                skills: data.skills.clone(),
                category: data.category.clone(),
                deadline: data.deadline_days.map(|days| clock::to_proto(midnight + Duration::days(days))),
                ..Default::default()
            };
            let token = loader.person("employer").await?;
            let mut own = ForgeServiceClient::new(loader.target.signed("forge", &token)?);
            own.create_job(request).await.map_err(said)?;
            Fate::Created
        }
    };
    loader.record("forge", "jobs", label, &fate);
    Ok(())
}

async fn profile(loader: &mut Loader<'_>) -> Result<()> {
    let user = loader.user("student")?;
    let mut forge = ForgeServiceClient::new(loader.target.signed("forge", &loader.service)?);
    let found = match forge.get_skill_profile(GetSkillProfileRequest { user_id: user.clone() }).await {
        Ok(answer) => Some(answer.into_inner().profile.context("no profile in the answer")?),
        Err(status) if status.code() == Code::NotFound => None,
        Err(status) => return Err(said(status)),
    };
    if found.as_ref().is_none_or(|profile| profile.skills.is_empty()) {
        let request = UpdateSkillProfileRequest {
            request_id: request_id("forge/profile"),
            skills: loader.data.forge.profile.skills.clone(),
            ..Default::default()
        };
        let token = loader.person("student").await?;
        let mut own = ForgeServiceClient::new(loader.target.signed("forge", &token)?);
        own.update_skill_profile(request).await.map_err(said)?;
    }
    let data = &loader.data.forge.profile;
    if found.as_ref().is_none_or(|profile| profile.opening.is_none()) {
        let request = UpdateSkillProfileRequest {
            request_id: request_id("forge/profile/opening"),
            user_id: user,
            recorded: Some(RecordedHistory {
                jobs_completed: data.opening_jobs,
                rating_sum: data.opening_rating_sum,
                rating_count: data.opening_rating_count,
                earned: data.opening_earned.clone(),
            }),
            ..Default::default()
        };
        forge.update_skill_profile(request).await.map_err(said)?;
    }
    let fate = match found {
        None => Fate::Created,
        Some(profile) => compare(&[("skills", profile.skills.is_empty() || profile.skills == data.skills)]),
    };
    loader.record("forge", "skill profiles", "student", &fate);
    Ok(())
}
