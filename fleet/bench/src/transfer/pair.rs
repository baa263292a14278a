//! Mint twice on one backend, so that each load is measured in turns: one movement to a commit, and many.

use anyhow::{Context, Result};

use super::Plan;
use super::served::{Served, Shape};
use crate::hosted::Storage;
use crate::load::Measured;
use crate::signer::Signer;

pub struct Pair {
    pub together: Served,
    alone: Served,
}

/// One load, with so many callers.
pub struct Paired {
    pub callers: usize,
    pub alone: Measured,
    pub together: Measured,
}

impl Pair {
    pub async fn start(storages: [Storage; 2], plan: &Plan, signer: &Signer) -> Result<Self> {
        let [together, alone] = storages;
        let together = Served::start(together, true, plan, signer).await?;
        let alone = Served::start(alone, false, plan, signer).await?;
        Ok(Self { together, alone })
    }

    /// One load, with each number of callers.
    pub async fn measure(&self, shape: Shape, plan: &Plan) -> Result<Vec<Paired>> {
        let mut measured = Vec::new();
        for &callers in &plan.callers {
            let alone = self.alone.measure(shape, callers, plan.slice).await?;
            let together = self.together.measure(shape, callers, plan.slice).await?;
            measured.push(Paired { callers, alone, together });
        }
        Ok(measured)
    }

    pub async fn stop(self) -> Result<()> {
        self.together.stop().await?;
        self.alone.stop().await
    }
}

impl Paired {
    /// How many times as much comes through.
    pub fn gain(&self) -> f64 {
        self.together.rate / self.alone.rate
    }

    /// The p99 of many to a commit, as a multiple of that of one.
    pub fn of_p99(&self) -> f64 {
        self.together.p99 / self.alone.p99
    }
}

/// With the most callers.
pub fn most(measured: &[Paired]) -> Result<&Paired> {
    measured.last().context("no callers")
}

/// Where many to a commit gain least.
pub fn least(measured: &[Paired]) -> Result<&Paired> {
    measured.iter().min_by(|one, other| one.gain().total_cmp(&other.gain())).context("no callers")
}
