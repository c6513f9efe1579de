//! What a sign-in code is: letters and digits that people can read to each other. Pure.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use app::Secret;
use kernel::Timestamp;

/// How long a code can be used.
pub(crate) const LIFETIME: Duration = Duration::from_hours(14 * 24);

/// Crockford's digits: what looks like one of them is read as it.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many digits a code has, of five bits each.
const LENGTH: usize = 15;
/// How many of them are written together.
const GROUP: usize = 5;
/// The longest text that is read, in bytes.
const TEXT_BYTES_MAX: usize = 64;

/// A code that somebody can sign in with once. Its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The code of a secret, 75 bits of it: three groups of five digits.
    pub fn new(secret: &Secret) -> Self {
        let digits = secret.0.iter().take(LENGTH).filter_map(|byte| {
            let digit = DIGITS.get(usize::from(byte % 32))?;
            Some(char::from(*digit))
        });
        Self(digits.collect())
    }

    /// The code that somebody typed, whatever its case and wherever its gaps; `None` for a text
    /// that cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let typed = text.chars().filter(|c| *c != '-' && !c.is_whitespace());
        let digits: String = typed.map(digit).collect::<Option<_>>()?;
        (digits.len() == LENGTH).then_some(Self(digits))
    }

    /// What the store keeps in its place.
    pub fn hash(&self) -> CodeHash {
        CodeHash(blake3::hash(self.0.as_bytes()).into())
    }

    /// The text, for the one answer that hands it out: `7K3QF-2M9XD-T4BWN`.
    pub fn reveal(&self) -> String {
        let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
        for (at, digit) in self.0.chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(digit);
        }
        text
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

fn digit(typed: char) -> Option<char> {
    let digit = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let known = u8::try_from(digit).is_ok_and(|digit| DIGITS.contains(&digit));
    known.then_some(digit)
}

/// The hash of a code. A code is not guessed as passwords are, so a fast hash will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeHash([u8; 32]);

/// The code that a person can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignInCode {
    /// The hash of the code.
    pub(crate) hash: CodeHash,
    /// From when on it lets nobody in.
    pub(crate) expires_at: Timestamp,
}

impl SignInCode {
    /// Whether it is this one, and can still be used.
    pub(crate) fn is(&self, hash: CodeHash, now: Timestamp) -> bool {
        self.hash == hash && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let mut secret = [0; 32];
        for (byte, number) in secret.iter_mut().zip(0..) {
            *byte = 250 - number;
        }
        let code = Code::new(&Secret(secret));
        assert_eq!(code.reveal(), "TSRQP-NMKJH-GFEDC");
        for typed in [
            "tsrqpnmkjhgfedc",
            " TSRQP NMKJH gfedc",
            "T-S-R-QPNMKJHGFEDC",
        ] {
            assert_eq!(Code::parse(typed), Some(code.clone()), "{typed:?}");
        }
        assert_eq!(
            Code::parse("OoIiL-00111-ABCDE"),
            Code::parse("00111-00111-abcde")
        );
        for wrong in [
            "",
            "TSRQP-NMKJH-GFED",
            "TSRQP-NMKJH-GFEDU",
            "TSRQP-NMKJH-GFEDÉ",
            &"-".repeat(65),
        ] {
            assert_eq!(Code::parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(format!("{code:?}"), "Code(..)");
    }
}
