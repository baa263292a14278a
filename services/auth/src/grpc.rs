//! The table of contents: every RPC of `AuthService`, and where it lives.

use proto::azora::auth::v1::auth_service_server::AuthService;
use proto::azora::auth::v1::{
    ChangeEmailRequest, ChangeEmailResponse, ChangePasswordRequest, ChangePasswordResponse, CompleteMfaRequest,
    CompleteMfaResponse, ConfirmEmailChangeRequest, ConfirmEmailChangeResponse, ConfirmMfaMethodRequest,
    ConfirmMfaMethodResponse, ConfirmTotpRequest, ConfirmTotpResponse, CreateApiKeyRequest, CreateApiKeyResponse,
    DeleteUserRequest, DeleteUserResponse, DisableMfaRequest, DisableMfaResponse, EnrollMfaMethodRequest,
    EnrollMfaMethodResponse, EnrollTotpRequest, EnrollTotpResponse, ExchangeApiKeyRequest, ExchangeApiKeyResponse,
    GetJwksRequest, GetJwksResponse, GetMeRequest, GetMeResponse, GetMfaSettingsRequest, GetMfaSettingsResponse,
    GetProfileRequest, GetProfileResponse, GetUserRequest, GetUserResponse, IntrospectTokenRequest,
    IntrospectTokenResponse, ListApiKeysRequest, ListApiKeysResponse, ListSecurityEventsRequest,
    ListSecurityEventsResponse, ListSessionsRequest, ListSessionsResponse, ListUsersRequest, ListUsersResponse,
    LoginRequest, LoginResponse, LogoutRequest, LogoutResponse, ReactivateUserRequest, ReactivateUserResponse,
    RefreshTokenRequest, RefreshTokenResponse, RegenerateRecoveryCodesRequest, RegenerateRecoveryCodesResponse,
    RegisterRequest, RegisterResponse, RequestPasswordResetRequest, RequestPasswordResetResponse,
    ResendVerificationRequest, ResendVerificationResponse, ResetPasswordRequest, ResetPasswordResponse,
    ResolveSecurityEventRequest, ResolveSecurityEventResponse, RevokeApiKeyRequest, RevokeApiKeyResponse,
    RevokeOtherSessionsRequest, RevokeOtherSessionsResponse, RevokeSessionRequest, RevokeSessionResponse,
    SendMfaCodeRequest, SendMfaCodeResponse, StartStepUpRequest, StartStepUpResponse, SuspendUserRequest,
    SuspendUserResponse, UnlockUserRequest, UnlockUserResponse, UpdateProfileRequest, UpdateProfileResponse,
    UpdateUserRoleRequest, UpdateUserRoleResponse, VerifyEmailRequest, VerifyEmailResponse, WatchRevocationsRequest,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Auth;
use crate::rpc::{
    change_email, change_password, complete_mfa, confirm_email_change, confirm_mfa_method, confirm_totp,
    create_api_key, delete_user, disable_mfa, enroll_mfa_method, enroll_totp, exchange_api_key, get_jwks, get_me,
    get_mfa_settings, get_profile, get_user, introspect_token, list_api_keys, list_security_events, list_sessions,
    list_users, login, logout, reactivate_user, refresh_token, regenerate_recovery_codes, register,
    request_password_reset, resend_verification, reset_password, resolve_security_event, revoke_api_key,
    revoke_other_sessions, revoke_session, send_mfa_code, start_step_up, suspend_user, unlock_user, update_profile,
    update_user_role, verify_email, watch_revocations,
};

#[tonic::async_trait]
impl AuthService for Auth {
    async fn register(&self, request: Request<RegisterRequest>) -> Rpc<RegisterResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(register::run(self, &call, input).await?))
    }

    async fn verify_email(&self, request: Request<VerifyEmailRequest>) -> Rpc<VerifyEmailResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(verify_email::run(self, &call, input).await?))
    }

    async fn resend_verification(
        &self,
        request: Request<ResendVerificationRequest>,
    ) -> Rpc<ResendVerificationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(resend_verification::run(self, &call, input).await?))
    }

    async fn request_password_reset(
        &self,
        request: Request<RequestPasswordResetRequest>,
    ) -> Rpc<RequestPasswordResetResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(request_password_reset::run(self, &call, input).await?))
    }

    async fn reset_password(&self, request: Request<ResetPasswordRequest>) -> Rpc<ResetPasswordResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(reset_password::run(self, &call, input).await?))
    }

    async fn login(&self, request: Request<LoginRequest>) -> Rpc<LoginResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(login::run(self, &call, input).await?))
    }

    async fn complete_mfa(&self, request: Request<CompleteMfaRequest>) -> Rpc<CompleteMfaResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(complete_mfa::run(self, &call, input).await?))
    }

    async fn send_mfa_code(&self, request: Request<SendMfaCodeRequest>) -> Rpc<SendMfaCodeResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(send_mfa_code::run(self, &call, input).await?))
    }

    async fn start_step_up(&self, request: Request<StartStepUpRequest>) -> Rpc<StartStepUpResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(start_step_up::run(self, &call, input).await?))
    }

    async fn enroll_totp(&self, request: Request<EnrollTotpRequest>) -> Rpc<EnrollTotpResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(enroll_totp::run(self, &call, input).await?))
    }

    async fn confirm_totp(&self, request: Request<ConfirmTotpRequest>) -> Rpc<ConfirmTotpResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(confirm_totp::run(self, &call, input).await?))
    }

    async fn enroll_mfa_method(&self, request: Request<EnrollMfaMethodRequest>) -> Rpc<EnrollMfaMethodResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(enroll_mfa_method::run(self, &call, input).await?))
    }

    async fn confirm_mfa_method(&self, request: Request<ConfirmMfaMethodRequest>) -> Rpc<ConfirmMfaMethodResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(confirm_mfa_method::run(self, &call, input).await?))
    }

    async fn disable_mfa(&self, request: Request<DisableMfaRequest>) -> Rpc<DisableMfaResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(disable_mfa::run(self, &call, input).await?))
    }

    async fn regenerate_recovery_codes(
        &self,
        request: Request<RegenerateRecoveryCodesRequest>,
    ) -> Rpc<RegenerateRecoveryCodesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(regenerate_recovery_codes::run(self, &call, input).await?))
    }

    async fn get_mfa_settings(&self, request: Request<GetMfaSettingsRequest>) -> Rpc<GetMfaSettingsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_mfa_settings::run(self, &call, input).await?))
    }

    async fn logout(&self, request: Request<LogoutRequest>) -> Rpc<LogoutResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(logout::run(self, &call, input).await?))
    }

    async fn refresh_token(&self, request: Request<RefreshTokenRequest>) -> Rpc<RefreshTokenResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(refresh_token::run(self, &call, input).await?))
    }

    async fn list_sessions(&self, request: Request<ListSessionsRequest>) -> Rpc<ListSessionsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_sessions::run(self, &call, input).await?))
    }

    async fn revoke_session(&self, request: Request<RevokeSessionRequest>) -> Rpc<RevokeSessionResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(revoke_session::run(self, &call, input).await?))
    }

    async fn revoke_other_sessions(
        &self,
        request: Request<RevokeOtherSessionsRequest>,
    ) -> Rpc<RevokeOtherSessionsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(revoke_other_sessions::run(self, &call, input).await?))
    }

    async fn change_password(&self, request: Request<ChangePasswordRequest>) -> Rpc<ChangePasswordResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(change_password::run(self, &call, input).await?))
    }

    async fn change_email(&self, request: Request<ChangeEmailRequest>) -> Rpc<ChangeEmailResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(change_email::run(self, &call, input).await?))
    }

    async fn confirm_email_change(
        &self,
        request: Request<ConfirmEmailChangeRequest>,
    ) -> Rpc<ConfirmEmailChangeResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(confirm_email_change::run(self, &call, input).await?))
    }

    async fn delete_user(&self, request: Request<DeleteUserRequest>) -> Rpc<DeleteUserResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(delete_user::run(self, &call, input).await?))
    }

    async fn create_api_key(&self, request: Request<CreateApiKeyRequest>) -> Rpc<CreateApiKeyResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(create_api_key::run(self, &call, input).await?))
    }

    async fn list_api_keys(&self, request: Request<ListApiKeysRequest>) -> Rpc<ListApiKeysResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_api_keys::run(self, &call, input).await?))
    }

    async fn revoke_api_key(&self, request: Request<RevokeApiKeyRequest>) -> Rpc<RevokeApiKeyResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(revoke_api_key::run(self, &call, input).await?))
    }

    async fn exchange_api_key(&self, request: Request<ExchangeApiKeyRequest>) -> Rpc<ExchangeApiKeyResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(exchange_api_key::run(self, &call, input).await?))
    }

    async fn introspect_token(&self, request: Request<IntrospectTokenRequest>) -> Rpc<IntrospectTokenResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(introspect_token::run(self, &call, input).await?))
    }

    type WatchRevocationsStream = watch_revocations::Stream;

    async fn watch_revocations(&self, request: Request<WatchRevocationsRequest>) -> Rpc<Self::WatchRevocationsStream> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(watch_revocations::run(self, &call, input)))
    }

    async fn list_security_events(
        &self,
        request: Request<ListSecurityEventsRequest>,
    ) -> Rpc<ListSecurityEventsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_security_events::run(self, &call, input).await?))
    }

    async fn resolve_security_event(
        &self,
        request: Request<ResolveSecurityEventRequest>,
    ) -> Rpc<ResolveSecurityEventResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(resolve_security_event::run(self, &call, input).await?))
    }

    async fn get_me(&self, request: Request<GetMeRequest>) -> Rpc<GetMeResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_me::run(self, &call, input).await?))
    }

    async fn get_profile(&self, request: Request<GetProfileRequest>) -> Rpc<GetProfileResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_profile::run(self, &call, input).await?))
    }

    async fn update_profile(&self, request: Request<UpdateProfileRequest>) -> Rpc<UpdateProfileResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_profile::run(self, &call, input).await?))
    }

    async fn get_jwks(&self, request: Request<GetJwksRequest>) -> Rpc<GetJwksResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_jwks::run(self, &call, input).await?))
    }

    async fn list_users(&self, request: Request<ListUsersRequest>) -> Rpc<ListUsersResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_users::run(self, &call, input).await?))
    }

    async fn get_user(&self, request: Request<GetUserRequest>) -> Rpc<GetUserResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_user::run(self, &call, input).await?))
    }

    async fn suspend_user(&self, request: Request<SuspendUserRequest>) -> Rpc<SuspendUserResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(suspend_user::run(self, &call, input).await?))
    }

    async fn reactivate_user(&self, request: Request<ReactivateUserRequest>) -> Rpc<ReactivateUserResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(reactivate_user::run(self, &call, input).await?))
    }

    async fn unlock_user(&self, request: Request<UnlockUserRequest>) -> Rpc<UnlockUserResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(unlock_user::run(self, &call, input).await?))
    }

    async fn update_user_role(&self, request: Request<UpdateUserRoleRequest>) -> Rpc<UpdateUserRoleResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_user_role::run(self, &call, input).await?))
    }
}
