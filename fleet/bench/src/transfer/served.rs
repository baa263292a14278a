//! Mint, and those who pay.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::Plan;
use crate::hosted::{self, Hosted, Storage, Token, other_than, signed, token_of};
use crate::load::{Measured, measure};
use crate::signer::Signer;

/// The wallet that everybody pays in the hot runs.
pub const HOT: u64 = 1;

/// Who is paid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any wallet.
    Uniform,
    /// The hot wallet.
    Hot,
    /// Any wallet that has no part in the hot run of the most callers; nor have those who pay.
    Apart,
}

impl Shape {
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Hot => "one hot wallet",
            Self::Apart => "apart from it",
        }
    }
}

pub struct Served {
    mint: Hosted,
    tokens: Arc<[Token]>,
    wallets: u64,
    /// So many pay in the largest hot run.
    most: usize,
}

impl Served {
    pub async fn start(storage: Storage, batching: bool, plan: &Plan, signer: &Signer) -> Result<Self> {
        let mint = Hosted::start(storage, batching, signer).await?;
        let payers = HOT + 1..=HOT + plan.payers() as u64;
        let tokens = payers.map(|number| token_of(signer, number)).collect::<Result<_>>()?;
        Ok(Self { mint, tokens, wallets: plan.wallets, most: plan.most })
    }

    /// Each caller pays out of a wallet of their own.
    pub async fn measure(&self, shape: Shape, callers: usize, time: Duration) -> Result<Measured> {
        let (client_of, tokens, wallets) = (self.mint.clients(), Arc::clone(&self.tokens), self.wallets);
        let before = if shape == Shape::Apart { self.most } else { 0 };
        measure(callers, time, move |caller| {
            let mut client = client_of(caller);
            let place = before + caller;
            let from = HOT + 1 + place as u64;
            let to = match shape {
                Shape::Uniform => other_than(from, wallets),
                Shape::Hot => HOT,
                Shape::Apart => {
                    let busy = HOT + before as u64;
                    busy + other_than(from - busy, wallets - busy)
                }
            };
            let request = signed(hosted::transfer(from, to), &tokens[place]);
            async move {
                client.transfer(request).await?;
                Ok(())
            }
        })
        .await
    }

    pub async fn stop(self) -> Result<()> {
        self.mint.stop().await
    }
}
