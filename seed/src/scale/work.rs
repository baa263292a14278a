//! Jobs that employers offer.

use anyhow::Result;
use proto::azora::common::v1::Currency;
use proto::azora::forge::v1::CreateJobRequest;
use proto::azora::forge::v1::forge_service_client::ForgeServiceClient;

use super::learning::TOPICS;
use super::{Counts, Draw, Scale, WITH_PASSWORD, email, patient, row_id};

/// The employer of a job: one who can sign in, and who is there in the smallest set with this job.
fn employer(job: u32) -> String {
    let there = Counts::of(10 * (job + 1)).employers;
    email('m', job % there.min(WITH_PASSWORD))
}

pub async fn load(scale: &mut Scale<'_>) -> Result<()> {
    let make = async |index: u32| {
        let forge = ForgeServiceClient::new(scale.speakers.as_person("forge", &employer(index)).await?);
        let mut draw = Draw::of("job", index);
        let topic = *draw.one(&TOPICS);
        let request = CreateJobRequest {
            request_id: row_id("job", index),
            title: format!("{topic} task {}", index + 1),
            description: format!("A piece of work in {}, made for trying the platform out.", topic.to_lowercase()),
            budget: draw.number(20..=2000).to_string(),
            currency: Currency::Azr.into(),
            skills: vec![topic.to_owned(), (*draw.one(&TOPICS)).to_owned()],
            category: topic.to_owned(),
            ..Default::default()
        };
        patient(async || forge.clone().create_job(request.clone()).await).await.map(drop)
    };
    let (_, line) = scale.stage("forge", "jobs", scale.counts.jobs, 1, make).await?;
    scale.note(line);
    Ok(())
}
