//! Migrations.
pub mod columns;
