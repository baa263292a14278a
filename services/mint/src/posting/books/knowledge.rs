//! Payment for something learnt or done.

use proto::azora::mint::v1::TransactionType;
use sha2::{Digest, Sha256};
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::{self, Time};
use shared::error::{Result, not_found};
use shared::id::UserId;

use super::Books;
use crate::entity::{mining_day, mining_record};
use crate::error::MintError;
use crate::id::{MiningRecordId, WalletId};
use crate::posting::{Movement, Proof};

/// What is paid for once.
pub type Activity = (WalletId, &'static str, String);

impl Books {
    /// Pays for something learnt or done, once, and no more than the day allows.
    ///
    /// # Errors
    /// The refusal. Half of it may be done then: only within `attempt`.
    pub fn mine(&mut self, call: &Call, proof: Proof) -> Result<mining_record::Model> {
        let owner = self.wallet(proof.wallet)?.user_id.ok_or_else(|| not_found("wallet"))?;
        let activity = (proof.wallet, proof.activity.text(), proof.activity_id.clone());
        if let Some(paid) = self.records.get(&activity) {
            return Err(MintError::AlreadyRewarded(paid.id).into());
        }
        let day = (owner, clock::day(self.now));
        let today = self.days.get(&day);
        let paid = today.map_or(Amount::ZERO, |today| today.paid);
        let left = proof.daily_cap.minus(paid)?.max(Amount::ZERO);
        if proof.reward > left {
            let until_midnight = until_midnight(self.now);
            return Err(MintError::DailyCapReached { left, wanted: proof.reward, until_midnight }.into());
        }
        let today = mining_day::Model {
            user_id: owner,
            day: day.1.clone(),
            paid: paid.plus(proof.reward)?,
            created_at: today.map_or(self.now, |today| today.created_at),
            updated_at: self.now,
        };
        let movement = Movement {
            reason: Some(format!("Proof of knowledge: {}", proof.activity)),
            ..Movement::of(TransactionType::Reward, proof.rewarded_from, proof.wallet, proof.reward)
        };
        let transaction = self.post(call, movement)?;
        let record = mining_record::Model {
            id: MiningRecordId::new(),
            wallet_id: proof.wallet,
            activity_type: proof.activity,
            activity_id: proof.activity_id,
            level: proof.level,
            difficulty: proof.level.number(),
            score: proof.score,
            seconds: proof.seconds,
            source_service: proof.source_service,
            tokens_earned: proof.reward,
            proof_hash: Vec::new(),
            transaction_id: transaction.id,
            metadata: None,
            mined_at: self.now,
            created_at: self.now,
        };
        let record = mining_record::Model { proof_hash: proof_hash(&record, owner), ..record };
        self.days.put(day, today);
        self.records.put(activity, record.clone());
        Ok(record)
    }
}

pub fn activity_of(record: &mining_record::Model) -> Activity {
    (record.wallet_id, record.activity_type.text(), record.activity_id.clone())
}

/// Everything that was said of an activity, so that nobody can say later that it was something else.
fn proof_hash(record: &mining_record::Model, owner: UserId) -> Vec<u8> {
    let said = [
        record.activity_type.to_string(),
        record.activity_id.clone(),
        owner.to_string(),
        record.score.map(|score| score.to_string()).unwrap_or_default(),
        record.level.to_string(),
        record.seconds.to_string(),
        record.mined_at.timestamp_micros().to_string(),
    ];
    Sha256::digest(said.join("\n")).to_vec()
}

fn until_midnight(now: Time) -> std::time::Duration {
    const DAY_SECONDS: i64 = 24 * 3600;
    let left = DAY_SECONDS - now.timestamp().rem_euclid(DAY_SECONDS);
    std::time::Duration::from_secs(u64::try_from(left).unwrap_or_default())
}
