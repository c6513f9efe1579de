//! Character references in addresses and identifiers.
//!
//! Only those that people write in addresses are resolved. Any other stays as it is written, so
//! that an address hidden behind an odd reference is simply not found in the package.

/// Resolves numeric references and the common named ones.
pub(crate) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (character, tail) = reference(after).unwrap_or(('&', after));
        out.push(character);
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn reference(after: &str) -> Option<(char, &str)> {
    if let Some(number) = after.strip_prefix('#') {
        return numeric(number);
    }
    let (name, tail) = after.split_once(';')?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "colon" => ':',
        "sol" => '/',
        "num" => '#',
        "dollar" => '$',
        "lowbar" => '_',
        "period" => '.',
        "Tab" => '\t',
        "NewLine" => '\n',
        _ => return None,
    };
    Some((character, tail))
}

/// Browsers take numeric references without their semicolon too.
fn numeric(number: &str) -> Option<(char, &str)> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (number, 10),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let (digits, tail) = digits.split_at_checked(end)?;
    let code = u32::from_str_radix(digits, radix).ok()?;
    Some((
        char::from_u32(code)?,
        tail.strip_prefix(';').unwrap_or(tail),
    ))
}
