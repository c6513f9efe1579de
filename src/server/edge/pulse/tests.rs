//! How long each wait may be, in ticks.

use app::Actor;
use live::{Filter, Hub, Interest};
use people::users::{AddUser, NewUser};
use testkit::School;
use tokio::sync::watch;

use super::*;
use crate::school::features;

fn pulses() -> Arc<Pulses> {
    Pulses::new(Timeouts {
        first_byte: Duration::from_secs(5),
        head: Duration::from_secs(10),
        body: Duration::from_secs(30),
        idle: Duration::from_mins(1),
    })
}

/// After how many ticks, of a second each here, the connection is overdue.
fn patience(pulses: &Pulses, pulse: &Pulse) -> u64 {
    let passes = (0..10_000).find(|_| {
        let overdue = pulse.overdue().is_some();
        pulses.sweep();
        overdue
    });
    passes.expect("it ends")
}

#[test]
fn each_phase_has_its_time() {
    let pulses = pulses();
    let watched = pulses.open();
    let pulse = &watched.pulse;
    assert_eq!(patience(&pulses, pulse), 6);
    pulse.bytes_came();
    assert_eq!((pulse.phase(), patience(&pulses, pulse)), (Phase::Head, 11));
    pulse.head_came();
    pulse.body_wanted();
    assert_eq!((pulse.phase(), patience(&pulses, pulse)), (Phase::Body, 31));
    pulse.answered();
    assert_eq!((pulse.phase(), patience(&pulses, pulse)), (Phase::Idle, 61));
}

#[test]
fn our_own_work_has_no_limit_here_but_a_client_that_takes_nothing_has() {
    let pulses = pulses();
    let watched = pulses.open();
    let pulse = &watched.pulse;
    pulse.bytes_came();
    pulse.head_came();
    for _ in 0..1_000 {
        pulses.sweep();
    }
    assert_eq!(pulse.overdue(), None);
    pulse.stalled();
    assert_eq!(patience(&pulses, pulse), 31);
    pulse.flows();
    assert_eq!(pulse.overdue(), None);
}

#[test]
fn an_upload_goes_on_as_long_as_a_kilobyte_comes_each_second() {
    let pulses = pulses();
    let watched = pulses.open();
    let pulse = &watched.pulse;
    pulse.bytes_came();
    pulse.head_came();
    pulse.body_wanted();
    for _ in 0..600 {
        pulse.body_came(1_024);
        pulses.sweep();
        assert_eq!(pulse.overdue(), None);
    }
    assert_eq!(patience(&pulses, pulse), 31, "and ends when nothing comes");
}

#[test]
fn live_updates_have_no_time_but_for_a_client_that_takes_nothing() {
    let pulses = pulses();
    let watched = pulses.open();
    let pulse = &watched.pulse;
    pulse.bytes_came();
    pulse.head_came();
    pulse.answered();
    pulse.taken_over();
    for _ in 0..1_000 {
        pulse.bytes_came();
        pulses.sweep();
    }
    assert_eq!(pulse.overdue(), None);
    pulse.stalled();
    assert_eq!(patience(&pulses, pulse), 31);
    assert_eq!(pulse.overdue(), Some(Phase::Live));
}

/// What waits for somebody who took nothing while people were added.
fn backlog(school: &School, people: usize) -> Backlog {
    let hub = Hub::new(school.app.clone());
    let mut mailbox = hub.join(school.app.new_id()).unwrap();
    mailbox.want(0, Interest::Messages(Filter::parse(">").unwrap()));
    let backlog = mailbox.backlog();
    let app = school.app.clone();
    school.block_on(async {
        let (_stop, stopping) = watch::channel(false);
        let fill = async {
            // A hub that begins to follow cannot know what was missed.
            while !mailbox.has_missed() {
                tokio::task::yield_now().await;
            }
            for number in 0..people {
                let user = NewUser::named(&format!("user{number}"), "Somebody").unwrap();
                let password = None;
                let add = AddUser { user, password };
                app.run(Actor::program("test"), add).await.unwrap();
            }
            while mailbox
                .next()
                .await
                .is_some_and(|(_, told)| told.position == 0)
            {}
        };
        tokio::select! {
            () = fill => {}
            _ = hub.follow(stopping) => {}
        }
    });
    backlog
}

#[test]
fn who_takes_nothing_while_more_waits_than_has_room_is_not_waited_for() {
    for (people, ticks) in [(10, 31), (600, 1)] {
        let school = School::new(&features());
        let pulses = pulses();
        let watched = pulses.open();
        let pulse = &watched.pulse;
        pulse.bytes_came();
        pulse.head_came();
        pulse.watch(Some(backlog(&school, people)));
        for _ in 0..1_000 {
            pulses.sweep();
        }
        assert_eq!(pulse.overdue(), None, "it takes what is sent");
        pulse.stalled();
        assert_eq!(patience(&pulses, pulse), ticks, "{people} people");
        assert_eq!(pulse.overdue(), Some(Phase::Answer));
    }
}

#[test]
fn bytes_that_dribble_in_do_not_start_the_time_anew() {
    let pulses = pulses();
    let watched = pulses.open();
    let pulse = &watched.pulse;
    for _ in 0..=10 {
        pulse.bytes_came();
        assert_eq!(pulse.overdue(), None);
        pulses.sweep();
    }
    assert_eq!(pulse.overdue(), Some(Phase::Head));
}

#[test]
fn an_order_to_leave_stays_and_one_to_check_is_given_once() {
    let pulses = pulses();
    let watched = pulses.open();
    let pulse = &watched.pulse;
    patience(&pulses, pulse);
    assert_eq!((pulse.order(), pulse.order()), (Order::Check, Order::Serve));
    pulses.leave();
    pulses.sweep();
    assert_eq!((pulse.order(), pulse.order()), (Order::Leave, Order::Leave));
    drop(watched);
    assert!(pulses.open.lock().unwrap().1.is_empty());
}
