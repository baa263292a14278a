//! What a second factor is set up, shown and turned off with.

use proto::azora::auth::v1::{
    CompleteMfaRequest, ConfirmMfaMethodRequest, ConfirmTotpRequest, DisableMfaRequest, EnrollMfaMethodRequest,
    EnrollTotpRequest, LoginRequest, MfaMethod, RegenerateRecoveryCodesRequest,
};
use shared::random;
use shared::testing::new_id;
use tonic::Code;
use totp_rs::{Secret, TOTP};

use super::{Journey, Person, signed};

/// Six digits that are not the right ones.
fn another(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

impl Journey<'_> {
    pub async fn authenticator_app(&mut self) {
        let mut dave = self.opened("dave").await;
        let password = self.password("a wrong password for an app");
        let answer = self.auth.enroll_totp(signed(EnrollTotpRequest { password }, &dave.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let enroll = EnrollTotpRequest { password: dave.password.clone() };
        let made = self.auth.enroll_totp(signed(enroll, &dave.tokens.access_token)).await.expect("theirs").into_inner();
        let secret = self.secret("an app's secret", &made.secret);
        self.planted.last_mut().expect("just planted").bytes = Secret::Encoded(secret).to_bytes().ok();
        self.secret("an app's address", &made.otpauth_uri);
        let app = TOTP::from_url(&made.otpauth_uri).expect("an address that apps read");
        let code = app.generate_current().expect("a clock");
        let wrong = self.secret("a wrong code for an app", another(&code));
        let answer =
            self.auth.confirm_totp(signed(ConfirmTotpRequest { code: wrong }, &dave.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let code = self.secret("an app's code", app.generate_current().expect("a clock"));
        let confirm = signed(ConfirmTotpRequest { code: code.clone() }, &dave.tokens.access_token);
        let codes = self.auth.confirm_totp(confirm).await.expect("the right code").into_inner().recovery_codes;
        self.recovery_codes(&codes);

        let request =
            LoginRequest { email: dave.email.clone(), password: dave.password.clone(), ..LoginRequest::default() };
        let answer = self.auth.login(request).await.expect("the right password").into_inner();
        let challenge_id = answer.mfa_challenge.expect("a second factor is on").id;
        let unknown = self.secret("a recovery code of nobody", "QX7Z-K3MW-PLV2-RTY4");
        let wrong = self.secret("a wrong code at a login", another(&another(&code)));
        for (method, code) in [
            (MfaMethod::Recovery, unknown),
            (MfaMethod::Totp, wrong),
            (MfaMethod::Totp, code),
            (MfaMethod::Recovery, codes[0].clone()),
        ] {
            let is_last = code == codes[0];
            let request = CompleteMfaRequest {
                challenge_id: challenge_id.clone(),
                method: method.into(),
                code,
                ..CompleteMfaRequest::default()
            };
            let answer = self.auth.complete_mfa(request).await;
            if is_last {
                dave.tokens = self.keep(answer.expect("a code of the set").into_inner().tokens.expect("tokens"));
            } else {
                self.refused(answer, Code::Unauthenticated);
            }
        }
        self.recovered(&dave, &codes).await;
    }

    async fn recovered(&mut self, dave: &Person, codes: &[String]) {
        let renew = |password: &str, code: &str| {
            let (password, code) = (password.to_owned(), code.to_owned());
            RegenerateRecoveryCodesRequest { password, code, challenge_id: String::new() }
        };
        let wrong = self.password("a wrong password for recovery codes");
        let request = signed(renew(&wrong, &codes[1]), &dave.tokens.access_token);
        let answer = self.auth.regenerate_recovery_codes(request).await;
        self.refused(answer, Code::PermissionDenied);
        let request = signed(renew(&dave.password, &codes[1]), &dave.tokens.access_token);
        let answer = self.auth.regenerate_recovery_codes(request).await.expect("both are right").into_inner();
        let codes = answer.recovery_codes;
        self.recovery_codes(&codes);
        let wrong = self.password("a wrong password against an app");
        for (password, right) in [(wrong, false), (dave.password.clone(), true)] {
            let disable = DisableMfaRequest {
                request_id: new_id(),
                method: MfaMethod::Totp.into(),
                password,
                code: codes[2].clone(),
                challenge_id: String::new(),
            };
            let answer = self.auth.disable_mfa(signed(disable, &dave.tokens.access_token)).await;
            if right {
                answer.expect("both are right");
            } else {
                self.refused(answer, Code::PermissionDenied);
            }
        }
    }

    fn recovery_codes(&mut self, codes: &[String]) {
        for code in codes {
            self.secret("a recovery code", code);
            self.secret("a recovery code in one word", code.replace('-', ""));
        }
    }

    /// By text message, or by e-mail.
    pub async fn codes_that_are_sent(&mut self, name: &str, method: MfaMethod) {
        let person = self.opened(name).await;
        let digits: String = random::bytes::<12>().iter().map(|byte| char::from(b'0' + byte % 10)).collect();
        let phone =
            if method == MfaMethod::Sms { self.secret("a number", format!("+27{digits}")) } else { String::new() };
        let password = self.password("a wrong password for a method");
        let wrong = EnrollMfaMethodRequest { request_id: new_id(), method: method.into(), phone, password };
        let right = EnrollMfaMethodRequest { request_id: new_id(), password: person.password.clone(), ..wrong.clone() };
        let answer = self.auth.enroll_mfa_method(signed(wrong, &person.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let answer = self.auth.enroll_mfa_method(signed(right, &person.tokens.access_token)).await.expect("theirs");
        let challenge_id = answer.into_inner().challenge.expect("to be answered").id;
        let (kind, mark) = if method == MfaMethod::Sms { ("sms", "Azora code: ") } else { ("code", "code: ") };
        let sent = self.sent(kind, &person.id, mark, 6);
        let wrong = self.secret("a wrong code for a method", another(&sent));
        for (code, right) in [(wrong, false), (sent, true)] {
            let confirm = ConfirmMfaMethodRequest { request_id: new_id(), challenge_id: challenge_id.clone(), code };
            let answer = self.auth.confirm_mfa_method(signed(confirm, &person.tokens.access_token)).await;
            if right {
                answer.expect("it was sent for this");
            } else {
                self.refused(answer, Code::PermissionDenied);
            }
        }
    }
}
