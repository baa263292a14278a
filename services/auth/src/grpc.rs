//! The table of contents: every RPC of `AuthService`, and where it lives.

use proto::azora::auth::v1::auth_service_server::AuthService;
use proto::azora::auth::v1::{
    ChangePasswordRequest, ChangePasswordResponse, ExchangeApiKeyRequest, ExchangeApiKeyResponse, GetJwksRequest,
    GetJwksResponse, GetMeRequest, GetMeResponse, GetProfileRequest, GetProfileResponse, GetUserRequest,
    GetUserResponse, ListSessionsRequest, ListSessionsResponse, ListUsersRequest, ListUsersResponse, LoginRequest,
    LoginResponse, LogoutRequest, LogoutResponse, ReactivateUserRequest, ReactivateUserResponse, RefreshTokenRequest,
    RefreshTokenResponse, RegisterRequest, RegisterResponse, RequestPasswordResetRequest, RequestPasswordResetResponse,
    ResendVerificationRequest, ResendVerificationResponse, ResetPasswordRequest, ResetPasswordResponse,
    RevokeOtherSessionsRequest, RevokeOtherSessionsResponse, RevokeSessionRequest, RevokeSessionResponse,
    SuspendUserRequest, SuspendUserResponse, UnlockUserRequest, UnlockUserResponse, UpdateProfileRequest,
    UpdateProfileResponse, UpdateUserRoleRequest, UpdateUserRoleResponse, VerifyEmailRequest, VerifyEmailResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Auth;
use crate::rpc::{
    change_password, exchange_api_key, get_jwks, get_me, get_profile, get_user, list_sessions, list_users, login,
    logout, reactivate_user, refresh_token, register, request_password_reset, resend_verification, reset_password,
    revoke_other_sessions, revoke_session, suspend_user, unlock_user, update_profile, update_user_role, verify_email,
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

    async fn exchange_api_key(&self, request: Request<ExchangeApiKeyRequest>) -> Rpc<ExchangeApiKeyResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(exchange_api_key::run(self, &call, input).await?))
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
