//! A command's way through the application, with a feature of two lines.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use kernel::{Problem, ProblemKind, Result, SystemClock, id_kind, problems};
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

#[derive(Debug, Serialize, Deserialize)]
struct BellRung {
    bell: BellId,
}
impl Event for BellRung {
    const SUBJECT: &'static str = "edusphere.users.rang";
    fn key(&self) -> String {
        self.bell.to_string()
    }
}

const BELL_MUTED: Problem = Problem::new(ProblemKind::Conflict, "BELL_MUTED", "It is night.");

static BELLS: Table<BellId, Bell> = Table::new(0x7f20, "bells");
static TOLD: Pairing<BellRung, BellId, Bell> = Pairing::new(&BELLS, |event| event.bell);
static FEATURE: Feature = Feature {
    tables: &[&BELLS],
    events: &[EventType::of::<BellRung>()],
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
