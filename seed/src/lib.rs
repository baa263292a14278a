//! Loads the documented demo data through the public API: looks each row up by its natural key, makes what is missing,
//! leaves alone what somebody has changed, and says what it did.
//!
//! One file per service. Every request id is made from the row's label, so that a run that was cut goes on where it
//! stopped, and two runs at once make each row once.

pub mod data;
mod load;
mod report;
mod scale;
mod target;

pub use load::{Choices, DEMO_PASSWORD, load};
pub use report::{Fate, Line, Report};
pub use scale::{SCALE_MAX, Scaled, ScaledLine, scale};
pub use target::{Signed, Target, Token, said};
