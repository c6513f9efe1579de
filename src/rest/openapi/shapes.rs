//! What types of the domain look like in JSON.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A stand-in for a type of the domain: its name, and its schema.
macro_rules! shape {
    ($(#[$doc:meta])* $name:ident, $schema:tt) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

shape!(
    /// An id.
    Id,
    {
        "type": "string",
        "description": "An id: opaque, the same everywhere.",
        "examples": ["course_01h455vb4pex5vsknk084sn02q"],
    }
);
shape!(
    /// A moment.
    Moment,
    { "type": "string", "format": "date-time", "description": "A moment in UTC, as RFC 3339 has it." }
);
shape!(
    /// A day.
    Date,
    { "type": "string", "format": "date", "description": "A day in the school's time zone." }
);
shape!(
    /// What somebody is in the school.
    SchoolRole,
    { "type": "string", "enum": ["MEMBER", "STAFF", "ADMIN"] }
);
shape!(
    /// Where a course is on its way.
    CourseState,
    { "type": "string", "enum": ["DRAFT", "PUBLISHED", "ARCHIVED"] }
);
shape!(
    /// What is behind an item.
    ItemKind,
    {
        "type": "string",
        "enum": ["PAGE", "FILE", "LINK", "VIDEO", "ASSIGNMENT", "QUIZ", "DISCUSSION", "HEADING"],
    }
);
shape!(
    /// Where a submission is on its way, for the viewer.
    SubmissionState,
    { "type": "string", "enum": ["SUBMITTED", "GRADED"] }
);
shape!(
    /// What makes it likely that a student falls behind.
    RiskReason,
    { "type": "string", "enum": ["INACTIVE", "MISSING_WORK", "LATE_WORK", "LOW_SCORES"] }
);
shape!(
    /// Why a webhook is sent nothing.
    PauseReason,
    { "type": "string", "enum": ["ASKED", "GONE"] }
);
shape!(
    /// Why something is sent to a webhook.
    Occasion,
    { "type": "string", "enum": ["DELIVERY", "REPLAY", "TEST"] }
);
shape!(
    /// What can be found.
    FoundKind,
    {
        "type": "string",
        "enum": ["COURSE", "ITEM", "PAGE", "FILE", "ASSIGNMENT", "TOPIC", "POST", "USER"],
    }
);

#[cfg(test)]
mod tests {
    use app::search::FoundKind as Found;
    use assess::submissions::SubmissionState as Way;
    use courses::catalog::CourseState as State;
    use courses::modules::ItemKind as Kind;
    use insight::analytics::RiskReason as Reason;
    use operations::webhooks::{Occasion as Why, PauseReason as Pause};
    use people::users::SchoolRole as Role;
    use serde::Serialize;
    use serde_json::{Value, to_value};

    use super::*;

    /// The values of an enum of the domain are those that its stand-in names.
    fn agrees<S: JsonSchema, T: Serialize>(all: &[T]) {
        let schema = S::json_schema(&mut SchemaGenerator::default());
        let values: Vec<Value> = all.iter().map(|one| to_value(one).unwrap()).collect();
        assert_eq!(schema.get("enum"), Some(&Value::Array(values)));
    }

    #[test]
    fn stand_ins_name_the_values_of_the_domain() {
        agrees::<CourseState, _>(&[State::Draft, State::Published, State::Archived]);
        agrees::<SchoolRole, _>(&[Role::Member, Role::Staff, Role::Admin]);
        agrees::<ItemKind, _>(&[
            Kind::Page,
            Kind::File,
            Kind::Link,
            Kind::Video,
            Kind::Assignment,
            Kind::Quiz,
            Kind::Discussion,
            Kind::Heading,
        ]);
        agrees::<PauseReason, _>(&[Pause::Asked, Pause::Gone]);
        agrees::<Occasion, _>(&[Why::Delivery, Why::Replay, Why::Test]);
        agrees::<FoundKind, _>(&Found::ALL);
        agrees::<SubmissionState, _>(&[Way::Submitted, Way::Graded]);
        agrees::<RiskReason, _>(&[
            Reason::Inactive,
            Reason::MissingWork,
            Reason::LateWork,
            Reason::LowScores,
        ]);
    }
}
