//! What is counted, case by case.

use super::*;

const DAY: Duration = Duration::from_hours(24);

fn id(byte: u8) -> AssignmentId {
    AssignmentId::from_bytes([byte; 16])
}

fn at(days: u32) -> Timestamp {
    Timestamp::default().plus(days * DAY)
}

fn plan(byte: u8, due: u32) -> Plan {
    Plan {
        assignment: id(byte),
        due_at: Some(at(due)),
        points: Some(20.0),
        published: true,
    }
}

fn learner(standings: &[(u8, u32, u32, Option<u32>)]) -> Learner {
    let standings = standings
        .iter()
        .map(|(byte, attempts, late, percent)| Standing {
            assignment: id(*byte),
            attempts: *attempts,
            late: *late,
            score: percent.map(|percent| percent * 1_000_000),
        });
    Learner {
        counted: true,
        standings: standings.collect(),
        ..Learner::default()
    }
}

#[test]
fn a_score_is_a_part_of_the_points_possible() {
    assert_eq!(plan(1, 1).percent_of(15.0), Some(75_000_000));
    assert_eq!(plan(1, 1).percent_of(25.0), Some(125_000_000));
    assert_eq!(
        plan(1, 1).percent_of(1e6),
        Some(1_000_000_000),
        "ten times the points"
    );
    for points in [None, Some(0.0)] {
        assert_eq!(
            Plan {
                points,
                ..plan(1, 1)
            }
            .percent_of(15.0),
            None
        );
    }
}

#[test]
fn scores_fall_into_bands_that_begin_at_tens() {
    let learner = learner(&[(1, 1, 0, Some(0)), (2, 1, 0, Some(10)), (3, 1, 1, Some(99))]);
    let mut figures = learner.figures();
    assert_eq!(figures.bands, [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(
        (figures.submissions, figures.late, figures.scores),
        (3, 1, 3)
    );
    assert_eq!(figures.score_sum, 109 * PERCENT);
    figures.replace(&learner.figures(), &Figures::default());
    assert_eq!(figures, Figures::default());
    let left = Learner {
        counted: false,
        ..learner
    };
    assert_eq!(left.figures(), Figures::default());
}

#[test]
fn each_part_of_a_risk_has_its_weight_and_its_reason() {
    let plans = Plans(vec![plan(1, 2), plan(2, 3), plan(3, 9)]);
    let active = |standings: &[_], now| Learner {
        last_active_at: Some(at(now)),
        ..learner(standings)
    };
    for (learner, now, risk, reasons) in [
        (active(&[], 1), 1, 0, vec![]),
        (active(&[], 3), 3, 350_000, vec![RiskReason::MissingWork]),
        (
            active(&[(1, 1, 0, None)], 4),
            4,
            175_000,
            vec![RiskReason::MissingWork],
        ),
        (
            active(&[(1, 2, 1, None)], 1),
            1,
            100_000,
            vec![RiskReason::LateWork],
        ),
        (
            active(&[(1, 1, 0, Some(30))], 1),
            1,
            100_000,
            vec![RiskReason::LowScores],
        ),
        (active(&[(1, 1, 0, Some(60))], 1), 1, 0, vec![]),
        (active(&[], 1), 8, 350_000, vec![RiskReason::MissingWork]),
        (
            active(&[(1, 1, 1, Some(0)), (2, 1, 1, None)], 1),
            20,
            350_000 + 350_000 / 3 + 100_000 + 200_000,
            vec![
                RiskReason::Inactive,
                RiskReason::MissingWork,
                RiskReason::LateWork,
                RiskReason::LowScores,
            ],
        ),
    ] {
        assert_eq!(
            learner.weigh(&plans, at(now)),
            (risk, reasons),
            "{learner:?} on day {now}"
        );
    }
}

#[test]
fn inactivity_begins_after_a_week_and_is_whole_after_two() {
    let none = Plans::default();
    let weighed = |now: Timestamp| learner(&[]).weigh(&none, now).0;
    let moment = Duration::from_micros(1);
    assert_eq!(weighed(at(7)), 0);
    assert_eq!(weighed(at(7).plus(moment)), 175_000);
    assert_eq!(weighed(at(14).minus(moment)), 175_000);
    assert_eq!(weighed(at(14)), 350_000);
}

#[test]
fn work_is_missing_of_those_who_were_there_when_it_fell_due() {
    let mut plans = Plans(vec![plan(1, 2)]);
    let came = |day| Learner {
        enrolled_at: at(day),
        ..learner(&[])
    };
    assert_eq!(came(1).weigh(&plans, at(4)).0, 350_000);
    assert_eq!(came(3).weigh(&plans, at(4)).0, 0, "it was due before");
    plans.put(
        Plan {
            published: false,
            ..plan(1, 2)
        },
        9,
    );
    assert_eq!(came(1).weigh(&plans, at(4)).0, 0, "nobody sees it");
    assert_eq!(plans.next_due(at(1)), None);
    plans.put(plan(2, 3), 9);
    assert_eq!(
        plans.next_due(at(1)),
        Some(at(3).plus(Duration::from_micros(1)))
    );
    assert!(!plans.put(plan(3, 3), 2), "there is no room");
    assert!(plans.put(plan(1, 9), 2), "it has its place already");
}
