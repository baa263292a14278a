//! Ids: a `UUIDv7` made in code, wrapped in a type per entity so that a wallet's id is never taken for a user's.

use uuid::{Uuid, uuid};

/// Makes id types: `ids! { WalletId, StakeId }`. A macro, because a UUID newtype as a SeaORM key needs a derive and
/// the same handful of conversions each time.
#[macro_export]
macro_rules! ids {
    ($($name:ident),+ $(,)?) => {$(
        #[doc = concat!("The id behind `", stringify!($name), "`: a UUID, time-ordered where we made it.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ::sea_orm::DeriveValueType)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new time-ordered id.
            #[must_use]
            pub fn new() -> Self {
                Self($crate::id::time_ordered())
            }
        }

        /// SeaORM asks this of every key; a UUID never comes from a counter.
        impl ::sea_orm::TryFromU64 for $name {
            fn try_from_u64(n: u64) -> Result<Self, ::sea_orm::DbErr> {
                uuid::Uuid::try_from_u64(n).map(Self)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! { UserId }

/// The namespace of ids that are the same in every installation: `UUIDv5` of the DNS name `seed.azora.world`.
const NAMESPACE: Uuid = uuid!("30b3d93b-60f9-5b3b-9ce7-48c1ef44132c");

/// The id of what has the same one everywhere: reference rows, services, rows of the demo data. `UUIDv5` of a label
/// such as `family/member/elara`.
#[must_use]
pub fn named(label: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, label.as_bytes())
}

/// A new `UUIDv7`: later ids sort after earlier ones, which keeps index pages warm.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn time_ordered() -> Uuid {
    Uuid::now_v7()
}
