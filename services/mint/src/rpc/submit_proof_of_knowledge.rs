//! Pays a user for something learnt or done. The identity of the service that tells of it stands for its truth.

use proto::azora::common::v1::{Currency, Level};
use proto::azora::mint::v1::{
    ActivityType, MiningRecord, SubmitProofOfKnowledgeRequest, SubmitProofOfKnowledgeResponse, WalletKind,
};
use sea_orm::{ColumnTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::hundredths::Hundredths;
use shared::id::UserId;
use shared::word::Word;
use shared::work::Verdict;

use crate::Mint;
use crate::entity::wallet;
use crate::error::MintError;
use crate::knowledge::{self, PASSED};
use crate::posting::{Books, Command, Needs, Proof};

const DAY_SECONDS: i32 = 24 * 3600;
const PERCENT_MAX: i32 = 10_000;

pub struct SubmitProofOfKnowledge {
    user: UserId,
    activity: Word<ActivityType>,
    activity_id: String,
    level: Word<Level>,
    score: Option<Hundredths>,
    seconds: i32,
}

impl TryFrom<SubmitProofOfKnowledgeRequest> for SubmitProofOfKnowledge {
    type Error = Error;

    fn try_from(request: SubmitProofOfKnowledgeRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            user: fields.id("user_id", &request.user_id),
            activity: fields.word("activity_type", request.activity_type),
            activity_id: fields.text("activity_id", &request.activity_id, 1..=120),
            level: fields.word("level", request.level),
            score: fields.optional_hundredths("score", &request.score, 0..=PERCENT_MAX),
            seconds: fields.number("seconds", request.seconds, 0..=DAY_SECONDS),
        };
        fields.finish(input)
    }
}

pub async fn run(mint: &Mint, call: &Call, input: SubmitProofOfKnowledge) -> Result<SubmitProofOfKnowledgeResponse> {
    // Whose wallet it is never changes.
    let own = wallet::owned_by(input.user).filter(wallet::Column::Currency.eq(Word(Currency::Azr)));
    let wallet = own.one(mint.work.read()).await?;
    let daily_cap = mint.config.mining_daily_cap()?;
    let reward = knowledge::reward(*input.activity, *input.level, input.score, input.seconds)?;
    let proof = wallet.as_ref().map(|wallet| Proof {
        wallet: wallet.id,
        rewarded_from: wallet::id_of_system(WalletKind::RewardPool, Currency::Azr, "mining"),
        activity: input.activity,
        activity_id: input.activity_id.clone(),
        level: input.level,
        score: input.score,
        seconds: input.seconds,
        source_service: call.service_name().unwrap_or_default().to_owned(),
        reward,
        daily_cap,
    });
    mint.writer.post(call, Submit { input, wallet, proof }).await
}

struct Submit {
    input: SubmitProofOfKnowledge,
    wallet: Option<wallet::Model>,
    proof: Option<Proof>,
}

impl Command for Submit {
    fn needs(&self, needs: &mut Needs) {
        if let (Some(wallet), Some(proof)) = (&self.wallet, &self.proof) {
            needs.wallets([proof.wallet, proof.rewarded_from]);
            needs.proof(wallet, proof.activity, &proof.activity_id);
        }
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let activity = self.input.activity;
        let service = call.service_name().unwrap_or_default();
        if !knowledge::may_tell(service, *activity) {
            return Err(MintError::ActivityNotYours { service: service.to_owned(), activity }.into());
        }
        let proof = self.proof.clone().ok_or_else(|| not_found("wallet"))?;
        if knowledge::has_to_be_passed(*activity) && proof.score.is_none_or(|score| score < PASSED) {
            return Err(MintError::ScoreTooLow(PASSED).into());
        }
        let record = MiningRecord::from(books.mine(call, proof)?);
        Ok(Verdict::new(&record.id, &record, &SubmitProofOfKnowledgeResponse { record: Some(record.clone()) }))
    }
}
