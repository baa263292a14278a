//! What an account is opened, entered, changed and closed with.

use proto::azora::auth::v1::{
    ChangeEmailRequest, ChangePasswordRequest, ConfirmEmailChangeRequest, CreateApiKeyRequest, DeleteUserRequest,
    ExchangeApiKeyRequest, GetMeRequest, IntrospectTokenRequest, LoginRequest, RefreshTokenRequest, RegisterRequest,
    RequestPasswordResetRequest, ResetPasswordRequest, RevokeApiKeyRequest, VerifyEmailRequest,
};
use proto::azora::common::v1::Role;
use proto::azora::ops::v1::GetServiceInfoRequest;
use proto::azora::ops::v1::ops_service_client::OpsServiceClient;
use shared::config::PORTS;
use shared::random;
use shared::testing::new_id;
use tonic::{Code, Request};

use super::{Journey, KEY_NAMES, NAMES, Person, signed};
use crate::seeded::Fleet;

impl Journey<'_> {
    pub async fn accounts_and_sessions(&mut self) {
        let mut alice = self.opened("alice").await;
        let admin =
            RegisterRequest { role: Role::Admin.into(), ..self.registration("eve@example.org", "an intruder", &[]) };
        let answer = self.auth.register(admin).await;
        self.refused(answer, Code::PermissionDenied);
        let malformed = self.registration("no address", "a malformed request", &[]);
        let answer = self.auth.register(malformed).await;
        self.refused(answer, Code::InvalidArgument);
        let password = self.secret("a password that is too long", random::hex::<150>());
        let long = RegisterRequest { password, ..self.registration("eve@example.org", "a long request", &[]) };
        let answer = self.auth.register(long).await;
        self.refused(answer, Code::InvalidArgument);
        let taken = self.registration(&alice.email, "whoever took a taken address", NAMES);
        self.auth.register(taken).await.expect("the same answer");
        let token = self.secret("a verification token that was never sent", random::hex::<32>());
        let answer = self.auth.verify_email(VerifyEmailRequest { request_id: new_id(), token }).await;
        self.refused(answer, Code::FailedPrecondition);

        for (email, code) in [
            ("alice@example.org", Code::Unauthenticated),
            ("nobody@example.org", Code::Unauthenticated),
            ("no address", Code::InvalidArgument),
        ] {
            let request = LoginRequest {
                email: email.to_owned(),
                password: self.password("a wrong password"),
                device_token: self.secret("a wrong device token", format!("azd_{}", random::hex::<32>())),
                device_label: self.secret("the label of a device that did not get in", random::hex::<16>()),
                device_key: Vec::new(),
            };
            let answer = self.auth.login(request).await;
            self.refused(answer, code);
        }

        self.renew(&mut alice).await;
        for (bytes, code) in [(60, Code::Unauthenticated), (300, Code::InvalidArgument)] {
            let text = format!("v1.{}", random::hex::<150>());
            let refresh_token = self.secret("a refresh token of nobody", &text[..bytes]);
            let answer = self.auth.refresh_token(RefreshTokenRequest { refresh_token, proof: None }).await;
            self.refused(answer, code);
        }

        let current_password = self.password("a wrong current password");
        let new_password = self.password("a new password that was not set");
        let change = ChangePasswordRequest { request_id: new_id(), current_password, new_password };
        let answer = self.auth.change_password(signed(change, &alice.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let new_password = self.password("a new password");
        let change = ChangePasswordRequest {
            request_id: new_id(),
            current_password: alice.password.clone(),
            new_password: new_password.clone(),
        };
        self.auth.change_password(signed(change, &alice.tokens.access_token)).await.expect("they know it");
        alice.password = new_password;
        self.renew(&mut alice).await;
        self.another_address(&alice).await;
        self.headers(&alice).await;
    }

    async fn another_address(&mut self, alice: &Person) {
        let change = ChangeEmailRequest {
            request_id: new_id(),
            new_email: "alice@example.net".to_owned(),
            password: self.password("a wrong password for another address"),
            code: self.secret("a code that nobody asked for", random::hex::<8>()),
            challenge_id: String::new(),
        };
        let answer = self.auth.change_email(signed(change.clone(), &alice.tokens.access_token)).await;
        self.refused(answer, Code::PermissionDenied);
        let right = ChangeEmailRequest {
            request_id: new_id(),
            password: alice.password.clone(),
            code: String::new(),
            ..change
        };
        self.auth.change_email(signed(right, &alice.tokens.access_token)).await.expect("they know it");
        let sent = self.sent("email-change", &alice.id, "token: ", 64);
        let wrong = self.secret("a token for another address that was never sent", random::hex::<32>());
        let confirm = |token| ConfirmEmailChangeRequest { request_id: new_id(), token };
        let answer = self.auth.confirm_email_change(signed(confirm(wrong), &alice.tokens.access_token)).await;
        self.refused(answer, Code::FailedPrecondition);
        self.auth.confirm_email_change(signed(confirm(sent), &alice.tokens.access_token)).await.expect("it was sent");
    }

    /// What else comes with a call.
    async fn headers(&mut self, alice: &Person) {
        let altered = self.secret("an altered access token", format!("{}x", alice.tokens.access_token));
        let answer = self.auth.get_me(signed(GetMeRequest {}, &altered)).await;
        self.refused(answer, Code::Unauthenticated);
        let mut request = Request::new(GetMeRequest {});
        let basic = self.secret("another scheme's credentials", random::hex::<24>());
        request.metadata_mut().insert("authorization", format!("Basic {basic}").parse().expect("a header"));
        let answer = self.auth.get_me(request).await;
        self.refused(answer, Code::Unauthenticated);
        let mut request = signed(GetMeRequest {}, &alice.tokens.access_token);
        for name in ["cookie", "x-api-key", "x-auth-token"] {
            let value = self.secret(name, random::hex::<24>());
            request.metadata_mut().insert(name, value.parse().expect("a header"));
        }
        self.auth.get_me(request).await.expect("what nobody reads does not matter");
    }

    pub async fn forgotten_password(&mut self) {
        let bob = self.opened("bob").await;
        let ask = RequestPasswordResetRequest { request_id: new_id(), email: bob.email.clone() };
        self.auth.request_password_reset(ask).await.expect("open to all");
        let sent = self.sent("reset", &bob.id, "token: ", 64);
        let wrong = self.secret("a reset token that was never sent", random::hex::<32>());
        for (token, right) in [(wrong, false), (sent, true)] {
            let new_password = self.password("a password after a reset");
            let reset = ResetPasswordRequest { request_id: new_id(), token, new_password: new_password.clone() };
            let answer = self.auth.reset_password(reset).await;
            if right {
                answer.expect("it was sent for this");
                self.log_in(&bob.email, &new_password).await;
            } else {
                self.refused(answer, Code::FailedPrecondition);
            }
        }
        let ended = RefreshTokenRequest { refresh_token: bob.tokens.refresh_token, proof: None };
        let answer = self.auth.refresh_token(ended).await;
        self.refused(answer, Code::Unauthenticated);
    }

    pub async fn api_keys(&mut self) {
        let carol = self.opened("carol").await;
        let create = CreateApiKeyRequest {
            name: self.plant("what a key is called", format!("\"{}\" é", random::hex::<8>()), KEY_NAMES),
            scopes: vec!["mint:read".to_owned()],
            expires_at: None,
        };
        let refused = CreateApiKeyRequest {
            name: self.secret("what a refused key was called", random::hex::<16>()),
            scopes: vec!["auth:write".to_owned()],
            expires_at: None,
        };
        let answer = self.auth.create_api_key(signed(refused, &carol.tokens.access_token)).await;
        self.refused(answer, Code::InvalidArgument);
        let made = self.auth.create_api_key(signed(create, &carol.tokens.access_token)).await;
        let made = made.expect("their own").into_inner();
        let key = self.secret("an API key", &made.key);
        let exchanged = self.auth.exchange_api_key(ExchangeApiKeyRequest { key: key.clone() }).await;
        self.secret("an API key's token", exchanged.expect("it works").into_inner().access_token);
        let api_key_id = made.api_key.expect("what is known of it").id;
        let revoke = RevokeApiKeyRequest { request_id: new_id(), api_key_id };
        self.auth.revoke_api_key(signed(revoke, &carol.tokens.access_token)).await.expect("their own");
        let unknown = self.secret("an API key of nobody", format!("azk_0badc0de_{}", random::hex::<32>()));
        for key in [key, unknown] {
            let answer = self.auth.exchange_api_key(ExchangeApiKeyRequest { key }).await;
            self.refused(answer, Code::Unauthenticated);
        }

        let file = self.place.folder.path().join("keys/seed.key");
        let key = self.secret("a service's key", std::fs::read_to_string(file).expect("made at start").trim());
        let service = self.auth.exchange_api_key(ExchangeApiKeyRequest { key }).await.expect("known").into_inner();
        let service = self.secret("a service's token", service.access_token);
        let nonsense = self.secret("no token at all", random::hex::<40>());
        for token in [carol.tokens.access_token, nonsense] {
            let ask = IntrospectTokenRequest { token };
            self.auth.introspect_token(signed(ask, &service)).await.expect("for services");
        }
    }

    pub async fn closed_account(&mut self) {
        let erin = self.opened("erin").await;
        let wrong = self.password("a wrong password for the end");
        for (password, right) in [(wrong, false), (erin.password.clone(), true)] {
            let delete = DeleteUserRequest { request_id: new_id(), password, ..DeleteUserRequest::default() };
            let answer = self.auth.delete_user(signed(delete, &erin.tokens.access_token)).await;
            if right {
                answer.expect("they know it");
            } else {
                self.refused(answer, Code::PermissionDenied);
            }
        }
    }

    /// A token that is none, for each of the nine.
    pub async fn forged_tokens(&mut self, running: &Fleet) {
        for (service, _) in PORTS {
            let token = self.secret("a forged token", format!("eyJhbGciOiJub25lIn0.{}.", random::hex::<24>()));
            let mut ops = OpsServiceClient::new(running.channel(service));
            let answer = ops.get_service_info(signed(GetServiceInfoRequest {}, &token)).await;
            self.refused(answer, Code::Unauthenticated);
        }
    }
}
