//! Which part of a file is wanted: one range of bytes, as RFC 9110 has it. Pure.

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: nothing else was asked for in a way that we take.
    Whole,
    /// These bytes, both included.
    Bytes { first: u64, last: u64 },
    /// A part that the file does not have.
    Beyond,
}

/// The part of a file of this many bytes that the header asks for. Several ranges at once are
/// answered with the whole.
pub(super) fn part_of(header: Option<&str>, bytes: u64) -> Part {
    let range = header
        .and_then(|header| header.trim().strip_prefix("bytes="))
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.trim().split_once('-'));
    let Some((first, last)) = range else {
        return Part::Whole;
    };
    let number = |text: &str| match text {
        "" => Some(None),
        digits if digits.bytes().all(|c| c.is_ascii_digit()) => digits.parse().ok().map(Some),
        _ => None,
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(last)) => between(first, last, bytes),
        (Some(None), Some(Some(tail))) => at_the_end(tail, bytes),
        (_, _) => Part::Whole,
    }
}

fn between(first: u64, last: Option<u64>, bytes: u64) -> Part {
    if last.is_some_and(|last| last < first) {
        return Part::Whole;
    }
    if first >= bytes {
        return Part::Beyond;
    }
    let end = bytes - 1;
    Part::Bytes {
        first,
        last: last.map_or(end, |last| last.min(end)),
    }
}

fn at_the_end(tail: u64, bytes: u64) -> Part {
    if tail == 0 || bytes == 0 {
        return Part::Beyond;
    }
    Part::Bytes {
        first: bytes.saturating_sub(tail),
        last: bytes - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_taken_as_far_as_the_file_goes() {
        let bytes = |first, last| Part::Bytes { first, last };
        for (header, part) in [
            ("bytes=0-0", bytes(0, 0)),
            ("bytes=2-5", bytes(2, 5)),
            ("bytes=5-", bytes(5, 9)),
            ("bytes=5-99", bytes(5, 9)),
            ("bytes=-3", bytes(7, 9)),
            ("bytes=-99", bytes(0, 9)),
            ("bytes=10-", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=5-2", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=99999999999999999999-", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part_of(Some(header), 10), part, "{header}");
        }
        assert_eq!(part_of(None, 10), Part::Whole);
        assert_eq!(part_of(Some("bytes=0-"), 0), Part::Beyond);
    }
}
