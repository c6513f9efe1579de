//! Stories across the store, and a model of it: random operations against plain maps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::sync_channel;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use kernel::{Error, PageRequest, id_kind, problems};

use crate::*;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Book {
    title: String,
    shelf: u32,
    isbn: Option<String>,
}

impl Record for Book {
    const VERSION: u8 = 1;
}

static BOOKS: Table<(u32, u32), Book> =
    Table::new(0x7f01, "books").derives(&[&BY_SHELF, &BY_ISBN, &ON_SHELF]);
static BY_SHELF: Index<(u32, u32), Book, (u32, String)> =
    Index::new(0x7f02, "books_by_shelf", |_, book| {
        Some((book.shelf, book.title.clone()))
    });
static BY_ISBN: Unique<(u32, u32), Book, String> =
    Unique::new(0x7f03, "books_by_isbn", |_, book| book.isbn.clone());
static ON_SHELF: Count<(u32, u32), Book, u32> =
    Count::new(0x7f04, "books_on_shelf", |_, book| Some(book.shelf));

fn book(title: &str, shelf: u32) -> Book {
    Book {
        title: title.to_owned(),
        shelf,
        isbn: None,
    }
}

fn memory() -> Store {
    Store::over(
        Engine::in_memory(),
        Options {
            seed: Some(1),
            ..Options::default()
        },
    )
}

fn titles_on(snapshot: &Snapshot, shelf: u32) -> Vec<String> {
    let entries = snapshot.entries(&BY_SHELF, &shelf, Range::ALL).unwrap();
    entries.map(|entry| entry.unwrap().0.1).collect()
}

fn findings(snapshot: &Snapshot) -> Findings {
    let mut findings = Findings::default();
    BOOKS.verify(snapshot, &mut findings).unwrap();
    findings
}

#[test]
fn a_record_moves_between_shelves_and_its_rows_move_with_it() {
    let store = memory();
    store
        .submit(|tx| tx.put(&BOOKS, &(1, 1), &book("Emma", 5)))
        .wait()
        .unwrap();
    store
        .submit(|tx| tx.put(&BOOKS, &(1, 1), &book("Emma", 6)))
        .wait()
        .unwrap();
    let snapshot = store.snapshot();
    assert_eq!(titles_on(&snapshot, 5), Vec::<String>::new());
    assert_eq!(titles_on(&snapshot, 6), ["Emma"]);
    assert_eq!(snapshot.count(&ON_SHELF, &5).unwrap(), 0);
    assert_eq!(snapshot.count(&ON_SHELF, &6).unwrap(), 1);
    store
        .submit(|tx| tx.remove(&BOOKS, &(1, 1)))
        .wait()
        .unwrap();
    assert_eq!(store.snapshot().count(&ON_SHELF, &6).unwrap(), 0);
    assert_eq!(findings(&store.snapshot()).fault_count, 0);
    assert_eq!(
        snapshot.count(&ON_SHELF, &6).unwrap(),
        1,
        "the older view stays as it was"
    );
}

#[test]
fn a_refused_command_and_a_panic_leave_no_trace_and_do_not_disturb_their_group() {
    let store = memory();
    let (release, gate) = sync_channel::<()>(0);
    let held = store.submit(move |_| {
        gate.recv().unwrap();
        Ok(())
    });
    let first = store.submit(|tx| tx.put(&BOOKS, &(1, 1), &book("Emma", 5)));
    let refused = store.submit(|tx| {
        tx.put(&BOOKS, &(1, 2), &book("Persuasion", 5))?;
        problems::FORBIDDEN.refuse::<()>()
    });
    let panicked = store.submit(|tx| -> kernel::Result<()> {
        tx.put(&BOOKS, &(1, 1), &book("Overwritten", 9))?;
        panic!("the command's own fault")
    });
    let last = store.submit(|tx| tx.count(&ON_SHELF, &5));
    release.send(()).unwrap();
    held.wait().unwrap();
    first.wait().unwrap();
    assert_eq!(
        refused.wait().unwrap_err().problem(),
        Some(problems::FORBIDDEN)
    );
    assert!(matches!(panicked.wait(), Err(Error::Fault(_))));
    assert_eq!(
        last.wait().unwrap().out,
        1,
        "a command sees what its group wrote before it"
    );
    assert_eq!(titles_on(&store.snapshot(), 5), ["Emma"]);
    assert_eq!(findings(&store.snapshot()).fault_count, 0);
}

#[test]
fn nothing_is_readable_before_its_group_is_durable() {
    let store = memory();
    let (release, gate) = sync_channel::<()>(0);
    let (entered, inside) = sync_channel::<()>(0);
    let pending = store.submit(move |tx| {
        tx.put(&BOOKS, &(1, 1), &book("Emma", 5))?;
        entered.send(()).unwrap();
        gate.recv().unwrap();
        Ok(())
    });
    inside.recv().unwrap();
    assert_eq!(store.snapshot().get(&BOOKS, &(1, 1)).unwrap(), None);
    release.send(()).unwrap();
    let commit = pending.wait().unwrap();
    let snapshot = store.snapshot();
    assert!(snapshot.version() >= commit.version);
    assert!(snapshot.get(&BOOKS, &(1, 1)).unwrap().is_some());
}

#[test]
fn a_full_queue_refuses_and_says_when_to_come_back() {
    let store = memory();
    let (release, gate) = sync_channel::<()>(0);
    let (entered, inside) = sync_channel::<()>(0);
    let held = store.submit(move |_| {
        entered.send(()).unwrap();
        gate.recv().unwrap();
        Ok(())
    });
    inside.recv().unwrap();
    let waiting: Vec<_> = (0..5_000).map(|_| store.submit(|_| Ok(()))).collect();
    release.send(()).unwrap();
    held.wait().unwrap();
    let (done, refused): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .map(Pending::wait)
        .partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (4_096, 904));
    for refusal in refused {
        let Err(Error::Refused(refusal)) = refusal else {
            panic!("a refusal")
        };
        assert_eq!(refusal.problem, problems::BUSY);
        assert!(refusal.retry_after.is_some());
    }
}

#[test]
fn a_write_that_fails_is_neither_acknowledged_nor_shown_and_ends_all_writing() {
    let store = Store::over(Engine::failing_after(1), Options::default());
    let put = |key: u32| {
        store
            .submit(move |tx| tx.put(&BOOKS, &(1, key), &book("Emma", 5)))
            .wait()
    };
    put(1).unwrap();
    assert!(!*store.failed().borrow());
    assert_eq!(
        put(2).unwrap_err().problem(),
        Some(problems::WRITES_STOPPED)
    );
    assert!(*store.failed().borrow());
    assert_eq!(
        put(3).unwrap_err().problem(),
        Some(problems::WRITES_STOPPED)
    );
    let snapshot = store.snapshot();
    assert!(
        snapshot.get(&BOOKS, &(1, 1)).unwrap().is_some(),
        "reads go on"
    );
    assert!(snapshot.get(&BOOKS, &(1, 2)).unwrap().is_none());
}

#[test]
fn a_unique_value_is_guarded_and_found() {
    let store = memory();
    let with_isbn = |title: &str| Book {
        isbn: Some("1".to_owned()),
        ..book(title, 1)
    };
    let emma = with_isbn("Emma");
    store
        .submit(move |tx| tx.put(&BOOKS, &(1, 1), &emma))
        .wait()
        .unwrap();
    let other = with_isbn("Persuasion");
    let clash = store
        .submit(move |tx| tx.put(&BOOKS, &(1, 2), &other))
        .wait();
    assert!(matches!(clash, Err(Error::Fault(_))));
    assert_eq!(
        store.snapshot().find(&BY_ISBN, &"1".to_owned()).unwrap(),
        Some((1, 1))
    );
    assert_eq!(findings(&store.snapshot()).fault_count, 0);
}

static NOTES: Table<String, Book> = Table::new(0x7f07, "notes");

#[test]
fn a_key_that_the_engine_would_not_take_is_a_fault_of_its_command_alone() {
    let root = tempfile::tempdir().unwrap();
    let quarantine = Quarantine {
        folder: root.path().join("quarantine"),
        label: "test".to_owned(),
    };
    let records = root.path().join("records");
    let store = Store::on_disk(&records, &quarantine, Options::default()).unwrap();
    let long = store.submit(|tx| tx.put(&NOTES, &"x".repeat(65_536), &book("Emma", 5)));
    assert!(matches!(long.wait(), Err(Error::Fault(_))));
    let short = store.submit(|tx| tx.put(&NOTES, &"x".repeat(65_000), &book("Emma", 5)));
    short.wait().unwrap();
}

id_kind!(LoanKind, LoanId, "loan");

static LOANS: Table<LoanId, Book> = Table::new(0x7f05, "loans").derives(&[&LOANS_OF_SHELF]);
static LOANS_OF_SHELF: Count<LoanId, Book, u32> =
    Count::new(0x7f06, "loans_of_shelf", |_, book| Some(book.shelf));

#[test]
fn what_stands_under_a_new_id_is_counted_once_however_often_it_is_put() {
    let store = memory();
    let lend = |tx: &mut Tx| {
        let loan = tx.new_id();
        tx.put(&LOANS, &loan, &book("Emma", 5))?;
        tx.put(&LOANS, &loan, &book("Emma", 6))?;
        tx.put(&LOANS, &loan, &book("Emma", 7))?;
        Ok(loan)
    };
    let loan: LoanId = store.submit(lend).wait().unwrap().out;
    let again = store.submit(move |tx| tx.put(&LOANS, &loan, &book("Emma", 8)));
    again.wait().unwrap();
    let snapshot = store.snapshot();
    let on = [5, 6, 7, 8].map(|shelf| snapshot.count(&LOANS_OF_SHELF, &shelf).unwrap());
    assert_eq!(on, [0, 0, 0, 1]);
}

#[test]
fn pages_follow_each_other_and_a_cursor_reads_nothing_beyond_its_list() {
    let store = memory();
    let shelf = |shelf: u32| {
        move |tx: &mut Tx| {
            (0..25).try_for_each(|n| tx.put(&BOOKS, &(shelf, n), &book(&format!("{n:02}"), shelf)))
        }
    };
    store.submit(shelf(1)).wait().unwrap();
    store.submit(shelf(2)).wait().unwrap();
    let snapshot = store.snapshot();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let request = PageRequest::parse(Some(10), after.as_deref()).unwrap();
        let total = snapshot.count(&ON_SHELF, &1).unwrap();
        let page = snapshot
            .entries_page(&BY_SHELF, &1_u32, &request, total)
            .unwrap();
        assert_eq!(page.total, 25);
        after = page.entries.last().map(|(cursor, _)| cursor.to_string());
        seen.extend(page.entries.into_iter().map(|(_, ((_, title), _))| title));
        if !page.has_next {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert!(seen.is_sorted());
    let elsewhere = PageRequest::parse(Some(10), after.as_deref()).unwrap();
    let forged = snapshot
        .entries_page(&BY_SHELF, &2_u32, &elsewhere, 25)
        .unwrap_err();
    assert_eq!(forged.problem(), Some(problems::CURSOR_INVALID));
}

#[derive(Debug, Clone)]
enum Op {
    Put(u32, u32, Book),
    Remove(u32, u32),
    /// Puts, then is refused.
    Refused(u32, u32, Book),
    Reopen,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let title = prop::sample::select(vec!["Emma", "Ema\0", "", "Zoë", "Persuasion"]);
    let isbn = prop::option::weighted(0.3, 0..4_u32);
    let book = (title, 0..3_u32, isbn).prop_map(|(title, shelf, isbn)| Book {
        title: title.to_owned(),
        shelf,
        isbn: isbn.map(|isbn| isbn.to_string()),
    });
    let op = prop_oneof![
        6 => (0..3_u32, 0..4_u32, book.clone()).prop_map(|(a, b, book)| Op::Put(a, b, book)),
        3 => (0..3_u32, 0..4_u32).prop_map(|(a, b)| Op::Remove(a, b)),
        2 => (0..3_u32, 0..4_u32, book).prop_map(|(a, b, book)| Op::Refused(a, b, book)),
        1 => Just(Op::Reopen),
    ];
    prop::collection::vec(op, 1..40)
}

type Model = BTreeMap<(u32, u32), Book>;

/// Whether the put is one that the unique index must guard against.
fn clashes(model: &Model, key: (u32, u32), book: &Book) -> bool {
    book.isbn.is_some()
        && model
            .iter()
            .any(|(k, other)| *k != key && other.isbn == book.isbn)
}

fn agree(snapshot: &Snapshot, model: &Model) {
    let all: Model = snapshot
        .scan(&BOOKS, &All, Range::ALL)
        .unwrap()
        .map(|pair| pair.unwrap())
        .collect();
    assert_eq!(&all, model);
    for group in 0..3 {
        let scan = snapshot.scan(&BOOKS, &group, Range::BACKWARDS).unwrap();
        let keys: Vec<_> = scan.map(|pair| pair.unwrap().0).collect();
        let wanted: Vec<_> = model
            .keys()
            .rev()
            .filter(|key| key.0 == group)
            .copied()
            .collect();
        assert_eq!(keys, wanted);
    }
    for shelf in 0..3 {
        let entries = snapshot.entries(&BY_SHELF, &shelf, Range::ALL).unwrap();
        let found: Vec<_> = entries
            .map(|entry| entry.unwrap())
            .map(|(v, k)| (v.1, k))
            .collect();
        let on_shelf = model.iter().filter(|(_, book)| book.shelf == shelf);
        let wanted: BTreeSet<_> = on_shelf
            .map(|(key, book)| (book.title.clone(), *key))
            .collect();
        assert_eq!(found, wanted.into_iter().collect::<Vec<_>>());
        assert_eq!(
            snapshot.count(&ON_SHELF, &shelf).unwrap(),
            found.len() as u64
        );
    }
    for isbn in 0..4 {
        let isbn = isbn.to_string();
        let wanted = model
            .iter()
            .find(|(_, book)| book.isbn.as_ref() == Some(&isbn));
        let found = snapshot.find(&BY_ISBN, &isbn).unwrap();
        assert_eq!(found, wanted.map(|(key, _)| *key));
    }
    assert_eq!(
        findings(snapshot),
        Findings {
            records: model.len() as u64,
            derived: findings(snapshot).derived,
            ..Findings::default()
        }
    );
}

fn run_model(ops: Vec<Op>, open: impl Fn() -> Store, keeps: bool) {
    let mut model = Model::new();
    let mut store = open();
    // Operations are submitted without waiting, so that they share groups.
    let mut pending = Vec::new();
    for op in ops {
        match op {
            Op::Put(a, b, book) => {
                let stays = !clashes(&model, (a, b), &book);
                if stays {
                    model.insert((a, b), book.clone());
                }
                pending.push((
                    store.submit(move |tx| tx.put(&BOOKS, &(a, b), &book)),
                    stays,
                ));
            }
            Op::Remove(a, b) => {
                model.remove(&(a, b));
                let remove = store.submit(move |tx| tx.remove(&BOOKS, &(a, b)).map(drop));
                pending.push((remove, true));
            }
            Op::Refused(a, b, book) => {
                let refused = store.submit(move |tx| {
                    tx.remove(&BOOKS, &(a, b))?;
                    tx.put(&BOOKS, &(a, b), &book)?;
                    problems::FORBIDDEN.refuse()
                });
                pending.push((refused, false));
            }
            Op::Reopen if keeps => {
                store.close();
                drop(store);
                store = open();
            }
            Op::Reopen => {}
        }
    }
    for (answer, stays) in pending {
        assert_eq!(answer.wait().is_ok(), stays);
    }
    agree(&store.snapshot(), &model);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_store_agrees_with_plain_maps(ops in ops()) {
        run_model(ops, memory, false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn the_store_on_disk_agrees_with_plain_maps_when_opened_again(ops in ops()) {
        let root = tempfile::tempdir().unwrap();
        let open = || {
            let quarantine = root.path().join("quarantine");
            let quarantine = Quarantine { folder: quarantine, label: "now".to_owned() };
            Store::on_disk(&root.path().join("records"), &quarantine, Options::default()).unwrap()
        };
        run_model(ops, open, true);
    }
}

/// The same records through a table that derives nothing: what a bug would leave behind.
static BARE: Table<(u32, u32), Book> = Table::new(0x7f01, "books");

#[test]
fn damage_to_a_record_or_an_index_is_found() {
    let store = memory();
    let commit = |change: fn(&mut Tx) -> kernel::Result<()>| store.submit(change).wait().unwrap();
    commit(|tx| tx.put(&BOOKS, &(1, 1), &book("Emma", 5)));
    commit(|tx| tx.put(&BOOKS, &(1, 2), &book("Persuasion", 5)));
    commit(|tx| tx.put(&BARE, &(1, 1), &book("Emma", 6)));
    commit(|tx| tx.remove(&BARE, &(1, 2)).map(drop));
    let found = findings(&store.snapshot());
    assert_eq!(found.records, 1);
    assert!(
        found
            .faults
            .iter()
            .any(|fault| fault.starts_with("books_by_shelf")),
        "{found:?}"
    );
    assert!(
        found
            .faults
            .iter()
            .any(|fault| fault.starts_with("books_on_shelf")),
        "{found:?}"
    );
}

/// The newest journal below a folder.
fn newest_journal(folder: &std::path::Path) -> std::path::PathBuf {
    let files = fs_err::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let journals = files.filter(|path| path.extension().is_some_and(|ending| ending == "jnl"));
    let number = |path: &std::path::PathBuf| -> u64 {
        path.file_stem().unwrap().to_str().unwrap().parse().unwrap()
    };
    journals.max_by_key(number).unwrap()
}

#[test]
fn a_torn_last_group_is_set_aside_and_everything_before_it_is_there() {
    let root = tempfile::tempdir().unwrap();
    let records = root.path().join("records");
    let quarantine = root.path().join("quarantine");
    let open = || {
        let quarantine = Quarantine {
            folder: quarantine.clone(),
            label: "now".to_owned(),
        };
        Store::on_disk(&records, &quarantine, Options::default())
    };
    let store = open().unwrap();
    let put = |key: u32, title: &str| {
        let book = book(title, 5);
        store
            .submit(move |tx| tx.put(&BOOKS, &(1, key), &book))
            .wait()
            .unwrap();
    };
    (0..20).for_each(|key| put(key, "Emma"));
    let journal = newest_journal(&records);
    let written = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    let whole = written(&fs_err::read(&journal).unwrap());
    let ring = fs_err::read(root.path().join("ack.ring")).unwrap();
    put(20, &"x".repeat(10_000));
    store.close();
    drop(store);

    let mut bytes = fs_err::read(&journal).unwrap();
    assert!(
        written(&bytes) > whole + 10_000,
        "the last group is in the journal"
    );
    bytes[whole + 5_000..whole + 9_000].fill(0);
    fs_err::write(&journal, &bytes).unwrap();
    fs_err::write(root.path().join("ack.ring"), ring).unwrap();

    let store = open().unwrap();
    assert_eq!(store.loss(), None, "nobody was told of it");
    let snapshot = store.snapshot();
    assert_eq!(snapshot.count(&ON_SHELF, &5).unwrap(), 20);
    assert!(
        snapshot.get(&BOOKS, &(1, 20)).unwrap().is_none(),
        "the torn group is gone as a whole"
    );
    assert_eq!(findings(&snapshot).fault_count, 0);
    let copies: Vec<_> = fs_err::read_dir(quarantine.join("now")).unwrap().collect();
    assert_eq!(copies.len(), 1, "what was cut can still be looked at");
}

#[test]
fn damage_before_the_last_group_is_refused_and_named() {
    let root = tempfile::tempdir().unwrap();
    let records = root.path().join("records");
    let open = || {
        let folder = root.path().join("quarantine");
        let quarantine = Quarantine {
            folder,
            label: "now".to_owned(),
        };
        Store::on_disk(&records, &quarantine, Options::default())
    };
    let store = open().unwrap();
    for key in 0..20 {
        store
            .submit(move |tx| tx.put(&BOOKS, &(1, key), &book("Emma", 5)))
            .wait()
            .unwrap();
    }
    store.close();
    drop(store);
    let journal = newest_journal(&records);
    let mut bytes = fs_err::read(&journal).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[end / 2] ^= 0x10;
    fs_err::write(&journal, &bytes).unwrap();
    let error = open().unwrap_err();
    let name = journal.file_name().unwrap().to_str().unwrap();
    assert!(
        matches!(&error, OpenError::Damaged(said) if said.contains(name)),
        "{error}"
    );
    assert!(!root.path().join("quarantine").exists(), "nothing was cut");
    assert_eq!(
        fs_err::read(&journal).unwrap(),
        bytes,
        "nothing was changed"
    );
}

/// The bytes that the tables of a database take.
fn bytes_in(folder: &std::path::Path) -> u64 {
    let entries = fs_err::read_dir(folder).unwrap().map(Result::unwrap);
    let sizes = entries.map(|entry| match entry.file_type().unwrap() {
        kind if kind.is_dir() => bytes_in(&entry.path()),
        _ => entry.metadata().unwrap().len(),
    });
    sizes.sum()
}

#[test]
fn room_of_what_was_removed_is_given_back_and_the_rest_stays() {
    let root = tempfile::tempdir().unwrap();
    let records = root.path().join("records");
    let quarantine = Quarantine {
        folder: root.path().join("quarantine"),
        label: "now".to_owned(),
    };
    let store = Store::on_disk(&records, &quarantine, Options::default()).unwrap();
    let mut noise = 1_u64;
    for shelf in 0..100 {
        // Text that does not compress well.
        let texts = std::iter::repeat_with(|| {
            noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            format!("{noise:016x}")
        });
        let titles: Vec<String> = texts.take(2_000).collect();
        let title = titles.concat();
        let put = move |tx: &mut Tx| tx.put(&BOOKS, &(shelf, 0), &book(&title, shelf));
        store.submit(put).wait().unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let reclaim = || {
        let runtime = runtime.as_ref().unwrap();
        for space in [Space::Records, Space::Indexes] {
            runtime.block_on(store.reclaim(space)).unwrap();
        }
    };
    reclaim();
    let tables = records.join("keyspaces");
    let full = bytes_in(&tables);
    for shelf in 1..100 {
        let remove = move |tx: &mut Tx| tx.remove(&BOOKS, &(shelf, 0));
        assert!(store.submit(remove).wait().unwrap().out);
    }
    reclaim();
    let left = bytes_in(&tables);
    assert!(left < full / 4, "{full} bytes became {left}");
    assert_eq!(findings(&store.snapshot()).faults, Vec::<String>::new());
    assert_eq!(titles_on(&store.snapshot(), 0).len(), 1);
}
