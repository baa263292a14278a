//! The first administrator. Where none can sign in, one is made for the address that is configured: without a
//! password, and with a token for ResetPassword in a file that only the owner of the data folder can read.

use std::path::Path;

use chrono::Duration;
use proto::azora::auth::v1::UserStatus;
use proto::azora::common::v1::Role;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};
use shared::clock::{self, Time};
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::id::UserId;
use shared::keys::write_private;
use shared::random;
use shared::word::Word;

use crate::Auth;
use crate::entity::{user, user_profile};
use crate::one_time::{self, Purpose};

const SETTING: &str = "bootstrap_admin_email";
const FILE: &str = "bootstrap-admin.token";
const NAME: &str = "Administrator";
/// How long the token works, whatever holds for those that are sent: whoever installs may sign in on the next day.
const LIFE: Duration = Duration::hours(24);

/// Makes the first administrator, if that is configured. Until the token has been used, every start writes a new one.
///
/// # Errors
/// The address is none or somebody else's, or the file cannot be written.
pub async fn first_admin(auth: &Auth) -> Result<()> {
    if auth.config.bootstrap_admin_email.is_empty() {
        return Ok(());
    }
    let address = read(&auth.config.bootstrap_admin_email)?;
    let file = auth.data_dir.join(FILE);
    let made = auth
        .work
        .prepare(async |tx| {
            let signs_in = active_admins().filter(user::Column::PasswordHash.is_not_null());
            if signs_in.one(tx).await?.is_some() {
                return Ok(None);
            }
            let now = clock::now();
            let account = without_password(tx, &address, now).await?;
            let token = one_time::make(tx, &account, Purpose::PasswordReset, &address, LIFE, now).await?;
            write(&file, &token)?;
            Ok(Some(account.id))
        })
        .await?;
    if let Some(id) = made {
        let file = file.display();
        tracing::info!(user.id = %id, %file, "the first administrator may set a password with the token in the file");
    }
    Ok(())
}

fn read(address: &str) -> Result<String> {
    let mut fields = Fields::new();
    let address = fields.email(SETTING, address);
    if address.ends_with(user::SERVICE_ADDRESS) {
        fields.refuse(SETTING, "is kept for the services of the fleet");
    }
    fields.finish(address)
}

fn active_admins() -> Select<user::Entity> {
    user::Entity::find()
        .filter(user::Column::Role.eq(Word(Role::Admin)))
        .filter(user::Column::Status.eq(Word(UserStatus::Active)))
}

/// The administrator who has no password yet: a new account, or that of an earlier start.
async fn without_password(tx: &impl ConnectionTrait, address: &str, now: Time) -> Result<user::Model> {
    let id = UserId::new();
    let opened = user::open(id, address.to_owned(), NAME.to_owned(), Role::Admin, now);
    let there = OnConflict::column(user::Column::Email).do_nothing().to_owned();
    if user::Entity::insert(opened).on_conflict(there).exec_without_returning(tx).await? > 0 {
        user_profile::open(id, now).insert(tx).await?;
    }
    // The row is written, and so locked, before it is read: copies that start together replace each other's token in
    // turn.
    user::Entity::update_many()
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Email.eq(address))
        .exec(tx)
        .await?;
    let waiting = active_admins().filter(user::Column::Email.eq(address)).filter(user::Column::PasswordHash.is_null());
    waiting.one(tx).await?.ok_or_else(|| {
        Error::internal(format!("{SETTING} is the address of an account that is there already; name another address"))
    })
}

/// Puts the token into the file, in place of an earlier one.
fn write(file: &Path, token: &str) -> Result<()> {
    let draft = file.with_extension(format!("{}.draft", random::hex::<8>()));
    let written = write_private(&draft, &format!("{token}\n")).and_then(|()| std::fs::rename(&draft, file));
    written.map_err(|error| Error::internal(format!("{} cannot be written: {error}", file.display())))
}
