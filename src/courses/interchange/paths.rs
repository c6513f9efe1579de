//! Paths inside a package: joining, decoding, names and media types. Pure text, no file system.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization as _;

use crate::files;

/// Joins `path` to the folder `dir` and resolves `.` and `..`; `None` when it leaves the package.
pub(super) fn join(dir: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in dir.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// A path as it is compared: without capitals, accents in one spelling.
pub(super) fn folded(path: &str) -> String {
    path.nfc().flat_map(char::to_lowercase).collect()
}

/// The folder of a path, without a slash at its end; empty for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The last part of a path without its extension.
pub(super) fn stem(path: &str) -> &str {
    let name = file_name(path);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        Some(_) | None => name,
    }
}

/// The extension in small letters; empty when there is none.
pub(super) fn extension(path: &str) -> String {
    file_name(path)
        .rsplit_once('.')
        .map_or_else(String::new, |(_, end)| end.to_ascii_lowercase())
}

/// Whether a file is a page by its name.
pub(super) fn is_html(path: &str) -> bool {
    matches!(extension(path).as_str(), "html" | "htm" | "xhtml")
}

/// Percent-decoded text; what is not UTF-8 after decoding stays as it was.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text)
        .decode_utf8()
        .unwrap_or(Cow::Borrowed(text))
}

/// The scheme of an address (`http` of `http://..`), if it has one.
pub(super) fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let mut chars = scheme.chars();
    let valid = chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then_some(scheme)
}

/// Whether an address leads to the web.
pub(super) fn is_web(address: &str) -> bool {
    /// More than browsers and servers agree to carry.
    const ADDRESS_BYTES_MAX: usize = 4_000;
    address.len() <= ADDRESS_BYTES_MAX
        && scheme(address)
            .is_some_and(|s| s.eq_ignore_ascii_case("http") || s.eq_ignore_ascii_case("https"))
}

/// A title as a person may see it: one line, no control characters. The importer shortens what is
/// too long for it and says so; far beyond that nobody reads on.
pub(super) fn title(raw: &str) -> String {
    const TITLE_CHARS_MAX: usize = 1_000;
    let mut title = String::new();
    for word in raw
        .split(|c: char| c.is_whitespace() || c.is_control() || turns(c))
        .filter(|w| !w.is_empty())
    {
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(word);
    }
    title.chars().take(TITLE_CHARS_MAX).collect()
}

/// Marks that turn the direction of writing, with which one name can look like another.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The media type by the extension; what is not known is a plain stream of bytes.
pub(super) fn media_type(path: &str) -> &'static str {
    files::media_type_of(&extension(path)).unwrap_or("application/octet-stream")
}
