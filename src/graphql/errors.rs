//! Refusals and faults in the terms of GraphQL: the one place that translates them.
//!
//! What a mutation's input is refused for stands in the payload; everything else is an error of
//! the document with a code. A fault is logged once and told to nobody.

use std::sync::Arc;

use app::Command;
use async_graphql::{Context, ErrorExtensionValues, ServerError, SimpleObject};
use kernel::{ProblemKind, Refusal, RequestId};

use crate::view::{View, seen};

/// The result of a resolver.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a field has no value.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The caller can act on it.
    Refused(Box<Refusal>),
    /// We must act on it. It has been logged.
    Fault,
}

impl From<kernel::Error> for Failure {
    fn from(error: kernel::Error) -> Self {
        if let kernel::Error::Fault(fault) = &error {
            tracing::error!(%fault, "a request failed");
        }
        match error {
            kernel::Error::Refused(refusal) => Self::Refused(refusal),
            kernel::Error::Fault(_) => Self::Fault,
        }
    }
}

/// The code of a fault.
pub(crate) const INTERNAL: &str = "INTERNAL";

impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        let mut told = ErrorExtensionValues::default();
        let message = match failure {
            Failure::Fault => {
                told.set("code", INTERNAL);
                if let Some(id) = RequestId::current() {
                    told.set("requestId", id.as_str());
                }
                "Something went wrong on our side.".to_owned()
            }
            Failure::Refused(refusal) => {
                told.set("code", refusal.problem.code);
                if let Some(field) = refusal.field {
                    told.set("field", field);
                }
                if let Some(wait) = refusal.retry_after {
                    told.set(
                        "retryAfter",
                        wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
                    );
                }
                refusal.message.into_owned()
            }
        };
        Self {
            extensions: Some(told),
            ..Self::new(message)
        }
    }
}

/// An error of the document as a whole.
pub(crate) fn of_document(error: kernel::Error) -> ServerError {
    let told = async_graphql::Error::from(Failure::from(error));
    let mut answer = ServerError::new(told.message, None);
    answer.extensions = told.extensions;
    answer
}

/// The value of a field that may be null: what goes wrong is an error of the document, and leaves
/// the fields beside it as they are.
pub(crate) fn shown<T>(ctx: &Context<'_>, result: Result<T>) -> Option<T> {
    result
        .map_err(|failure| {
            let error = async_graphql::Error::from(failure).into_server_error(ctx.item.pos);
            ctx.add_error(ctx.set_error_path(error));
        })
        .ok()
}

/// Why the input of a mutation was refused.
#[derive(Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct UserError {
    /// What is wrong, for programs: it never changes.
    code: &'static str,
    /// The field of the input that is to blame, if one is.
    field: Option<&'static str>,
    /// What is wrong, for people, with the way out.
    message: String,
}

/// What a mutation has to tell: what it made, or why its input was refused. Nothing where the
/// error is one of the document.
pub(crate) type Outcome<T> = Option<(Option<T>, Vec<UserError>)>;

/// Runs the command that `input` gives, and shows what it did in the state after its commit.
pub(crate) async fn mutate<C: Command, T>(
    ctx: &Context<'_>,
    input: impl FnOnce() -> kernel::Result<C>,
    show: impl FnOnce(&Arc<View>, C::Out) -> kernel::Result<T>,
) -> Outcome<T> {
    let before = seen(ctx);
    // Who is not signed in learns that before what is wrong with their input.
    let input = before.actor().require_signed_in().and_then(|()| input());
    let done = match input {
        Ok(command) => before.app().run(before.actor().clone(), command).await,
        Err(refused) => Err(refused),
    };
    match done.map_err(Failure::from) {
        Ok(out) => {
            let made = show(&before.renewed(), out).map_err(Failure::from);
            shown(ctx, made).map(|made| (Some(made), Vec::new()))
        }
        Err(Failure::Refused(refusal)) if is_of_input(refusal.problem.kind) => {
            Some((None, vec![user_error(*refusal)]))
        }
        Err(failure) => shown(ctx, Err(failure)),
    }
}

/// Whether a refusal of this kind stands in the payload.
fn is_of_input(kind: ProblemKind) -> bool {
    match kind {
        ProblemKind::Invalid
        | ProblemKind::Conflict
        | ProblemKind::TooLarge
        | ProblemKind::Unsupported => true,
        ProblemKind::Malformed
        | ProblemKind::Unauthenticated
        | ProblemKind::Forbidden
        | ProblemKind::NotFound
        | ProblemKind::TooMany
        | ProblemKind::Full
        | ProblemKind::Busy => false,
    }
}

fn user_error(refusal: Refusal) -> UserError {
    UserError {
        code: refusal.problem.code,
        field: refusal.field,
        message: refusal.message.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kernel::{Fault, problems};

    use super::*;

    fn told(error: kernel::Error) -> serde_json::Value {
        let error = async_graphql::Error::from(Failure::from(error));
        serde_json::to_value(error).unwrap()
    }

    #[test]
    fn a_refusal_tells_its_particulars_and_a_fault_nothing() {
        let busy = told(problems::BUSY.retry_after(Duration::from_millis(1_500)));
        assert_eq!(
            busy["extensions"],
            serde_json::json!({ "code": "BUSY", "retryAfter": 2 })
        );
        let page = told(problems::PAGE_INVALID.on("first"));
        let expected = serde_json::json!({ "code": "PAGE_INVALID", "field": "first" });
        assert_eq!(page["extensions"], expected);
        let named = RequestId::parse("r-1").unwrap();
        let named = named.during(|| told(Fault::new("the disk of room 7 is full").into()));
        assert_eq!(named["extensions"]["requestId"], "r-1");
        let fault = told(Fault::new("the disk of room 7 is full").into());
        assert_eq!(
            fault["extensions"],
            serde_json::json!({ "code": "INTERNAL" })
        );
        assert!(!fault.to_string().contains("disk"), "{fault}");
    }
}
