use mint::Mint;
use proto::azora::mint::v1::PreviewStakeRewardRequest;
use shared::testing::{TestService, assert_fields};

use crate::stake::staked;
use crate::{mint, wallet_with};

#[tokio::test]
async fn it_is_what_a_stake_promises() {
    let service = TestService::<Mint>::start().await;
    let alice = service.student("alice");
    let id = wallet_with(&service, &alice, "1000").await;
    for (amount, days) in [("10", 0), ("33.33333333", 91), ("7", 1825)] {
        let request = PreviewStakeRewardRequest { amount: amount.into(), days };
        let told = mint(&alice).preview_stake_reward(request).await.unwrap().into_inner();
        let stake = staked(&alice, amount, &id, days).await;
        assert_eq!((told.reward, told.rate_bp), (stake.reward, stake.rate_bp));
    }
    let bad = PreviewStakeRewardRequest { amount: "x".into(), days: 1826 };
    assert_fields(&mint(&alice).preview_stake_reward(bad).await, &["amount", "days"]);
}
