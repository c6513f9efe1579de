//! Doing something once, however often it is asked for: a client that got no answer asks again
//! with the same key and gets the first one.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use kernel::{Fault, Problem, ProblemKind, Result, Timestamp};
use store::{Record, Table};

use crate::actor::UserId;
use crate::command::{Command, Tx};
use crate::expiry::Expires;
use crate::feature::Feature;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(7 * 24);
const KEY_CHARS_MAX: usize = 255;

/// A key that is empty or too long.
pub const IDEMPOTENCY_KEY_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "IDEMPOTENCY_KEY_INVALID",
    "An idempotency key has 1 to 255 characters; a UUID made for each submission is a good one.",
);

/// A key that stands for something else already.
pub const IDEMPOTENCY_KEY_REUSED: Problem = Problem::new(
    ProblemKind::Conflict,
    "IDEMPOTENCY_KEY_REUSED",
    "This idempotency key was used for something else; make a new one for each submission.",
);

/// The first answer to a command with a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FirstAnswer {
    at: Timestamp,
    #[serde(with = "serde_bytes")]
    out: Vec<u8>,
    /// The hash of the input, where the command leaves the comparison to this module.
    #[serde(default)]
    input: Option<[u8; 32]>,
}

impl Record for FirstAnswer {
    const VERSION: u8 = 1;
}

/// Answers by who asked, the command, and the key.
static FIRST_ANSWERS: Table<(UserId, String, String), FirstAnswer> =
    Table::new(0x0020, "first_answers");

static FORGOTTEN: Expires<(UserId, String, String), FirstAnswer> =
    Expires::new(&FIRST_ANSWERS, |first, now| now.since(first.at) >= KEPT);

/// What doing things once registers.
pub static FEATURE: Feature = Feature {
    tables: &[&FIRST_ANSWERS],
    problems: &[IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED],
    expiries: &[&FORGOTTEN],
    ..Feature::named("once")
};

/// Runs `effect` for command `C`, unless the same person ran it with the same key within seven
/// days: then the first answer is given again. Without a key it always runs. Whether the first
/// answer is one to the same input is for the command to look at: `IDEMPOTENCY_KEY_REUSED`.
pub fn once<C: Command>(
    tx: &mut Tx<'_>,
    key: Option<&str>,
    effect: impl FnOnce(&mut Tx<'_>) -> Result<C::Out>,
) -> Result<C::Out>
where
    C::Out: Serialize + DeserializeOwned,
{
    first_or::<C>(tx, key, None, effect)
}

/// As [`once`], for commands whose record changes later and cannot be compared with: the key
/// stands for this input alone, and any other is refused with `IDEMPOTENCY_KEY_REUSED`.
pub fn once_for<C: Command>(
    tx: &mut Tx<'_>,
    key: Option<&str>,
    input: &impl Serialize,
    effect: impl FnOnce(&mut Tx<'_>) -> Result<C::Out>,
) -> Result<C::Out>
where
    C::Out: Serialize + DeserializeOwned,
{
    if key.is_none() {
        return effect(tx);
    }
    let input = serde_json::to_vec(input)
        .map_err(|error| Fault::caused("writing the input of a command", error))?;
    let hash = *blake3::hash(&input).as_bytes();
    first_or::<C>(tx, key, Some(hash), effect)
}

fn first_or<C: Command>(
    tx: &mut Tx<'_>,
    key: Option<&str>,
    input: Option<[u8; 32]>,
    effect: impl FnOnce(&mut Tx<'_>) -> Result<C::Out>,
) -> Result<C::Out>
where
    C::Out: Serialize + DeserializeOwned,
{
    let Some(key) = key else { return effect(tx) };
    if key.is_empty() || key.chars().count() > KEY_CHARS_MAX {
        return Err(IDEMPOTENCY_KEY_INVALID.on("idempotencyKey"));
    }
    let place = (tx.user()?, C::NAME.to_owned(), key.to_owned());
    let first = tx.get(&FIRST_ANSWERS, &place)?;
    if let Some(first) = first.filter(|first| tx.now().since(first.at) < KEPT) {
        if first
            .input
            .zip(input)
            .is_some_and(|(first, now)| first != now)
        {
            return Err(IDEMPOTENCY_KEY_REUSED.on("idempotencyKey"));
        }
        return serde_json::from_slice(&first.out)
            .map_err(|error| Fault::caused("reading a first answer", error).into());
    }
    let answer = effect(tx)?;
    let out = serde_json::to_vec(&answer)
        .map_err(|error| Fault::caused("keeping a first answer", error))?;
    let at = tx.now();
    tx.put(&FIRST_ANSWERS, &place, &FirstAnswer { at, out, input })?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_every_version_decode() {
        let at = Timestamp::from_millis(1_700_000_000_000);
        let answer = FirstAnswer {
            at,
            out: b"\"submission_01h455vb4pex5vsknk084sn02q\"".to_vec(),
            input: None,
        };
        testkit::fixture("app/fixtures/first_answer.v1", &answer);
        let input = Some([7; 32]);
        let answer = FirstAnswer { input, ..answer };
        testkit::fixture("app/fixtures/first_answer.with_input.v1", &answer);
    }
}
