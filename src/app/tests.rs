//! A command's way through the application, with a feature of two lines.

use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use kernel::{Clock, Problem, ProblemKind, Result, SystemClock, Timestamp, id_kind, problems};
use store::{Engine, Options, Record, Snapshot, Store, Table};

use crate::*;

id_kind!(BellKind, BellId, "bell");

#[derive(Debug, Serialize, Deserialize)]
struct Bell {
    rung_by: Option<UserId>,
}
impl Record for Bell {
    const VERSION: u8 = 1;
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct BellRung {
    bell: BellId,
}
impl Event for BellRung {
    const SUBJECT: &'static str = "edusphere.users.rang";
    const KEY: &'static str = "bell";
    fn key(&self) -> String {
        self.bell.to_string()
    }
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct BellMelted {
    bell: BellId,
}
impl Event for BellMelted {
    const SUBJECT: &'static str = "edusphere.users.melted";
    const KEY: &'static str = "bell";
    fn key(&self) -> String {
        self.bell.to_string()
    }
}

const BELL_MUTED: Problem = Problem::new(ProblemKind::Conflict, "BELL_MUTED", "It is night.");

static BELLS: Table<BellId, Bell> = Table::new(0x7f20, "bells");
static TOLD: Pairing<BellRung, BellId, Bell> =
    Pairing::new(&BELLS, |event: &BellRung| event.bell).until(&MELTED);
static MELTED: Removal<BellMelted, BellId> = Removal::new(|event| event.bell);
static FEATURE: Feature = Feature {
    tables: &[&BELLS],
    events: &[EventType::of::<BellRung>(), EventType::of::<BellMelted>()],
    problems: &[BELL_MUTED],
    witnesses: &[&TOLD],
    ..Feature::named("bells")
};

struct RingBell {
    night: bool,
    silent: bool,
}

impl Command for RingBell {
    type Out = BellId;
    const NAME: &'static str = "bells.ring";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<BellId> {
        let bell = tx.new_id();
        let rung_by = tx.actor().user_id();
        tx.put(&BELLS, &bell, &Bell { rung_by })?;
        if self.night {
            return BELL_MUTED.refuse();
        }
        if !self.silent {
            tx.emit(&BellRung { bell })?;
        }
        Ok(bell)
    }
}

/// Melts a bell that rang, or only says so.
struct MeltBell {
    bell: BellId,
    silent: bool,
}

impl Command for MeltBell {
    type Out = ();
    const NAME: &'static str = "bells.melt";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        tx.remove(&BELLS, &self.bell)?;
        if self.silent {
            return Ok(());
        }
        tx.emit(&BellMelted { bell: self.bell })
    }
}

fn app() -> App {
    let store = Store::over(
        Engine::in_memory(),
        Options {
            seed: Some(1),
            ..Options::default()
        },
    );
    App::new(store, Arc::new(SystemClock), vec![&FEATURE], Some(1))
}

const DAY: RingBell = RingBell {
    night: false,
    silent: false,
};

fn teacher(app: &App) -> Actor {
    Actor::user(app.new_id(), SchoolRole::Staff, app.new_id())
}

#[tokio::test]
async fn a_command_changes_records_and_tells_of_it() {
    let app = app();
    let teacher = teacher(&app);
    let done = app.run_for_position(teacher.clone(), DAY).await.unwrap();
    assert_eq!(done.position, 1);
    let snapshot = app.snapshot();
    let (_, message) = eventlog::read(&snapshot, 0)
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(message.actor, teacher.to_string());
    assert_eq!(message.key, done.out.to_string());
    let bell = snapshot.get(&BELLS, &done.out).unwrap().unwrap();
    assert_eq!(bell.rung_by, teacher.user_id());
    assert_eq!(
        check(&snapshot, app.features()).unwrap().faults,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn who_may_not_and_what_must_not_leave_nothing_behind() {
    let app = app();
    let pupil = Actor::user(app.new_id(), SchoolRole::Member, app.new_id());
    let forbidden = app.run(pupil, DAY).await.unwrap_err();
    assert_eq!(forbidden.problem(), Some(problems::FORBIDDEN));
    let nobody = app.run(Actor::ANONYMOUS, DAY).await.unwrap_err();
    assert_eq!(nobody.problem(), Some(problems::UNAUTHENTICATED));
    let night = app
        .run(
            teacher(&app),
            RingBell {
                night: true,
                silent: false,
            },
        )
        .await;
    assert_eq!(night.unwrap_err().problem(), Some(BELL_MUTED));
    let findings = check(&app.snapshot(), app.features()).unwrap();
    assert_eq!((findings.records, findings.events), (0, 0));
}

#[tokio::test]
async fn a_record_without_its_event_is_found() {
    let app = app();
    app.run(
        teacher(&app),
        RingBell {
            night: false,
            silent: true,
        },
    )
    .await
    .unwrap();
    let findings = check(&app.snapshot(), app.features()).unwrap();
    assert_eq!(findings.fault_count, 1);
    assert!(
        findings.faults[0].contains("no event edusphere.users.rang"),
        "{findings:?}"
    );
}

/// Two bells by two people, an hour apart, told of afterwards.
struct RecallBells {
    by: [Actor; 2],
    first: Timestamp,
    last_at_night: bool,
}

impl Command for RecallBells {
    type Out = Vec<Timestamp>;
    const NAME: &'static str = "bells.recall";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_signed_in()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out> {
        let mut moments = Vec::new();
        for (hours, actor) in (0..).zip(&self.by) {
            let at = self.first.plus(Duration::from_hours(hours));
            let night = self.last_at_night && hours > 0;
            tx.perform(actor, at, &RingBell { night, ..DAY })?;
            moments.push(tx.now());
        }
        Ok(moments)
    }
}

#[tokio::test]
async fn the_program_tells_what_others_did_and_when() {
    let app = app();
    let first = app.now().plus(Duration::from_hours(1));
    let recall = || RecallBells {
        by: [teacher(&app), teacher(&app)],
        first,
        last_at_night: false,
    };
    let told = recall();
    let by = told.by.clone();
    let moments = app.run(Actor::program("test"), told).await.unwrap();
    assert_eq!(moments, [first, first.plus(Duration::from_hours(1))]);
    let snapshot = app.snapshot();
    let events: Vec<_> = eventlog::read(&snapshot, 0)
        .unwrap()
        .map(|entry| entry.map(|(_, message)| (message.actor, message.time)))
        .collect::<Result<_>>()
        .unwrap();
    let expected: Vec<_> = by.iter().map(Actor::to_string).zip(moments).collect();
    assert_eq!(events, expected);
    let before = check(&snapshot, app.features()).unwrap();

    let muted = RecallBells {
        last_at_night: true,
        ..recall()
    };
    let refused = app.run(Actor::program("test"), muted).await.unwrap_err();
    assert_eq!(refused.problem(), Some(BELL_MUTED));
    let pupil = Actor::user(app.new_id(), SchoolRole::Member, app.new_id());
    let with_pupil = RecallBells {
        by: [teacher(&app), pupil],
        ..recall()
    };
    let refused = app.run(Actor::program("test"), with_pupil).await;
    assert_eq!(refused.unwrap_err().problem(), Some(problems::FORBIDDEN));
    let refused = app.run(teacher(&app), recall()).await.unwrap_err();
    assert_eq!(refused.problem(), Some(problems::FORBIDDEN));
    assert_eq!(check(&app.snapshot(), app.features()).unwrap(), before);
}

#[tokio::test]
async fn a_record_that_goes_is_told_of_as_well() {
    let app = app();
    let teacher = teacher(&app);
    let faults = || check(&app.snapshot(), app.features()).unwrap().faults;
    let melt = |bell, silent| app.run(teacher.clone(), MeltBell { bell, silent });
    let bell = app.run(teacher.clone(), DAY).await.unwrap();
    melt(bell, false).await.unwrap();
    assert_eq!(faults(), Vec::<String>::new());
    let bell = app.run(teacher.clone(), DAY).await.unwrap();
    melt(bell, true).await.unwrap();
    assert!(
        faults()[0].contains("1 records are missing"),
        "{:?}",
        faults()
    );
    melt(bell, false).await.unwrap();
    assert_eq!(faults(), Vec::<String>::new());
    melt(bell, false).await.unwrap();
    assert!(faults()[0].contains("what was not there"), "{:?}", faults());
}

/// Rings a bell once, of this tone.
struct RingOnce {
    key: String,
    tone: u8,
}

impl Command for RingOnce {
    type Out = BellId;
    const NAME: &'static str = "bells.ring_once";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<BellId> {
        once_for::<Self>(tx, Some(&self.key), &self.tone, |tx| DAY.run(tx))
    }
}

#[tokio::test]
async fn a_key_stands_for_one_input() {
    let app = app();
    let teacher = teacher(&app);
    let key = || "key".to_owned();
    let ring = |tone| app.run(teacher.clone(), RingOnce { key: key(), tone });
    let first = ring(1).await.unwrap();
    assert_eq!(ring(1).await.unwrap(), first);
    let other = ring(2).await.unwrap_err();
    assert_eq!(other.problem(), Some(IDEMPOTENCY_KEY_REUSED));
}

#[tokio::test]
async fn a_first_answer_is_removed_once_its_key_stands_for_nothing() {
    let clock = Arc::new(testkit::ManualClock::default());
    let time: Arc<dyn Clock> = Arc::<testkit::ManualClock>::clone(&clock);
    let options = Options {
        clock: Arc::clone(&time),
        ..Options::default()
    };
    let store = Store::over(Engine::in_memory(), options);
    let app = App::new(store, time, vec![&FEATURE, &ONCE], Some(1));
    let teacher = teacher(&app);
    let records = || check(&app.snapshot(), app.features()).unwrap().records;
    // More than one batch of them, and a bell each.
    for key in 0..600 {
        let ring = RingOnce {
            key: key.to_string(),
            tone: 1,
        };
        app.run(teacher.clone(), ring).await.unwrap();
    }
    clock.advance(Duration::from_hours(7 * 24));
    let ring = RingOnce {
        key: "late".to_owned(),
        tone: 1,
    };
    app.run(teacher, ring).await.unwrap();
    let before = records();
    sweep(&app).await.unwrap();
    assert_eq!(records(), before - 600, "the last one holds for seven days");
    assert_eq!(
        check(&app.snapshot(), app.features()).unwrap().faults,
        Vec::<String>::new()
    );
}

/// Rings by day, tries to ring by night, and tells whether that was refused.
struct RingTwice;

impl Command for RingTwice {
    type Out = Option<Problem>;
    const NAME: &'static str = "bells.ring_twice";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out> {
        DAY.run(tx)?;
        let at_night = RingBell { night: true, ..DAY };
        let refused = tx.attempt(|tx| {
            DAY.run(tx)?;
            at_night.run(tx)
        });
        Ok(refused.err().and_then(|error| error.problem()))
    }
}

#[tokio::test]
async fn what_is_tried_and_refused_leaves_no_trace_in_a_command_that_goes_on() {
    let app = app();
    let done = app.run_for_position(teacher(&app), RingTwice).await;
    let done = done.unwrap();
    assert_eq!((done.out, done.position), (Some(BELL_MUTED), 1));
    let findings = check(&app.snapshot(), app.features()).unwrap();
    assert_eq!(findings.events, 1);
    assert_eq!(findings.faults, Vec::<String>::new());
}

#[test]
fn what_is_rehearsed_answers_and_leaves_no_trace() {
    let app = app();
    let bell = app.rehearse_blocking(teacher(&app), DAY).unwrap();
    let snapshot = app.snapshot();
    assert!(snapshot.get(&BELLS, &bell).unwrap().is_none());
    assert_eq!(eventlog::head(&snapshot).unwrap(), 0);
    app.run_blocking(teacher(&app), DAY).unwrap();
    assert_eq!(eventlog::head(&app.snapshot()).unwrap(), 1);
}

#[tokio::test]
async fn what_no_feature_registers_cannot_be_told() {
    static UNTOLD: Feature = Feature {
        tables: &[&BELLS],
        ..Feature::named("untold")
    };
    let store = Store::over(Engine::in_memory(), Options::default());
    let app = App::new(store, Arc::new(SystemClock), vec![&UNTOLD], Some(1));
    let rung = app.run(teacher(&app), DAY).await;
    assert!(matches!(rung, Err(kernel::Error::Fault(_))), "{rung:?}");
    assert_eq!(eventlog::head(&app.snapshot()).unwrap(), 0);
}
