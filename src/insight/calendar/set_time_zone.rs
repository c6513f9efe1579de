//! Sets the time zone of the school.

use app::{Actor, Command, Tx};
use kernel::Result;
use people::users::TIME_ZONE_UNKNOWN;
use store::Snapshot;

use super::{Calendar, THE_SCHOOL, TimeZoneSet, ZONES, Zone};

/// Lets the days of the school go by this time zone from now on. What was counted by day before
/// stays as it is.
#[derive(Debug, Clone)]
pub struct SetTimeZone {
    /// Its name in the database of IANA: `Europe/Berlin`.
    pub time_zone: String,
}

impl Command for SetTimeZone {
    type Out = ();
    const NAME: &'static str = "calendar.set_time_zone";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        if Calendar::of(&self.time_zone).is_none() {
            return Err(TIME_ZONE_UNKNOWN.on("timeZone"));
        }
        let zone = Zone {
            time_zone: self.time_zone.clone(),
        };
        tx.put(&ZONES, &THE_SCHOOL, &zone)?;
        tx.emit(&TimeZoneSet {
            time_zone: zone.time_zone,
        })
    }
}
