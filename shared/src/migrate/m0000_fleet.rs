//! What every service has beside its own tables: the audit trail, answered request ids, events on their way, settings.
//!
//! The audit trail is append-only by trigger; each chain begins with a head of sequence 0 over 32 zero bytes.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, Query};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use super::ddl::{
    append_only, bigint, bool, bytes, drop, drop_append_only, id, int, json, now, postgres_only, table, text,
    timestamp, uuid, word,
};
use crate::db;

#[derive(DeriveMigrationName)]
pub struct Step {
    /// How many audit chains there are on Postgres. SQLite has one writer at a time, so one chain.
    pub chains: i32,
}

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        audit_entries(m).await?;
        audit_heads(m, self.chains).await?;
        audit_checkpoints(m).await?;
        subject_keys(m).await?;
        request_claims(m).await?;
        outbox(m).await?;
        inbox(m).await?;
        settings(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for name in
            ["settings", "inbox", "outbox", "request_claims", "subject_keys", "audit_checkpoints", "audit_heads"]
        {
            drop(m, name).await?;
        }
        drop_append_only(m, "audit_entries").await
    }
}

/// One entry per change or refused attempt. `hash` covers what `payload` says; the other columns are for searching.
async fn audit_entries(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("audit_entries")
        .col(int("chain").check("chain >= 0"))
        .col(bigint("seq").check("seq >= 1"))
        .col(uuid("id").unique())
        .col(timestamp("at"))
        .col(uuid("actor_id").null())
        .col(word("actor_kind", ["user", "service", "admin", "ai", "system", "anonymous"]))
        .col(uuid("on_behalf_of").null())
        .col(text("action", 1..=200))
        .col(text("resource_type", 1..=200).null())
        .col(text("resource_id", 1..=200).null())
        .col(word("outcome", ["ok", "refused", "failed"]))
        .col(text("reason", 1..=200).null())
        .col(word("severity", ["low", "medium", "high", "critical"]))
        .col(uuid("request_id").null())
        .col(text("trace_id", 1..=200).null())
        .col(text("ip_address", 1..=200).null())
        .col(text("user_agent", 1..=200).null())
        .col(json("details"))
        .col(bytes("payload"))
        .col(bytes("prev_hash").check("length(prev_hash) = 32"))
        .col(bytes("hash").check("length(hash) = 32"))
        .without_created_at()
        .primary_key(["chain", "seq"])
        .list_index(["at"])
        .list_index(["actor_id", "at"])
        .list_index(["action", "at"])
        .list_index(["resource_type", "resource_id", "at"])
        .create(m)
        .await?;
    append_only(m, "audit_entries").await
}

/// The row that is locked to extend a chain.
async fn audit_heads(m: &SchemaManager<'_>, chains: i32) -> Result<(), DbErr> {
    table("audit_heads")
        .col(int("chain").check("chain >= 0"))
        .col(bigint("seq").check("seq >= 0"))
        .col(bytes("hash").check("length(hash) = 32"))
        .updated()
        .without_created_at()
        .primary_key(["chain"])
        .create(m)
        .await?;
    let chains = if db::backend(m.get_connection()) == DbBackend::Postgres { chains.max(1) } else { 1 };
    let mut heads = Query::insert();
    heads.into_table("audit_heads").columns(["chain", "seq", "hash", "updated_at"]);
    for chain in 0..chains {
        let head = [Expr::value(chain), Expr::value(0_i64), Expr::value(vec![0_u8; 32]), now()];
        heads.values(head).map_err(|error| DbErr::Custom(error.to_string()))?;
    }
    m.execute(heads).await
}

/// Signed roots over all heads, for whoever compares them from outside.
async fn audit_checkpoints(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("audit_checkpoints")
        .col(id())
        .col(bytes("root"))
        .col(json("heads"))
        .col(bytes("signature"))
        .col(text("key_id", 1..=200))
        .col(json("witnessed"))
        .list_index(["created_at"])
        .create(m)
        .await
}

/// The key under which a person's values in the audit trail are sealed. Erasing the person destroys the key.
async fn subject_keys(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("subject_keys")
        .col(uuid("user_id"))
        .col(bytes("sealed_key").null())
        .col(timestamp("destroyed_at").null())
        .primary_key(["user_id"])
        .create(m)
        .await
}

/// The first answer to a request id. Digests tell which field of a repeat differs, without keeping the request.
async fn request_claims(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("request_claims")
        .col(text("caller", 1..=200))
        .col(uuid("request_id"))
        .col(text("method", 1..=200))
        .col(bytes("request_hash"))
        .col(text("key_id", 1..=200))
        .col(json("field_digests"))
        .col(int("code"))
        .col(text("reason", 1..=200).null())
        .col(bytes("response").null())
        .col(timestamp("decided_at"))
        .col(timestamp("expires_at"))
        .without_created_at()
        .primary_key(["caller", "request_id"])
        .index(["expires_at"])
        .create(m)
        .await
}

/// Events to publish, stored with their cause.
async fn outbox(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut position = bigint("position").unique();
    let mut transaction_mark = bigint("transaction_mark").null();
    if db::backend(m.get_connection()) == DbBackend::Postgres {
        // Transactions may commit in another order than they took positions: the mark tells which have all ended. On
        // SQLite writers follow each other, and the statement that inserts counts.
        postgres_only(m, "CREATE SEQUENCE outbox_position_seq").await?;
        position = position.default(Expr::cust("nextval('outbox_position_seq')"));
        transaction_mark = transaction_mark.default(Expr::cust("(pg_current_xact_id()::text)::bigint"));
    }
    table("outbox")
        .col(id())
        .col(text("aggregate_type", 1..=200))
        .col(uuid("aggregate_id"))
        .col(bigint("sequence").check("sequence >= 1"))
        .col(position)
        .col(transaction_mark)
        .col(text("type", 1..=200))
        .col(json("data"))
        .col(text("trace", 1..=200).null())
        .col(timestamp("published_at").null())
        .unique(["aggregate_type", "aggregate_id", "sequence"])
        .index(["published_at"])
        .create(m)
        .await?;
    postgres_only(m, "ALTER SEQUENCE outbox_position_seq OWNED BY outbox.position").await
}

/// Events that were handled, each once.
async fn inbox(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("inbox")
        .col(text("consumer", 1..=200))
        .col(text("source", 1..=200))
        .col(uuid("event_id"))
        .col(text("type", 1..=200))
        .col(bigint("position"))
        .col(word("result", ["done", "ignored", "parked"]))
        .col(int("attempts").default(0).check("attempts >= 0"))
        .col(text("last_error", 1..=200).null())
        .updated()
        .primary_key(["consumer", "source", "event_id"])
        .index(["consumer", "source", "position"])
        .create(m)
        .await
}

/// Values that change while the service runs. A key that is absent has its default.
async fn settings(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("settings")
        .col(text("key", 1..=200))
        .col(json("value"))
        .col(word("type", ["bool", "int", "decimal", "duration", "text", "list"]))
        .col(bool("secret").default(false))
        .col(text("description", 1..=200))
        .col(int("version").default(1).check("version >= 1"))
        .col(uuid("updated_by").null())
        .updated()
        .primary_key(["key"])
        .create(m)
        .await
}
