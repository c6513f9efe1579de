//! Days, and which of them a moment belongs to. Pure.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use kernel::Timestamp;
use store::Key;

/// Seconds of a day by UTC; days of a time zone may be longer or shorter.
const DAY_SECONDS: i64 = 86_400;
/// 1970-01-01, day 0.
const FIRST: Date = jiff::civil::date(1970, 1, 1);

/// A day of the calendar: how many lie between it and 1970-01-01. RFC 3339 in text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Day(u32);

impl Day {
    /// The day this many days later.
    #[must_use]
    pub const fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The day this many days earlier; stays at the first one rather than wrap.
    #[must_use]
    pub const fn minus(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days))
    }

    fn date(self) -> Date {
        let days = jiff::Span::new().try_days(self.0);
        days.and_then(|days| FIRST.checked_add(days))
            .unwrap_or(Date::MAX)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl Key for Day {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        u32::read(from).map(Self)
    }
}

/// Which moment belongs to which day.
#[derive(Debug, Clone)]
pub struct Calendar(TimeZone);

impl Default for Calendar {
    /// The calendar of UTC.
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Calendar {
    /// The calendar of a time zone in the database of IANA; `None` when there is no such zone.
    pub fn of(time_zone: &str) -> Option<Self> {
        TimeZone::get(time_zone).ok().map(Self)
    }

    /// The day that a moment belongs to; the first one for all before it.
    pub fn day_of(&self, moment: Timestamp) -> Day {
        let Ok(moment) = jiff::Timestamp::from_microsecond(moment.as_micros()) else {
            return Day::default();
        };
        // A second of the clock on the wall, not of UTC: the day is then a matter of division.
        let wall = moment.as_second() + i64::from(self.0.to_offset(moment).seconds());
        Day(u32::try_from(wall.div_euclid(DAY_SECONDS)).unwrap_or(0))
    }

    /// The first moment of a day. Where clocks are set at midnight, that may be at one.
    pub fn start_of(&self, day: Day) -> Timestamp {
        let start = day.date().to_zoned_datetime(self.0.clone());
        start.map_or(Timestamp::from_micros(i64::MAX), |start| {
            Timestamp::from_micros(start.timestamp().as_microsecond())
        })
    }
}
