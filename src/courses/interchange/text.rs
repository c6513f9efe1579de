//! Bytes to text, text to HTML, and times: the small conversions that documents of a package need.

use std::fmt::Write as _;

/// Text of a document, and whether its bytes were not the UTF-8 they should be.
pub(super) struct Decoded {
    pub(super) text: String,
    /// The bytes were read as Western European (Windows-1252).
    pub(super) western: bool,
}

/// The document is UTF-16, which is refused rather than guessed at.
pub(super) struct Utf16;

/// The characters of Windows-1252 between 0x80 and 0x9F; the rest is Latin-1.
const WESTERN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Decodes a document. The declared encoding is not asked: it is wrong more often than the bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Utf16> {
    if matches!(
        bytes,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'<', 0, ..] | [0, b'<', ..]
    ) {
        return Err(Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Ok(Decoded {
            text: text.to_owned(),
            western: false,
        });
    }
    let western = |byte: &u8| match byte {
        0x80..=0x9F => WESTERN
            .get(usize::from(byte - 0x80))
            .copied()
            .unwrap_or('\u{FFFD}'),
        other => char::from(*other),
    };
    Ok(Decoded {
        text: bytes.iter().map(western).collect(),
        western: true,
    })
}

/// Plain text as HTML: escaped, a paragraph for each block between empty lines.
pub(super) fn to_html(text: &str) -> String {
    let mut html = String::new();
    for block in text
        .replace("\r\n", "\n")
        .split("\n\n")
        .filter(|b| !b.trim().is_empty())
    {
        html.push_str("<p>");
        for c in block.trim().chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '\n' => html.push_str("<br>"),
                other => html.push(other),
            }
        }
        html.push_str("</p>");
    }
    html
}

/// A time of a package as RFC 3339 in UTC. Canvas writes UTC and often leaves the zone out.
pub(super) fn utc(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if !raw.is_ascii() {
        return None;
    }
    let (date, time) = match raw.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, time.trim()),
        None => (raw, "00:00:00"),
    };
    let mut parts = date.splitn(3, '-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let days_in_month = match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days_in_month).contains(&day) || !(1..=9998).contains(&year) {
        return None;
    }
    let (clock, offset) = split_zone(time)?;
    let seconds = days_from_civil(year, month, day) * 86_400 + clock_seconds(clock)? - offset;
    let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let mut out = String::new();
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    write!(
        out,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    )
    .ok()?;
    Some(out)
}

fn number(digits: &str) -> Option<i64> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

/// The clock, and the seconds by which the zone is ahead of UTC.
fn split_zone(time: &str) -> Option<(&str, i64)> {
    let bare = time
        .strip_suffix(['Z', 'z'])
        .or_else(|| time.strip_suffix(" UTC"));
    if let Some(clock) = bare {
        return Some((clock.trim_end(), 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let (clock, zone) = time.split_at_checked(at)?;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() {
        0
    } else {
        number(minutes)?
    };
    let hours = number(hours)?;
    (hours <= 14 && minutes < 60).then(|| (clock.trim_end(), sign * (hours * 3600 + minutes * 60)))
}

fn clock_seconds(clock: &str) -> Option<i64> {
    let whole = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    let mut parts = whole.splitn(3, ':').map(number);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    (hour < 24 && minute < 60 && second < 61).then(|| hour * 3600 + minute * 60 + second.min(59))
}

/// Days since 1970-01-01, for years after 0.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}
