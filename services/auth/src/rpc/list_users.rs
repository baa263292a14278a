//! Lists accounts, newest first, to administrators and services.

use proto::azora::auth::v1::{ListUsersRequest, ListUsersResponse};
use proto::azora::common::v1::Role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::page;
use shared::word::Word;

use crate::Auth;
use crate::entity::user;

pub struct ListUsers {
    role: Option<Word<Role>>,
    email: Option<String>,
}

impl TryFrom<ListUsersRequest> for ListUsers {
    type Error = Error;

    fn try_from(request: ListUsersRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let email = (!request.email.is_empty()).then(|| fields.email("email", &request.email));
        let input = Self { role: fields.optional_word("role", request.role), email };
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, input: ListUsers) -> Result<ListUsersResponse> {
    let mut users = user::Entity::find().filter(user::Column::DeletedAt.is_null());
    if let Some(role) = input.role {
        users = users.filter(user::Column::Role.eq(role));
    }
    if let Some(email) = input.email {
        users = users.filter(user::Column::Email.eq(email));
    }
    let page = page::newest(auth.work.read(), call, users, user::Column::CreatedAt, user::Column::Id).await?;
    Ok(ListUsersResponse { users: page.rows.into_iter().map(Into::into).collect(), next_page_token: page.next })
}
