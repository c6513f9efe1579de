//! Extensions: other dates and more attempts of an assignment, for one learner or one section.
//!
//! What an extension gives replaces what the assignment says, for those who have it. A learner's
//! own extension wins over that of their section, field by field.

mod events;
mod grant_extension;
mod model;
mod problems;
mod queries;
mod revoke_extension;
mod tables;
mod update_extension;

use app::{EventType, Feature, Pairing};

pub use self::events::{ExtensionGranted, ExtensionRevoked, ExtensionUpdated};
pub use self::grant_extension::GrantExtension;
pub use self::model::{Extension, ExtensionChange, Holder};
pub use self::problems::*;
pub use self::queries::{Extended, extensions_of, of_viewer};
pub use self::revoke_extension::RevokeExtension;
pub use self::update_extension::UpdateExtension;

pub(crate) use self::queries::terms_for;
pub(crate) use self::revoke_extension::revoke_all;

static GRANTED: Pairing<ExtensionGranted, tables::Place, Extension> =
    Pairing::recurring(&tables::EXTENSIONS, |event: &ExtensionGranted| {
        (event.course, event.holder, event.assignment)
    })
    .removable();

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::EXTENSIONS],
    events: &[
        EventType::of::<ExtensionGranted>(),
        EventType::of::<ExtensionUpdated>(),
        EventType::of::<ExtensionRevoked>(),
    ],
    problems: ALL,
    witnesses: &[&GRANTED],
    ..Feature::named("extensions")
};

#[cfg(test)]
mod tests;
