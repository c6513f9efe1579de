//! Stories of days.

use std::time::Duration;

use kernel::Timestamp;
use people::users::TIME_ZONE_UNKNOWN;
use testkit::Role;

use super::*;
use crate::tests::class;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_moment_belongs_to_the_day_on_the_wall() {
    let moment = at("2024-03-01T23:30:00Z");
    for (zone, day) in [
        ("UTC", "2024-03-01"),
        ("Europe/Berlin", "2024-03-02"),
        ("America/New_York", "2024-03-01"),
        ("Asia/Kathmandu", "2024-03-02"),
        ("Pacific/Kiritimati", "2024-03-02"),
    ] {
        let calendar = Calendar::of(zone).unwrap();
        assert_eq!(calendar.day_of(moment).to_string(), day, "{zone}");
    }
    assert!(Calendar::of("Mars/Olympus").is_none());
}

#[test]
fn days_on_which_clocks_are_set_are_shorter_and_longer() {
    let berlin = Calendar::of("Europe/Berlin").unwrap();
    for (noon, hours) in [
        ("2024-03-30T12:00:00Z", 24),
        ("2024-03-31T12:00:00Z", 23),
        ("2024-10-27T12:00:00Z", 25),
    ] {
        let day = berlin.day_of(at(noon));
        let (start, end) = (berlin.start_of(day), berlin.start_of(day.plus(1)));
        assert_eq!(end.since(start), Duration::from_hours(hours), "{noon}");
        let last = end.minus(Duration::from_micros(1));
        assert_eq!((berlin.day_of(start), berlin.day_of(last)), (day, day));
    }
}

#[test]
fn a_day_begins_at_one_where_clocks_are_set_at_midnight() {
    let beirut = Calendar::of("Asia/Beirut").unwrap();
    let day = beirut.day_of(at("2024-03-31T12:00:00Z"));
    assert_eq!(beirut.start_of(day), at("2024-03-30T22:00:00Z"));
    assert_eq!(beirut.day_of(beirut.start_of(day)), day);
}

#[test]
fn moments_before_all_days_belong_to_the_first() {
    let calendar = Calendar::default();
    for micros in [i64::MIN, -1, 0] {
        let moment = Timestamp::from_micros(micros);
        assert_eq!(calendar.day_of(moment), Day::default());
    }
    assert_eq!(Day::default().minus(1), Day::default());
}

#[test]
fn the_school_goes_by_utc_until_another_zone_is_set() {
    let (cast, _) = class();
    let zone = |cast: &testkit::Cast| time_zone(&cast.school.app.snapshot()).unwrap();
    assert_eq!(zone(&cast), "UTC");
    let set = |name: &str| SetTimeZone {
        time_zone: name.to_owned(),
    };
    assert_eq!(
        cast.refused(Role::Admin, set("Mars/Olympus")),
        TIME_ZONE_UNKNOWN
    );
    cast.does(Role::Admin, set("Europe/Berlin"));
    cast.does(Role::Program, set("Asia/Tokyo"));
    assert_eq!(zone(&cast), "Asia/Tokyo");
    let evening = at("2024-03-01T16:00:00Z");
    let calendar = calendar(&cast.school.app.snapshot()).unwrap();
    assert_eq!(calendar.day_of(evening).to_string(), "2024-03-02");
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let zone = Zone {
        time_zone: "Europe/Berlin".to_owned(),
    };
    testkit::fixture("insight/fixtures/time_zone.v1", &zone);
}
