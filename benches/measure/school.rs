//! A school for the benchmarks of the faces.

use std::path::Path;
use std::sync::Arc;

use app::{Actor, App, Command};
use kernel::SystemClock;
use store::{Options, Quarantine, Store};

/// A school without anybody, on the disk.
pub(crate) fn open(root: &Path) -> App {
    let quarantine = Quarantine {
        folder: root.join("quarantine"),
        label: "bench".to_owned(),
    };
    let store = Store::on_disk(&root.join("records"), &quarantine, Options::default()).unwrap();
    let areas = [
        people::FEATURES,
        courses::FEATURES,
        assess::FEATURES,
        community::FEATURES,
    ];
    App::new(store, Arc::new(SystemClock), areas.concat(), None)
}

/// What a command answers.
pub(crate) fn run<C: Command>(app: &App, command: C) -> C::Out {
    app.run_blocking(Actor::program("bench"), command).unwrap()
}
