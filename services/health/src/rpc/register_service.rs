//! Says that the calling service is there, and where. Its name is what its identity proves.

use proto::azora::health::v1::{RegisterServiceRequest, RegisterServiceResponse, RegisteredService, ServiceStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;
use shared::word::Word;

use crate::Health;
use crate::entity::service;
use crate::id::ServiceId;

pub struct RegisterService {
    address: String,
    version: Option<String>,
}

impl TryFrom<RegisterServiceRequest> for RegisterService {
    type Error = Error;

    fn try_from(request: RegisterServiceRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            address: fields.text("address", &request.address, 1..=2000),
            version: fields.optional_text("version", &request.version, 1..=200),
        };
        fields.finish(input)
    }
}

pub async fn run(health: &Health, call: &Call, input: RegisterService) -> Result<RegisterServiceResponse> {
    health
        .work
        .mutate(call, async |work| {
            let name = call.service_name().unwrap_or_default();
            let first = service::ActiveModel {
                id: Set(ServiceId::new()),
                name: Set(name.to_owned()),
                address: Set(input.address.clone()),
                version: Set(None),
                status: Set(Word(ServiceStatus::Unknown)),
                failures_in_row: Set(0),
                last_seen_at: Set(None),
                removed_at: Set(None),
                created_at: Set(call.now()),
                updated_at: Set(call.now()),
            };
            service::Entity::insert(first)
                .on_conflict(OnConflict::column(service::Column::Name).do_nothing().to_owned())
                .exec_without_returning(&work.tx)
                .await?;
            let known = service::Entity::find().filter(service::Column::Name.eq(name));
            let known =
                work.lock_one(known).await?.ok_or_else(|| Error::internal("a service that was just registered"))?;
            let mut row = known.into_active_model();
            row.address = Set(input.address.clone());
            row.version = Set(input.version.clone());
            row.last_seen_at = Set(Some(call.now()));
            row.removed_at = Set(None);
            row.updated_at = Set(call.now());
            let service = RegisteredService::from(row.update(&work.tx).await?);
            work.audit(&service.id, &service)?;
            Ok(RegisterServiceResponse { service: Some(service) })
        })
        .await
}
