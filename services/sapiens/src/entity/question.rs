//! A question that a learner asked outside of a session.

use proto::azora::common::v1::Level;
use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;
use shared::word::Word;

use crate::id::QuestionId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "questions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionId,
    pub student_id: UserId,
    pub question: String,
    pub topic: Option<String>,
    pub difficulty: Option<Word<Level>>,
    pub asked_at: Time,
    pub answered_at: Option<Time>,
    pub answer: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
