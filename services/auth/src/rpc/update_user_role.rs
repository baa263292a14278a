//! Gives a person another role.

use proto::azora::auth::v1::{UpdateUserRoleRequest, UpdateUserRoleResponse};
use proto::azora::common::v1::Role;
use sea_orm::ActiveValue::Set;
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::word::Word;

use crate::Auth;
use crate::entity::user;
use crate::standing;

pub struct UpdateUserRole {
    user: UserId,
    role: Word<Role>,
}

impl TryFrom<UpdateUserRoleRequest> for UpdateUserRole {
    type Error = Error;

    fn try_from(request: UpdateUserRoleRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { user: fields.id("user_id", &request.user_id), role: person_role(&mut fields, request.role) };
        fields.finish(input)
    }
}

/// Services have their role by their key, and nobody else gets it.
fn person_role(fields: &mut Fields, number: i32) -> Word<Role> {
    let role: Word<Role> = fields.word("role", number);
    if *role == Role::Service {
        fields.refuse("role", "is for services alone");
    }
    role
}

pub async fn run(auth: &Auth, call: &Call, input: UpdateUserRole) -> Result<UpdateUserRoleResponse> {
    auth.work
        .mutate(call, async |work| {
            if *input.role != Role::Admin {
                standing::keep_an_admin(work, input.user).await?;
            }
            let account = standing::person(work, input.user).await?;
            let promote = |row: &mut user::ActiveModel| row.role = Set(input.role);
            let user = standing::change(work, call, account, "role_change", promote).await?;
            Ok(UpdateUserRoleResponse { user: Some(user) })
        })
        .await
}
