//! The crate that every service stands on.
pub mod amount;
pub mod clock;
pub mod id;
pub mod migrate;
pub mod word;
pub use {sea_orm, sea_orm_migration, uuid};
