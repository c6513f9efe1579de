//! Names of files as they are shown and saved under. Pure.
//!
//! A name never leads anywhere on our disk: bytes are kept under their hash. It is cleaned for the
//! sake of who saves the file, and of who reads the name.

use unicode_normalization::UnicodeNormalization;

/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 150;
/// The longest ending that is kept when a name is cut, in characters.
const ENDING_CHARS_MAX: usize = 12;
/// What a file without a usable name is called.
const NAMELESS: &str = "file";

/// Names that Windows keeps for its devices, whatever their ending.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A name that is safe to show and to save under: one part of a path, no control characters, none
/// that turn the direction of writing or cannot be seen, at most 150 characters.
pub(super) fn shown_name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = last
        .nfc()
        .filter(|c| !c.is_control() && !is_deceptive(*c))
        .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
        .collect();
    let name = cut(cleaned.trim_matches(|c: char| c == '.' || c.is_whitespace()));
    let stem = name.split('.').next().unwrap_or_default();
    if DEVICES.contains(&stem.trim().to_ascii_lowercase().as_str()) {
        format!("_{name}")
    } else if name.is_empty() {
        NAMELESS.to_owned()
    } else {
        name
    }
}

/// Marks that turn the direction of writing, and marks that nobody sees.
fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
    )
}

/// A name that is too long, cut before its ending.
fn cut(name: &str) -> String {
    if name.chars().count() <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending)
        .filter(|ending| ending.chars().count() <= ENDING_CHARS_MAX);
    match ending {
        Some(ending) => {
            let stem_chars = NAME_CHARS_MAX - ending.chars().count() - 1;
            let stem: String = name.chars().take(stem_chars).collect();
            format!("{}.{ending}", stem.trim_end())
        }
        None => name.chars().take(NAME_CHARS_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_part_of_a_path_and_nothing_hides_in_it() {
        for (given, shown) in [
            ("essay.pdf", "essay.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ada\\essay.pdf", "essay.pdf"),
            ("nul\0byte.txt", "nulbyte.txt"),
            ("CON", "_CON"),
            ("con.pdf", "_con.pdf"),
            ("evil\u{202e}fdp.exe", "evilfdp.exe"),
            (" .. ", "file"),
            ("", "file"),
            (".hidden.txt", "hidden.txt"),
            ("a<b>\"c\"|d?.txt", "a_b__c__d_.txt"),
            ("line\r\nbreak.txt", "linebreak.txt"),
            ("e\u{301}tude.txt", "\u{e9}tude.txt"),
        ] {
            assert_eq!(shown_name(given), shown, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = shown_name(&format!("{}.pdf", "x".repeat(300)));
        assert_eq!(long.chars().count(), 150);
        assert!(long.ends_with("x.pdf"));
        assert_eq!(shown_name(&"y".repeat(300)).len(), 150);
        assert_eq!(shown_name(&format!("a.{}", "z".repeat(300))).len(), 150);
    }
}
