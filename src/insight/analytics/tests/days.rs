//! Stories of days: what belongs to which, in which time zone, and who is active.

use community::discussions::{CreateDiscussionPost, CreateTopic, NewTopic, TopicId};
use courses::markup::SafeHtml;

use super::*;
use crate::calendar::SetTimeZone;
use crate::tests::DAY;

fn topic(cast: &Cast, course: CourseId) -> TopicId {
    let topic = NewTopic::titled("Week one", SafeHtml::default(), true).unwrap();
    cast.does(
        Role::Teacher,
        CreateTopic {
            course,
            module: None,
            topic,
        },
    )
}

fn say(cast: &Cast, who: Role, topic: TopicId) {
    let body = "Hello".to_owned();
    let post = CreateDiscussionPost {
        topic,
        parent: None,
        body,
        idempotency_key: None,
    };
    cast.does(who, post);
}

fn go_by(cast: &Cast, zone: &str) {
    let time_zone = zone.to_owned();
    cast.does(Role::Admin, SetTimeZone { time_zone });
}

/// Each day with its submissions, posts and active students.
fn days(shown: &Dashboard) -> Vec<(String, u64, u64, u64)> {
    let days = shown.activity_by_day.iter();
    days.map(|day| {
        (
            day.day.to_string(),
            day.submissions,
            day.posts,
            day.active_students,
        )
    })
    .collect()
}

fn day(date: &str, submissions: u64, posts: u64, active: u64) -> (String, u64, u64, u64) {
    (date.to_owned(), submissions, posts, active)
}

#[test]
fn every_day_is_shown_the_oldest_first_and_quiet_ones_with_nothing() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member, CourseRole::Student);
    let (topic, essay) = (topic(&cast, course), essay(&cast, 9));
    let essay = set(&cast, course, essay);
    say(&cast, Role::Student, topic);
    say(&cast, Role::Student, topic);
    say(&cast, Role::Teacher, topic);
    cast.school.clock.advance(2 * DAY);
    cast.does(Role::Student, hand_in(essay));
    cast.does(Role::Member, hand_in(essay));
    say(&cast, Role::Member, topic);
    let shown = seen(&cast, course, 4);
    assert_eq!(
        days(&shown),
        [
            day("2023-11-13", 0, 0, 0),
            day("2023-11-14", 0, 3, 1),
            day("2023-11-15", 0, 0, 0),
            day("2023-11-16", 2, 1, 2),
        ]
    );
    assert_eq!(days(&seen(&cast, course, 1)), [day("2023-11-16", 2, 1, 2)]);
}

#[test]
fn a_day_is_one_of_the_schools_time_zone_and_stays_what_it_was() {
    let (cast, course) = class();
    go_by(&cast, "Asia/Tokyo");
    let topic = topic(&cast, course);
    cast.school.clock.set(at("2023-11-14T14:59:59Z"));
    say(&cast, Role::Student, topic);
    cast.school.clock.set(at("2023-11-14T15:00:00Z"));
    say(&cast, Role::Student, topic);
    say(&cast, Role::Student, topic);
    let expected = [day("2023-11-14", 0, 1, 1), day("2023-11-15", 0, 2, 1)];
    assert_eq!(days(&seen(&cast, course, 2)), expected);
    go_by(&cast, "UTC");
    cast.school.clock.set(at("2023-11-15T15:00:00Z"));
    assert_eq!(
        days(&seen(&cast, course, 2)),
        expected,
        "history is not sorted anew"
    );
}

#[test]
fn the_days_on_which_clocks_are_set_are_days_like_others() {
    let (cast, course) = class();
    go_by(&cast, "Europe/Berlin");
    let topic = topic(&cast, course);
    for moment in [
        "2024-03-30T22:59:59Z", // 23:59:59 of the 30th
        "2024-03-30T23:00:00Z", // 00:00 of the 31st, which has 23 hours
        "2024-03-31T21:59:59Z", // 23:59:59 of the 31st
        "2024-03-31T22:00:00Z", // 00:00 of the 1st
        "2024-10-26T22:00:00Z", // 00:00 of the 27th, which has 25 hours
        "2024-10-27T22:59:59Z", // 23:59:59 of the 27th
        "2024-10-27T23:00:00Z", // 00:00 of the 28th
    ] {
        cast.school.clock.set(at(moment));
        say(&cast, Role::Student, topic);
    }
    let autumn = days(&seen(&cast, course, 3));
    let expected = [
        day("2024-10-26", 0, 0, 0),
        day("2024-10-27", 0, 2, 1),
        day("2024-10-28", 0, 1, 1),
    ];
    assert_eq!(autumn, expected);
    let year = days(&seen(&cast, course, 366));
    let spring: Vec<_> = year
        .into_iter()
        .filter(|(.., posts, _)| *posts > 0)
        .take(3)
        .collect();
    let expected = [
        day("2024-03-30", 0, 1, 1),
        day("2024-03-31", 0, 2, 1),
        day("2024-04-01", 0, 1, 1),
    ];
    assert_eq!(spring, expected);
}

#[test]
fn students_are_active_who_did_something_on_the_last_seven_days() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member, CourseRole::Student);
    let topic = topic(&cast, course);
    say(&cast, Role::Student, topic);
    say(&cast, Role::Teacher, topic);
    let active = |cast: &Cast| {
        let shown = seen(cast, course, 1);
        (shown.enrolled_students, shown.active_students)
    };
    assert_eq!(active(&cast), (2, 1), "who teaches is no student");
    cast.school.clock.advance(6 * DAY);
    say(&cast, Role::Member, topic);
    assert_eq!(active(&cast), (2, 2));
    cast.school.clock.advance(DAY);
    assert_eq!(
        active(&cast),
        (2, 1),
        "the first one was active eight days ago, today included"
    );
    say(&cast, Role::Student, topic);
    say(&cast, Role::Student, topic);
    assert_eq!(active(&cast), (2, 2));
    cast.school.clock.advance(7 * DAY);
    assert_eq!(active(&cast), (2, 0));
}

#[test]
fn a_clock_that_is_set_back_counts_nobody_twice() {
    let (cast, course) = class();
    let topic = topic(&cast, course);
    say(&cast, Role::Student, topic);
    cast.school.clock.advance(DAY);
    say(&cast, Role::Student, topic);
    let expected = [day("2023-11-14", 0, 1, 1), day("2023-11-15", 0, 1, 1)];
    assert_eq!(days(&seen(&cast, course, 2)), expected);
    cast.school.clock.set(at("2023-11-14T12:00:00Z"));
    // What is in the future now is not shown, and does not count as today.
    assert_eq!(days(&seen(&cast, course, 1)), [day("2023-11-14", 0, 1, 1)]);
}
