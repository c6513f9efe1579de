//! Which passwords are not taken: those that are guessed first. Pure.

use std::collections::HashSet;
use std::sync::LazyLock;

use app::SchoolRole;
use kernel::{Error, Result};
use unicode_normalization::UnicodeNormalization;

use super::problems::WEAK_PASSWORD;

/// The fewest characters for staff and administrators.
const STAFF_CHARS_MIN: usize = 12;
/// A row of digits below this length is a date or a telephone number.
const DIGITS_MIN: usize = 16;
/// The shortest part of a name that counts.
const WORD_CHARS_MIN: usize = 3;
/// What must be left of a password beside names, in letters and digits.
const BESIDE_MIN: usize = 5;
/// What this program is called: the first that comes to mind.
const PRODUCT: &str = "edusphere";

static GUESSED_FIRST: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../../data/common-passwords.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// Whose password it is to be.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// Who can do more must be harder to guess.
    pub role: SchoolRole,
    /// The name to sign in with.
    pub username: &'a str,
    /// What others see.
    pub display_name: &'a str,
}

/// Refuses what is too short for its owner or easily guessed with `WEAK_PASSWORD` and the reason.
pub(super) fn require_strong(password: &str, owner: &Owner<'_>) -> Result<()> {
    if owner.role >= SchoolRole::Staff && password.chars().count() < STAFF_CHARS_MIN {
        return Err(weak(
            "Passwords of staff and administrators have 12 characters or more.",
        ));
    }
    let folded: String = password.nfc().collect::<String>().to_lowercase();
    if is_guessed_first(&folded) {
        return Err(weak(
            "This password is among the first that are guessed; take a few words that do not belong together.",
        ));
    }
    if is_made_of_names(&folded, owner) {
        return Err(weak(
            "This password is made of the person's name or the name of this program; take a few words that do not belong together.",
        ));
    }
    Ok(())
}

fn weak(reason: &'static str) -> Error {
    WEAK_PASSWORD.because(reason).on("password")
}

/// Whether a password, or what is left of it without the digits and signs at its end, is among
/// those that are tried first.
fn is_guessed_first(folded: &str) -> bool {
    let stem = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    let digits = folded.bytes().all(|c| c.is_ascii_digit());
    let listed = |text: &str| GUESSED_FIRST.contains(text);
    listed(folded) || listed(stem) || (digits && folded.len() < DIGITS_MIN)
}

/// Whether little is left of a password beside names that everybody knows.
fn is_made_of_names(folded: &str, owner: &Owner<'_>) -> bool {
    let plain = |text: &str| -> String {
        let composed = text.nfc().filter(|c| c.is_alphanumeric());
        composed.collect::<String>().to_lowercase()
    };
    let names = [owner.username, owner.display_name];
    let parts = names.iter().flat_map(|name| {
        let parts = name.split(|c: char| !c.is_alphanumeric()).map(plain);
        parts.chain([plain(name)])
    });
    let mut words: Vec<String> = parts
        .chain([PRODUCT.to_owned()])
        .filter(|word| word.chars().count() >= WORD_CHARS_MIN)
        .collect();
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    let mut beside = plain(folded);
    let whole = beside.len();
    for word in words {
        beside = beside.replace(&word, "");
    }
    beside.len() < whole && beside.chars().count() < BESIDE_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str, role: SchoolRole) -> Option<String> {
        let owner = Owner {
            role,
            username: "zoe.miller",
            display_name: "Zoë Miller-Nguyen",
        };
        let refused = require_strong(password, &owner).err();
        refused.map(|error| error.to_string())
    }

    #[test]
    fn what_is_guessed_first_is_refused_with_the_reason() {
        for (password, reason) in [
            ("password1", "among the first"),
            ("PassWord", "among the first"),
            ("Qwerty!2027", "among the first"),
            ("aaaaaaaa", "among the first"),
            ("19870412", "among the first"),
            ("1234567890", "among the first"),
            ("EduSphere2026", "made of"),
            ("zoe.miller", "made of"),
            ("ZOË-nguyen-99", "made of"),
            ("millermiller", "made of"),
        ] {
            let refused = refused(password, SchoolRole::Member).unwrap_or_default();
            assert!(refused.starts_with("WEAK_PASSWORD"), "{password}");
            assert!(refused.contains(reason), "{password}: {refused}");
        }
    }

    #[test]
    fn other_words_are_taken_whatever_they_are_made_of() {
        for password in [
            "correct horse",
            "the miller's daughter",
            "looms and threads",
            "8 koalas",
            "пароль-не-слово",
            &"😀".repeat(128),
        ] {
            assert_eq!(refused(password, SchoolRole::Member), None, "{password}");
        }
    }

    #[test]
    fn staff_needs_twelve_characters() {
        let told = refused("eleven char", SchoolRole::Staff).unwrap_or_default();
        assert!(told.contains("12 characters"), "{told}");
        assert_eq!(refused("eleven char", SchoolRole::Member), None);
        assert_eq!(refused("twelve chars", SchoolRole::Admin), None);
    }

    #[test]
    fn the_list_has_what_it_promises() {
        assert_eq!(GUESSED_FIRST.len(), 3_000);
        let folded = |word: &&&str| word.to_lowercase() == **word && !word.contains(' ');
        assert_eq!(GUESSED_FIRST.iter().filter(folded).count(), 3_000);
    }
}
