use proto::azora::auth::v1::{GetMfaSettingsRequest, MfaMethod, MfaSettings};
use shared::testing::TestUser;

use crate::confirm_mfa_method::{signed_in_by_code, turned_on};
use crate::send_mfa_code::{PHONE, forget_the_pause};
use crate::{auth, signed_in, start};

async fn settings(user: &TestUser) -> MfaSettings {
    auth(user).get_mfa_settings(GetMfaSettingsRequest {}).await.unwrap().into_inner().settings.unwrap()
}

#[tokio::test]
async fn nothing_is_on_at_first() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    assert_eq!(settings(&alice).await, MfaSettings::default());
}

#[tokio::test]
async fn of_a_number_only_its_end_is_shown_and_the_first_factor_stands_first() {
    let service = start().await;
    let alice = signed_in(&service, "alice@example.org").await;
    turned_on(&service, &alice, MfaMethod::Sms, PHONE).await;
    let alice = signed_in_by_code(&service, "alice@example.org", alice.id, MfaMethod::Sms).await;
    let one = settings(&alice).await;
    assert_eq!((one.enabled, one.phone_hint.as_str(), one.recovery_codes_left), (true, "78", 0));
    forget_the_pause(&service).await;
    turned_on(&service, &alice, MfaMethod::Email, "").await;
    let alice = signed_in_by_code(&service, "alice@example.org", alice.id, MfaMethod::Sms).await;
    assert_eq!(settings(&alice).await.methods, [MfaMethod::Sms, MfaMethod::Email].map(i32::from));
}
