//! A school opened: its data directory, its records, its files, and the application over them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::{Actor, App, Feature, check};
use courses::files::{self, Blobs};
use courses::neighbours::Neighbours;
use eventlog::{Limits, Stream};
use fs_err as fs;
use insight::calendar::{self, Calendar, SetTimeZone};
use insight::search::Home;
use kernel::{Clock, SystemClock};
use operations::streams::LimitStreams;
use store::{DataDir, Engine, Findings, Options, Store};

use crate::exit::Exit;

/// What assessment and community do for a course as a whole.
pub(crate) const NEIGHBOURS: Neighbours = Neighbours {
    left_out: assess::assignments::left_out,
    assignment: assess::assignments::import,
    topic: community::discussions::import,
    has_work: assess::submissions::any_in,
    has_posts: community::discussions::any_in,
    has_handed_in: assess::submissions::has_handed_in,
    assignment_in: assess::assignments::shown_in,
    topic_in: community::discussions::shown_in,
    publish_assignment: assess::assignments::publish,
    publish_topic: community::discussions::publish,
    assignments_of: assess::assignments::assignments_of,
    topics_of: community::discussions::topics_of,
    copy_assignment: assess::assignments::copy,
    copy_topic: community::discussions::copy,
};

/// All features of all areas.
pub(crate) fn features() -> Vec<&'static Feature> {
    let areas: [&[&'static Feature]; 7] = [
        &[&app::ONCE],
        people::FEATURES,
        courses::FEATURES,
        assess::FEATURES,
        community::FEATURES,
        insight::FEATURES,
        operations::FEATURES,
    ];
    areas.concat()
}

/// An open school. Nobody else can open it until this is closed.
pub(crate) struct School {
    /// The application.
    pub(crate) app: App,
    /// The bytes of files.
    pub(crate) blobs: Arc<Blobs>,
    // Dropped last: the directory is held until the store is closed.
    directory: DataDir,
}

impl School {
    /// Opens the school in a directory, made if it is not there, to change it.
    pub(crate) fn open(directory: &Path, cache_mib: u64) -> Result<Self, Exit> {
        Self::open_by(directory, cache_mib, Arc::new(SystemClock), None)
    }

    /// Opens the school and has it go by this clock; with a seed its ids and secrets are
    /// repeatable, for a school that is made up.
    pub(crate) fn open_by(
        directory: &Path,
        cache_mib: u64,
        clock: Arc<dyn Clock>,
        seed: Option<u64>,
    ) -> Result<Self, Exit> {
        let school = Self::open_as_it_is(directory, cache_mib, clock, seed)?;
        match school.loss() {
            Some(loss) => Err(Exit::new(Exit::DATA, loss)),
            None => Ok(school),
        }
    }

    /// Opens the school also where something is missing from it; then it takes no changes.
    pub(crate) fn open_to_read(directory: &Path, cache_mib: u64) -> Result<Self, Exit> {
        let school = Self::open_as_it_is(directory, cache_mib, Arc::new(SystemClock), None)?;
        if let Some(loss) = school.loss() {
            tracing::error!("{loss}");
        }
        Ok(school)
    }

    fn open_as_it_is(
        directory: &Path,
        cache_mib: u64,
        clock: Arc<dyn Clock>,
        seed: Option<u64>,
    ) -> Result<Self, Exit> {
        let directory = DataDir::open(directory, SystemClock.now())?;
        let options = Options {
            clock: Arc::clone(&clock),
            seed,
            cache_bytes: cache_mib.saturating_mul(1024 * 1024),
            record_cache_bytes: cache_mib.saturating_mul(1024 * 1024),
        };
        let store = Store::on_disk(&directory.records()?, directory.quarantine(), options)?;
        let head = eventlog::head(&store.snapshot())?;
        if let Some(loss) = directory.loss_before(head)? {
            store.refuse_writes(loss);
        }
        if store.loss().is_none() {
            directory.note_head(head)?;
        }
        let blobs = Arc::new(Blobs::open(&directory.files())?);
        let app = App::new(store, clock, features(), seed.map(u64::reverse_bits));
        Ok(Self {
            app,
            blobs,
            directory,
        })
    }

    /// Where search keeps its indexes.
    pub(crate) fn search_home(&self) -> Home {
        let quarantine = self.directory.quarantine();
        Home {
            folder: self.directory.search(),
            quarantine: quarantine.folder.join(&quarantine.label),
        }
    }

    /// What is missing, for the person who runs the school, and the ways out.
    pub(crate) fn loss(&self) -> Option<String> {
        let loss = self.app.store().loss()?;
        let root = self.directory.root().display();
        Some(format!(
            "{loss}. The school can be read and takes no changes. Stop it and restore a backup of {root} as docs/operating.md says, or give up what is missing: edusphere accept-loss --data-dir {root}"
        ))
    }

    /// Takes what is there for all that there is. Where the proof of the loss is kept, if anything
    /// was missing.
    pub(crate) fn accept_loss(&self) -> Result<Option<PathBuf>, Exit> {
        let store = self.app.store();
        if store.loss().is_none() {
            return Ok(None);
        }
        let head = eventlog::head(&store.snapshot())?;
        Ok(Some(self.directory.accept_loss(store, head)?))
    }

    /// Reads everything and reports what does not agree.
    pub(crate) fn check(&self) -> Result<Findings, Exit> {
        let snapshot = self.app.snapshot();
        let mut findings = check(&snapshot, self.app.features())?;
        if let Some(loss) = self.loss() {
            findings.fault(loss);
        }
        files::verify(&snapshot, &self.blobs, &mut findings)?;
        Ok(findings)
    }

    /// Lets the school's days go by this time zone.
    pub(crate) fn go_by(&self, time_zone: &str) -> Result<(), Exit> {
        if Calendar::of(time_zone).is_none() {
            return Err(Exit::unknown_time_zone(time_zone));
        }
        if calendar::time_zone(&self.app.snapshot())? != time_zone {
            let time_zone = time_zone.to_owned();
            let actor = Actor::program("configuration");
            self.app.run_blocking(actor, SetTimeZone { time_zone })?;
        }
        Ok(())
    }

    /// Has the event log keep as much as this.
    pub(crate) fn limit_streams(&self, limits: Vec<(Stream, Limits)>) -> Result<(), Exit> {
        let actor = Actor::program("configuration");
        self.app.run_blocking(actor, LimitStreams { limits })?;
        Ok(())
    }

    /// Makes everything durable and lets go of the directory.
    pub(crate) fn close(self) {
        self.app.store().close();
        if self.app.store().loss().is_some() {
            return;
        }
        let head = eventlog::head(&self.app.snapshot());
        let noted = head
            .map_err(Exit::from)
            .and_then(|head| Ok(self.directory.note_head(head)?));
        if let Err(error) = noted {
            tracing::warn!(%error, "how far the event log has come could not be noted");
        }
    }
}

/// Whether there is no directory here, or an empty one.
pub(crate) fn holds_nothing(directory: &Path) -> bool {
    fs::read_dir(directory).map_or(true, |mut entries| entries.next().is_none())
}

/// Makes a school beside its place, where nothing is yet, and moves it there when it is whole:
/// whoever stops this in the middle finds nothing instead of half a school.
pub(crate) fn make_whole<T>(
    data_dir: &Path,
    make: impl FnOnce(&Path) -> Result<T, Exit>,
) -> Result<T, Exit> {
    let mut name = data_dir.file_name().unwrap_or_default().to_owned();
    name.push(".being-made");
    let unfinished = data_dir.with_file_name(name);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let made = make(&unfinished)?;
    if data_dir.exists() {
        fs::remove_dir(data_dir)?;
    }
    fs::rename(&unfinished, data_dir)?;
    Ok(made)
}

/// A school in memory, for what must not touch one on disk.
pub(crate) fn in_memory() -> App {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = Store::over(Engine::in_memory(), Options::default());
    App::new(store, clock, features(), None)
}
