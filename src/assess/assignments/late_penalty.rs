//! What late work loses. Pure.
//!
//! As Canvas has it: for each hour or day that has begun since the due date, a percentage of the
//! points of the assignment is taken off, until a floor is reached. A score that is below the floor
//! by itself loses nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use kernel::Result;

use super::problems::LATE_PENALTY_INVALID;

/// What lateness is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LateUnit {
    /// Hours of 3,600 seconds.
    Hour,
    /// Days of 24 hours.
    Day,
}

impl LateUnit {
    const fn length(self) -> Duration {
        match self {
            Self::Hour => Duration::from_hours(1),
            Self::Day => Duration::from_hours(24),
        }
    }
}

/// What is taken off the score of late work.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LatePenalty {
    percent: f64,
    per: LateUnit,
    floor_percent: f64,
}

impl LatePenalty {
    /// Takes `percent` (above 0, at most 100) of the points for each hour or day that has begun,
    /// down to `floor_percent` (0 to 100) of them. `LATE_PENALTY_INVALID` for other numbers.
    pub fn new(percent: f64, per: LateUnit, floor_percent: f64) -> Result<Self> {
        let takes = percent > 0.0 && percent <= 100.0;
        if !takes || !(0.0..=100.0).contains(&floor_percent) {
            return Err(LATE_PENALTY_INVALID.on("latePenalty"));
        }
        Ok(Self {
            percent,
            per,
            floor_percent,
        })
    }

    /// How much of the points each hour or day costs, in percent.
    pub fn percent(self) -> f64 {
        self.percent
    }

    /// What lateness is counted in.
    pub fn per(self) -> LateUnit {
        self.per
    }

    /// How much of the points lateness alone leaves, in percent.
    pub fn floor_percent(self) -> f64 {
        self.floor_percent
    }

    /// What is left of a score of `entered` points out of `points` for work that came this late.
    /// Never more than was entered, and nothing is taken where there are no points to take of.
    #[must_use]
    pub fn left_of(self, entered: f64, points: f64, late_by: Duration) -> f64 {
        let begun = late_by
            .as_micros()
            .div_ceil(self.per.length().as_micros().max(1));
        let floor = points * self.floor_percent / 100.0;
        if begun == 0 || points <= 0.0 || entered <= floor {
            return entered;
        }
        let begun = u32::try_from(begun).map_or(f64::from(u32::MAX), f64::from);
        let lost = hundredths(points * self.percent * begun / 100.0);
        millionths((entered - lost).max(floor)).min(entered)
    }
}

fn hundredths(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

/// Without the noise of binary fractions: 8.7 - 0.87 is 7.83.
pub(crate) fn millionths(points: f64) -> f64 {
    (points * 1_000_000.0).round() / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    const DAY: Duration = Duration::from_hours(24);

    fn ten_a_day() -> LatePenalty {
        LatePenalty::new(10.0, LateUnit::Day, 40.0).unwrap()
    }

    #[test]
    fn each_day_that_has_begun_costs_a_tenth_of_the_points_down_to_the_floor() {
        let moment = Duration::from_micros(1);
        for (late_by, left) in [
            (Duration::ZERO, 18.0),
            (moment, 16.0),
            (DAY, 16.0),
            (DAY + moment, 14.0),
            (5 * DAY, 8.0),
            (5_000 * DAY, 8.0),
        ] {
            let found = ten_a_day().left_of(18.0, 20.0, late_by);
            assert!((found - left).abs() < 1e-9, "{late_by:?}: {found}");
        }
        let hourly = LatePenalty::new(1.5, LateUnit::Hour, 0.0).unwrap();
        let found = hourly.left_of(8.7, 10.0, 3 * HOUR);
        assert!((found - 8.25).abs() < 1e-9, "{found}");
        assert!(hourly.left_of(8.7, 10.0, 70 * HOUR).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_taken_below_the_floor_or_without_points() {
        assert!((ten_a_day().left_of(7.5, 20.0, 9 * DAY) - 7.5).abs() < f64::EPSILON);
        assert!((ten_a_day().left_of(7.5, 0.0, 9 * DAY) - 7.5).abs() < f64::EPSILON);
    }

    #[test]
    fn only_percentages_are_taken() {
        for (percent, floor) in [
            (0.0, 0.0),
            (-1.0, 0.0),
            (100.5, 0.0),
            (f64::NAN, 0.0),
            (10.0, -1.0),
            (10.0, 101.0),
            (10.0, f64::NAN),
            (f64::INFINITY, 0.0),
        ] {
            let refused = LatePenalty::new(percent, LateUnit::Day, floor).unwrap_err();
            assert_eq!(
                refused.problem(),
                Some(LATE_PENALTY_INVALID),
                "{percent} {floor}"
            );
        }
    }

    prop_compose! {
        fn penalty()(
            percent in 0.01..=100.0_f64,
            hourly in any::<bool>(),
            floor in 0.0..=100.0_f64,
        ) -> LatePenalty {
            let per = if hourly { LateUnit::Hour } else { LateUnit::Day };
            LatePenalty::new(percent, per, floor).unwrap()
        }
    }

    proptest! {
        #[test]
        fn what_is_left_is_between_nothing_and_what_was_entered(
            penalty in penalty(), points in 0.0..1e6_f64, entered in 0.0..1e6_f64,
            late_by in 0..10_000_000_u64,
        ) {
            let left = penalty.left_of(entered, points, Duration::from_secs(late_by));
            prop_assert!((0.0..=entered).contains(&left));
            prop_assert!(entered > points || left <= points);
        }

        #[test]
        fn later_work_never_has_more(
            penalty in penalty(), points in 0.0..1e4_f64, entered in 0.0..1e4_f64,
            late_by in 0..10_000_000_u64, more in 0..10_000_000_u64,
        ) {
            let left = |secs| penalty.left_of(entered, points, Duration::from_secs(secs));
            prop_assert!(left(late_by + more) <= left(late_by));
        }

        #[test]
        fn better_work_never_has_less(
            penalty in penalty(), points in 0.0..1e4_f64, entered in 0.0..1e4_f64,
            better in 0.0..1e4_f64, late_by in 0..10_000_000_u64,
        ) {
            let left = |score| penalty.left_of(score, points, Duration::from_secs(late_by));
            prop_assert!(left(entered) <= left(entered + better) + 1e-6);
        }
    }
}
