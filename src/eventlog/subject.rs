//! Subjects, and filters over them, in the words of NATS: tokens between dots, `*` for one token,
//! `>` for one or more at the end.

use kernel::Result;

use crate::problems::SUBJECT_INVALID;

/// The longest subject or filter, in bytes.
const SUBJECT_BYTES_MAX: usize = 255;

/// Whether a subject is one that the filter asks for.
pub fn matches(filter: &str, subject: &str) -> bool {
    let mut subject = subject.split('.');
    for wanted in filter.split('.') {
        match (wanted, subject.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (wanted, Some(token)) if wanted == token => {}
            (_, _) => return false,
        }
    }
    subject.next().is_none()
}

/// Whether some subject matches both filters.
pub fn overlap(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split('.'), other.split('.'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(">"), Some(_)) | (Some(_), Some(">")) => return true,
            (Some(a), Some(b)) if a == b || a == "*" || b == "*" => {}
            (_, _) => return false,
        }
    }
}

/// Refuses what is no subject to publish under with `SUBJECT_INVALID`.
pub(crate) fn require_subject(subject: &str) -> Result<()> {
    require(subject, |token, _| is_word(token))
}

/// Refuses what is no filter with `SUBJECT_INVALID`.
pub fn require_filter(filter: &str) -> Result<()> {
    require(filter, |token, last| {
        token == "*" || (token == ">" && last) || is_word(token)
    })
}

fn require(text: &str, allowed: impl Fn(&str, bool) -> bool) -> Result<()> {
    let mut tokens = text.split('.').peekable();
    while let Some(token) = tokens.next() {
        if !allowed(token, tokens.peek().is_none()) || text.len() > SUBJECT_BYTES_MAX {
            return SUBJECT_INVALID.refuse();
        }
    }
    Ok(())
}

fn is_word(token: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_graphic() && !matches!(c, '*' | '>');
    !token.is_empty() && token.chars().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_in_jetstream() {
        let subject = "edusphere.assignments.submitted";
        for filter in [
            subject,
            "edusphere.>",
            "edusphere.*.submitted",
            ">",
            "*.*.*",
        ] {
            assert!(matches(filter, subject), "{filter}");
        }
        for filter in [
            "edusphere",
            "edusphere.assignments.submitted.>",
            "*.*",
            "edusphere.courses.*",
        ] {
            assert!(!matches(filter, subject), "{filter}");
        }
    }

    #[test]
    fn filters_overlap_when_a_subject_can_match_both() {
        for (one, other) in [
            ("a.b", "a.b"),
            ("a.*", "*.b"),
            ("a.>", "a.b.c"),
            (">", "a"),
            ("a.*.c", "a.>"),
        ] {
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        for (one, other) in [("a.b", "a.c"), ("a.*", "a"), ("a.>", "a"), ("a.*", "a.b.c")] {
            assert!(
                !overlap(one, other) && !overlap(other, one),
                "{one} {other}"
            );
        }
    }

    #[test]
    fn only_words_between_dots_are_subjects() {
        assert!(require_subject("orders.eu.new").is_ok());
        for wrong in [
            "", "a..b", ".a", "a.", "a b", "a.*", ">", "a.\u{e9}", "a.\n",
        ] {
            assert!(require_subject(wrong).is_err(), "{wrong:?}");
        }
        assert!(require_subject(&"a".repeat(256)).is_err());
        for right in ["a.*.b", ">", "a.>", "*"] {
            assert!(require_filter(right).is_ok(), "{right}");
        }
        for wrong in ["a.>.b", "a.*b", "", "a..>"] {
            assert!(require_filter(wrong).is_err(), "{wrong:?}");
        }
    }
}
