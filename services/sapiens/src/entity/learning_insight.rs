//! What a session has shown about its learner, and how sure that is.

use sea_orm::entity::prelude::*;
use shared::clock::Time;
use shared::id::UserId;

use crate::id::{LearningInsightId, TutoringSessionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_insights")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LearningInsightId,
    pub session_id: TutoringSessionId,
    pub student_id: UserId,
    pub insight_type: String,
    pub topic: Option<String>,
    pub description: String,
    pub confidence: f64,
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
