//! Garbage: whatever the bytes, an answer and never a panic.

use proptest::prelude::*;

use super::*;

/// Pieces that mean something in a roster.
const PIECES: [&str; 24] = [
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\"",
    "\"\"",
    "sourcedId",
    "userSourcedId",
    "classSourcedId",
    "role",
    "username",
    "status",
    "tobedeleted",
    "teacher",
    "2026-09-01",
    "31/12/2026",
    "s1",
    "é",
    "\u{feff}",
    "\0",
    "\u{202e}",
    "title",
    "parentSourcedId",
];

fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_in_any_file_gets_an_answer(
        place in 0..7_usize,
        bytes in garbage(),
        behind_header in any::<bool>(),
    ) {
        let plain = plain();
        let (name, content) = plain.0[place % plain.0.len()].clone();
        let header = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let content = if behind_header {
            [header, b"\n", &bytes].concat()
        } else {
            bytes
        };
        let files = plain.file(&name, content);
        if let Ok((roster, report)) = files.open() {
            let text = report.to_string();
            prop_assert!(!text.contains(['\0', '\u{202e}']), "{:?}", text);
            prop_assert!(serde_json::to_string(&report).is_ok());
            prop_assert!(roster.len() < 1_000);
        }
    }
}
