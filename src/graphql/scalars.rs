//! Ids and times as clients see them.

use std::borrow::Cow;
use std::fmt;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, ID, InputValueError, InputValueResult, OutputType, Positioned, Scalar,
    ScalarType, ServerResult, Value,
};
use insight::calendar::Day;
use kernel::{Id, Kind, Timestamp};

/// An id on its way out, of the type `ID`.
pub(crate) struct IdOf<K>(pub(crate) Id<K>);

impl<K: Kind> fmt::Display for IdOf<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Kind> OutputType for IdOf<K> {
    fn type_name() -> Cow<'static, str> {
        <ID as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as OutputType>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(Value::String(self.0.to_text()))
    }
}

/// An id on its way in. A malformed one becomes an id that nothing ever has, so that the domain
/// answers as it does for what is missing.
pub(crate) fn id_of<K: Kind>(text: &ID) -> Id<K> {
    text.parse().unwrap_or(Id::from_bytes([0; 16]))
}

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateTime(pub(crate) Timestamp);

/// A moment in UTC, as RFC 3339 writes it: `2026-03-01T12:00:00Z`. Input may have any offset.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        match text.parse() {
            Ok(moment) => Ok(Self(moment)),
            Err(_) => Err(InputValueError::custom(
                "a moment looks like 2026-03-01T12:00:00Z",
            )),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if text.parse::<Timestamp>().is_ok())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) Day);

/// A day, as RFC 3339 writes it: `2026-03-01`. It is only ever answered, never asked with.
#[Scalar(
    name = "Date",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        Err(InputValueError::expected_type(value))
    }

    fn is_valid(_: &Value) -> bool {
        false
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
