//! One suite that every engine must pass.

use std::ops::Bound::{self, Excluded, Included, Unbounded};

use super::{Change, Engine, EngineSnapshot, Slice, Space};
use crate::data_dir::Quarantine;

fn put(space: Space, key: &str, value: &str) -> Change {
    (space, Slice::from(key), Some(Slice::from(value.as_bytes())))
}

fn remove(space: Space, key: &str) -> Change {
    (space, Slice::from(key), None)
}

fn write(engine: &Engine, changes: &[Change]) {
    engine.write(changes).unwrap();
}

fn get(snapshot: &EngineSnapshot, space: Space, key: &str) -> Option<String> {
    let value = snapshot.get(space, key.as_bytes()).unwrap();
    value.map(|value| String::from_utf8(value.to_vec()).unwrap())
}

fn keys(snapshot: &EngineSnapshot, from: Bound<&str>, to: Bound<&str>, backwards: bool) -> String {
    let bytes = |bound: Bound<&str>| bound.map(|key| key.as_bytes().to_vec());
    snapshot
        .scan(Space::Records, (bytes(from), bytes(to)), backwards)
        .map(|pair| String::from_utf8(pair.unwrap().0.to_vec()).unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

fn suite(engine: &Engine) {
    let empty = engine.snapshot();
    write(
        engine,
        ["a", "b", "c", "d"]
            .map(|key| put(Space::Records, key, "1"))
            .as_slice(),
    );
    let first = engine.snapshot();
    write(
        engine,
        &[
            put(Space::Records, "b", "2"),
            remove(Space::Records, "c"),
            put(Space::Indexes, "a", "index"),
            remove(Space::Records, "never there"),
        ],
    );
    let second = engine.snapshot();

    assert_eq!(
        get(&empty, Space::Records, "a"),
        None,
        "a snapshot does not see later writes"
    );
    assert_eq!(get(&first, Space::Records, "b").as_deref(), Some("1"));
    assert_eq!(get(&first, Space::Records, "c").as_deref(), Some("1"));
    assert_eq!(get(&second, Space::Records, "b").as_deref(), Some("2"));
    assert_eq!(get(&second, Space::Records, "c"), None);
    assert_eq!(
        get(&second, Space::Indexes, "a").as_deref(),
        Some("index"),
        "spaces are apart"
    );
    assert_eq!(get(&first, Space::Indexes, "a"), None);

    assert_eq!(keys(&empty, Unbounded, Unbounded, false), "");
    assert_eq!(keys(&first, Unbounded, Unbounded, false), "a b c d");
    assert_eq!(keys(&second, Unbounded, Unbounded, true), "d b a");
    assert_eq!(keys(&first, Included("b"), Excluded("d"), false), "b c");
    assert_eq!(keys(&first, Excluded("a"), Included("c"), true), "c b");
    assert_eq!(
        keys(&first, Excluded("c"), Excluded("c"), false),
        "",
        "an empty stretch"
    );
    assert_eq!(
        keys(&first, Included("d"), Included("a"), false),
        "",
        "a stretch that is none"
    );
}

#[test]
fn memory_conforms() {
    suite(&Engine::in_memory());
}

#[test]
fn fjall_conforms_and_keeps_what_was_written_when_opened_again() {
    let root = tempfile::tempdir().unwrap();
    let quarantine = Quarantine {
        folder: root.path().join("q"),
        label: "now".to_owned(),
    };
    let records = root.path().join("records");
    let engine = Engine::on_disk(&records, &quarantine, 1 << 20).unwrap();
    suite(&engine);
    drop(engine);
    let engine = Engine::on_disk(&records, &quarantine, 1 << 20).unwrap();
    let snapshot = engine.snapshot();
    assert_eq!(keys(&snapshot, Unbounded, Unbounded, false), "a b d");
    assert_eq!(
        get(&snapshot, Space::Indexes, "a").as_deref(),
        Some("index")
    );
    assert!(
        !root.path().join("q").exists(),
        "a clean stop leaves nothing to cut"
    );
}
