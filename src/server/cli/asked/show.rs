//! Answers for people: columns that are aligned, units that are read, times in UTC.

use kernel::Timestamp;
use serde_json::Value;

use super::super::say;

/// Text that stands left in its column, and numbers that stand right.
#[derive(Clone, Copy)]
pub(in crate::cli) enum Column {
    Text(&'static str),
    Number(&'static str),
}

/// Rows below their headings.
pub(in crate::cli) struct Table<const N: usize> {
    columns: [Column; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(in crate::cli) fn of(columns: [Column; N]) -> Self {
        let rows = Vec::new();
        Self { columns, rows }
    }

    pub(in crate::cli) fn add(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// Says it, or that there is nothing.
    pub(in crate::cli) fn say(self, nothing: &str) {
        if self.rows.is_empty() {
            return say(nothing);
        }
        self.lines().iter().for_each(say);
    }

    fn lines(&self) -> Vec<String> {
        let titles = self.columns.map(|column| match column {
            Column::Text(title) | Column::Number(title) => title.to_owned(),
        });
        let rows = || std::iter::once(&titles).chain(&self.rows);
        let width = |at: usize| {
            let cells = rows().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let line = |row: &[String; N]| {
            let mut line = String::new();
            for (at, (cell, column)) in row.iter().zip(&self.columns).enumerate() {
                let room = " ".repeat(width(at).saturating_sub(cell.chars().count()));
                let gap = if at == 0 { "" } else { "  " };
                match column {
                    Column::Text(_) => line.extend([gap, cell, &room]),
                    Column::Number(_) => line.extend([gap, &room, cell]),
                }
            }
            line.trim_end().to_owned()
        };
        rows().map(line).collect()
    }
}

/// Says what is known of one thing, a line each.
pub(in crate::cli) fn say_facts(facts: &[(&str, String)]) {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in facts {
        say(format_args!("{name:width$}  {value}")
            .to_string()
            .trim_end());
    }
}

/// Text of somebody else's: what would move the cursor of a terminal does not.
pub(in crate::cli) fn text(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    text.chars().map(harmless).collect()
}

/// A value as JSON, harmless to a terminal.
pub(in crate::cli) fn as_json(value: &Value) -> String {
    value.to_string().chars().map(harmless).collect()
}

fn harmless(c: char) -> char {
    if c.is_control() {
        char::REPLACEMENT_CHARACTER
    } else {
        c
    }
}

/// What stands in an answer at a path; null where there is nothing.
pub(in crate::cli) fn at<'a>(answer: &'a Value, path: &str) -> &'a Value {
    static NOTHING: Value = Value::Null;
    answer.pointer(path).unwrap_or(&NOTHING)
}

/// The entries of an answer.
pub(in crate::cli) fn nodes(answer: &Value) -> &[Value] {
    let nodes = at(answer, "/nodes").as_array();
    nodes.map(Vec::as_slice).unwrap_or_default()
}

pub(in crate::cli) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// A count with commas: `1,234,567`.
pub(in crate::cli) fn count(value: &Value) -> String {
    grouped(number(value))
}

pub(in crate::cli) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// So many things: `1 message`, `1,234 messages`.
pub(in crate::cli) fn things(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(count))
}

/// Bytes in the largest unit of which there is at least one.
pub(in crate::cli) fn bytes(value: &Value) -> String {
    let bytes = number(value);
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = units.into_iter().find(|(size, _)| bytes >= *size);
    match unit {
        Some((size, name)) => format!("{}.{} {name}", bytes / size, bytes % size * 10 / size),
        None => format!("{bytes} B"),
    }
}

/// Milliseconds in the largest unit that they are a whole number of.
pub(in crate::cli) fn span(ms: u64) -> String {
    let units = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1_000, "s"),
    ];
    let unit = units
        .into_iter()
        .find(|(size, _)| ms >= *size && ms.is_multiple_of(*size));
    match unit {
        Some((size, name)) => format!("{} {name}", ms / size),
        None => format!("{ms} ms"),
    }
}

/// The moment that a value is, if it is one.
pub(in crate::cli) fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// A moment in UTC, to the second; a dash where there is none.
pub(in crate::cli) fn time(value: &Value) -> String {
    let second = |moment: Timestamp| Timestamp::from_millis(moment.as_millis() / 1_000 * 1_000);
    moment(value).map_or_else(|| "-".to_owned(), |moment| second(moment).to_string())
}

/// The body of a message: JSON, or base64.
pub(in crate::cli) fn body(message: &Value) -> String {
    match message.get("body") {
        Some(body) => as_json(body),
        None => format!("base64:{}", text(at(message, "/bodyBase64"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_times_and_sizes_are_said_as_people_read_them() {
        assert_eq!(count(&json!(0)), "0");
        assert_eq!(count(&json!(1_234_567)), "1,234,567");
        assert_eq!(count(&json!(123_456)), "123,456");
        assert_eq!(things(1, "message"), "1 message");
        assert_eq!(things(2_000, "message"), "2,000 messages");
        assert_eq!(bytes(&json!(999)), "999 B");
        assert_eq!(bytes(&json!(1_260_000)), "1.2 MB");
        assert_eq!(bytes(&json!(100_000_000_000_u64)), "100.0 GB");
        assert_eq!(span(604_800_000), "7 d");
        assert_eq!(span(1_500), "1500 ms");
        assert_eq!(span(0), "0 ms");
        assert_eq!(
            time(&json!("2026-11-23T09:00:00.123456+01:00")),
            "2026-11-23T08:00:00Z"
        );
        assert_eq!(time(&json!(null)), "-");
    }

    #[test]
    fn columns_are_aligned_and_what_others_wrote_moves_no_cursor() {
        let mut table = Table::of([Column::Text("NAME"), Column::Number("SIZE")]);
        table.add([text(&json!("a\u{1b}[2J")), "7".to_owned()]);
        table.add(["Zürich".to_owned(), "1,000".to_owned()]);
        assert_eq!(
            table.lines(),
            ["NAME     SIZE", "a\u{fffd}[2J       7", "Zürich  1,000"]
        );
        assert_eq!(as_json(&json!("\u{9b}2J")), "\"\u{fffd}2J\"");
    }
}
