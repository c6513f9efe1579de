//! The calendar of the school: the time zone that its days go by.
//!
//! The zone is a record, so that what was counted by day, and whoever counts again, go by the
//! same days. The server sets it from its configuration; until it does, days are those of UTC.

mod day;
mod set_time_zone;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, EventType, Feature, Pairing};
use kernel::{Fault, Result};
use store::{Record, Snapshot, Table};

pub use self::day::{Calendar, Day};
pub use self::set_time_zone::SetTimeZone;

/// The one calendar there is.
const THE_SCHOOL: u8 = 0;

/// The time zone of the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Zone {
    /// Its name in the database of IANA.
    time_zone: String,
}

impl Record for Zone {
    const VERSION: u8 = 1;
}

static ZONES: Table<u8, Zone> = Table::new(0x0501, "time_zones");

/// The days of the school go by another time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimeZoneSet {
    /// Its name in the database of IANA.
    pub time_zone: String,
}

impl Event for TimeZoneSet {
    const SUBJECT: &'static str = "edusphere.analytics.time_zone_set";
    const KEY: &'static str = "school";
    fn key(&self) -> String {
        Self::KEY.to_owned()
    }
}

static SET: Pairing<TimeZoneSet, u8, Zone> = Pairing::recurring(&ZONES, |_| THE_SCHOOL);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&ZONES],
    events: &[EventType::of::<TimeZoneSet>()],
    witnesses: &[&SET],
    ..Feature::named("calendar")
};

/// The calendar that the school goes by.
pub fn calendar(snapshot: &Snapshot) -> Result<Calendar> {
    let Some(zone) = snapshot.shared(&ZONES, &THE_SCHOOL)? else {
        return Ok(Calendar::default());
    };
    Calendar::of(&zone.time_zone)
        .ok_or_else(|| Fault::new(format!("{} is no time zone", zone.time_zone)).into())
}

/// The name of the time zone that the school's days go by.
pub fn time_zone(snapshot: &Snapshot) -> Result<String> {
    let zone = snapshot.get(&ZONES, &THE_SCHOOL)?;
    Ok(zone.map_or_else(|| "UTC".to_owned(), |zone| zone.time_zone))
}

#[cfg(test)]
mod tests;
