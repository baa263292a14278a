//! Erasing a person: what the tables of auth say of somebody goes. The id stays, and the audit trail, which names
//! nobody but by ids.

use proto::azora::auth::v1::UserStatus;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use shared::clock::Time;
use shared::error::Result;
use shared::id::UserId;
use shared::service::Service;
use shared::word::Word;
use shared::work::Work;

use crate::Auth;
use crate::entity::{
    api_key, known_device, mfa_challenge, mfa_settings, security_event, session, token, user, user_profile,
};

/// What remains of an account's row. Its address is free for somebody else.
pub fn close(row: &mut user::ActiveModel, person: UserId, now: Time) {
    row.email = Set(format!("deleted+{person}@invalid"));
    row.name = Set("deleted".to_owned());
    row.status = Set(Word(UserStatus::Deleted));
    row.password_hash = Set(None);
    row.phone = Set(None);
    row.is_email_verified = Set(false);
    row.email_verified_at = Set(None);
    row.deleted_at = Set(Some(now));
}

/// Erases the rest. The account's row is locked, and its sessions have ended.
pub async fn erase(work: &Work<'_>, person: UserId) -> Result<()> {
    let tx = &work.tx;
    let about = named_by(tx, person).await?;
    work.forget_answers(Auth::NAME, person, &about).await?;
    delete::<user_profile::Entity>(tx, user_profile::Column::UserId, person).await?;
    delete::<mfa_settings::Entity>(tx, mfa_settings::Column::UserId, person).await?;
    delete::<mfa_challenge::Entity>(tx, mfa_challenge::Column::UserId, person).await?;
    delete::<token::Entity>(tx, token::Column::UserId, person).await?;
    delete::<known_device::Entity>(tx, known_device::Column::UserId, person).await?;
    delete::<api_key::Entity>(tx, api_key::Column::UserId, person).await?;
    session::Entity::update_many()
        .col_expr(session::Column::DeviceLabel, Expr::value(None::<String>))
        .col_expr(session::Column::DeviceKey, Expr::value(None::<Vec<u8>>))
        .col_expr(session::Column::IpAddress, Expr::value(None::<String>))
        .col_expr(session::Column::UserAgent, Expr::value(None::<String>))
        .filter(session::Column::UserId.eq(person))
        .exec(tx)
        .await?;
    security_event::Entity::update_many()
        .col_expr(security_event::Column::IpAddress, Expr::value(None::<String>))
        .col_expr(security_event::Column::UserAgent, Expr::value(None::<String>))
        .col_expr(security_event::Column::Metadata, Expr::value(json!({})))
        .filter(security_event::Column::UserId.eq(person))
        .exec(tx)
        .await?;
    Ok(())
}

/// The ids under which calls of others were about the person: their own, and those of events that were dealt with.
async fn named_by(tx: &impl ConnectionTrait, person: UserId) -> Result<Vec<String>, DbErr> {
    let resolved = security_event::Entity::find()
        .filter(security_event::Column::UserId.eq(person))
        .filter(security_event::Column::ResolvedAt.is_not_null());
    let events = resolved.all(tx).await?.into_iter().map(|event| event.id.to_string());
    Ok(events.chain([person.to_string()]).collect())
}

async fn delete<E: EntityTrait>(tx: &impl ConnectionTrait, owner: E::Column, person: UserId) -> Result<(), DbErr> {
    E::delete_many().filter(owner.eq(person)).exec(tx).await.map(drop)
}
