//! Opens an account and sends a verification link. Whoever asks learns nothing about addresses that are taken.

use proto::azora::auth::v1::{RegisterRequest, RegisterResponse, User};
use proto::azora::common::v1::Role;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::Auth;
use crate::entity::{user, user_profile};
use crate::error::AuthError;
use crate::evenly;
use crate::mail::{Message, Recipient};
use crate::one_time::{self, Purpose};
use crate::policy;
use crate::throttle;

pub struct Register {
    email: String,
    password: String,
    name: String,
    role: Word<Role>,
    /// `Some` if facts from before are stated: whether the address has been proved.
    recorded: Option<bool>,
}

impl TryFrom<RegisterRequest> for Register {
    type Error = Error;

    fn try_from(request: RegisterRequest) -> Result<Self> {
        let mut fields = Fields::new();
        // An account that nobody signs in to yet: only those who state facts from before may open one.
        let without = request.password.is_empty() && request.recorded.is_some();
        let input = Self {
            email: fields.email("email", &request.email),
            password: policy::written(&mut fields, "password", &request.password, if without { 0 } else { 8 }),
            name: fields.text("name", &request.name, 1..=100),
            role: fields.word("role", request.role),
            recorded: request.recorded.map(|recorded| recorded.email_verified),
        };
        if input.email.ends_with(user::SERVICE_ADDRESS) {
            fields.refuse("email", "is kept for the services of the fleet");
        }
        fields.finish(input)
    }
}

impl Register {
    /// Judges the password by the rules in force and hashes it.
    async fn hashed(&self, auth: &Auth, id: UserId) -> Result<Option<String>> {
        if self.password.is_empty() {
            return Ok(None);
        }
        policy::check(auth, "password", &self.password, &self.name, &self.email)?;
        auth.passwords.hash(id, &self.password).await.map(Some)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: Register) -> Result<RegisterResponse> {
    if let Some(answer) = auth.work.earlier(call).await? {
        return Ok(answer);
    }
    // The slow part comes before the transaction, and for a taken address all the same.
    throttle::registration(auth, call).await?;
    let id = UserId::new();
    let told = async {
        let mut notices = Vec::new();
        let answer = opened(auth, call, &input, id, &mut notices).await?;
        auth.mail.send_all(notices).await;
        Ok(answer)
    };
    evenly::with_a_hash(auth, told).await
}

async fn opened(
    auth: &Auth,
    call: &Call,
    input: &Register,
    id: UserId,
    notices: &mut Vec<(Recipient, Message)>,
) -> Result<RegisterResponse> {
    let hash = input.hashed(auth, id).await?;
    auth.work
        .mutate(call, async |work| {
            if !matches!(*input.role, Role::Student | Role::Educator | Role::Employer) {
                return Err(AuthError::RoleNotOpen.into());
            }
            if input.recorded.is_some() {
                call.require_privileged("recorded")?;
            }
            let verified = input.recorded == Some(true);
            let mut opened = user::open(id, input.email.clone(), input.name.clone(), *input.role, call.now());
            if verified {
                opened.is_email_verified = Set(true);
                opened.email_verified_at = Set(Some(call.now()));
            }
            let taken = user::by_email(&input.email).one(&work.tx).await?;
            if taken.is_some() && call.sees_everything() {
                return Err(AuthError::EmailInUse.into());
            }
            let user = if let Some(owner) = taken {
                if throttle::may_tell(auth, call, work, owner.id).await? {
                    notices.push((Recipient::from(&owner), Message::AddressTaken));
                }
                phantom(input, id, call)
            } else {
                opened.password_hash = Set(hash.clone());
                let row = opened.insert(&work.tx).await?;
                user_profile::open(id, call.now()).insert(&work.tx).await?;
                if !verified {
                    let token = one_time::issue(auth, call, work, &row, Purpose::EmailVerification).await?;
                    let message = token.map(|token| (Recipient::from(&row), Message::VerifyEmail { token }));
                    notices.extend(message);
                }
                let data = json!({ "user_id": id.to_string(), "role": input.role.text() });
                work.publish("azora.auth.user.registered.v1", "user", id, data).await?;
                User::from(row)
            };
            work.audit(&user.id, &user)?;
            Ok(RegisterResponse { user: Some(user) })
        })
        .await
}

/// The answer for a taken address: an id that leads nowhere.
fn phantom(input: &Register, id: UserId, call: &Call) -> User {
    let created = shared::clock::to_proto(call.now());
    User {
        id: id.to_string(),
        email: input.email.clone(),
        name: input.name.clone(),
        role: input.role.number(),
        status: proto::azora::auth::v1::UserStatus::Active.into(),
        email_verified: false,
        created_at: Some(created),
        last_login_at: None,
    }
}
