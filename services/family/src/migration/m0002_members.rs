//! Writes the eleven members, with what each is to the others: reference data, the same everywhere.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, Query, SchemaManager};
use sea_orm_migration::sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared::id::named;
use shared::migrate::ddl::now;
use uuid::Uuid;

use super::reference::{MEMBERS, Member, PAIRS};

#[derive(DeriveMigrationName)]
pub struct Step;

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for member in &MEMBERS {
            let (route_order, keywords) = member.route.map_or((None, &[][..]), |(order, words)| (Some(order), words));
            let mut insert = Query::insert();
            insert.into_table("family_members").columns([
                "id",
                "name",
                "role",
                "kind",
                "focus",
                "background",
                "traits",
                "moods",
                "relationships",
                "temperature",
                "keywords",
                "route_order",
                "created_at",
                "updated_at",
            ]);
            insert.values_panic([
                id(member.name).into(),
                member.name.into(),
                member.role.into(),
                member.kind.into(),
                member.focus.into(),
                member.background.into(),
                json!(member.traits).into(),
                json!(member.moods).into(),
                relationships(member).into(),
                member.temperature.into(),
                json!(keywords).into(),
                route_order.into(),
                now(),
                now(),
            ]);
            m.get_connection().execute(&insert).await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let mut delete = Query::delete();
        delete.from_table("family_members");
        m.get_connection().execute(&delete).await.map(|_deleted| ())
    }
}

fn id(name: &str) -> Uuid {
    named(&format!("family/member/{name}"))
}

/// What the member is to each of the ten others.
fn relationships(member: &Member) -> Value {
    let both = PAIRS.iter().flat_map(|(first, second, is, inverse, bond)| {
        [(*first, *second, *is, *bond), (*second, *first, *inverse, *bond)]
    });
    let own = both.filter(|(who, ..)| *who == member.name);
    own.map(|(_, other, kind, bond)| json!({ "member": other, "kind": kind, "bond": bond })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_everywhere() {
        assert_eq!(id("Elara").to_string(), "58ef1769-12a6-5933-af05-d8cee9bcf36f");
    }

    #[test]
    fn everybody_is_something_to_the_ten_others() {
        for member in &MEMBERS {
            assert_eq!(relationships(member).as_array().map(Vec::len), Some(10), "{}", member.name);
        }
    }
}
