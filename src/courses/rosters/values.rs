//! What single cells say: dates, roles, whether something is to go.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Problem, Result, Timestamp};
use strsim::osa_distance;

use app::SchoolRole;

use super::problems::{DATE_AMBIGUOUS, ROLE_UNKNOWN, VALUE_INVALID};
use crate::enrollments::CourseRole;
use crate::interchange::shown;

/// Which of two numbers of a date is the day, where the year comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
    Unknown,
}

impl Order {
    /// What the dates of a column can only mean together.
    pub(super) fn of<'a>(dates: impl Iterator<Item = &'a str>) -> Self {
        let (mut day_first, mut month_first) = (false, false);
        for date in dates {
            if let Some([first, second, year]) = numbers(date)
                && year > 31
            {
                day_first |= first > 12;
                month_first |= second > 12;
            }
        }
        match (day_first, month_first) {
            (true, false) => Self::DayFirst,
            (false, true) => Self::MonthFirst,
            (true, true) | (false, false) => Self::Unknown,
        }
    }
}

/// The numbers of a date, without the time behind it.
fn numbers(text: &str) -> Option<[i16; 3]> {
    let date = text.split(['T', ' ']).next()?;
    let mut parts = date.split(['-', '/', '.']);
    let mut number = || parts.next()?.parse::<i16>().ok();
    let numbers = [number()?, number()?, number()?];
    parts.next().is_none().then_some(numbers)
}

/// The date in a cell.
pub(super) fn date(text: &str, order: Order) -> Result<Date, Problem> {
    let [first, second, third] = numbers(text).ok_or(VALUE_INVALID)?;
    let (year, month, day) = if first > 31 {
        (first, second, third)
    } else if text.contains('.') || first == second {
        (third, second, first)
    } else {
        match order {
            Order::DayFirst => (third, second, first),
            Order::MonthFirst => (third, first, second),
            Order::Unknown => return Err(DATE_AMBIGUOUS),
        }
    };
    let narrow = |number: i16| i8::try_from(number).map_err(|_| VALUE_INVALID);
    let date = Date::new(year, narrow(month)?, narrow(day)?).map_err(|_| VALUE_INVALID)?;
    // Years of two digits, and those that no school has terms in.
    if (1900..=2200).contains(&year) {
        Ok(date)
    } else {
        Err(VALUE_INVALID)
    }
}

/// When a day begins.
pub(super) fn beginning(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    let moment = zone
        .to_ambiguous_zoned_datetime(date.into())
        .compatible()
        .ok()?;
    Some(Timestamp::from_micros(moment.timestamp().as_microsecond()))
}

/// When a day is over. Most programs write the last day as the end of something, though the
/// standard asks for the day after it: a day too many harms nobody.
pub(super) fn end(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    beginning(date.tomorrow().ok()?, zone)
}

/// Whether something is to go, by its `status`.
pub(super) fn is_gone(status: &str) -> Result<bool, Problem> {
    let status = status.to_lowercase();
    match status.as_str() {
        "" | "active" => Ok(false),
        "tobedeleted" | "inactive" | "deleted" => Ok(true),
        other if osa_distance(other, "active") == 1 => Ok(false),
        other if osa_distance(other, "tobedeleted") <= 2 => Ok(true),
        _ => Err(VALUE_INVALID),
    }
}

/// Whether a cell says yes; nothing is yes.
pub(super) fn is_yes(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "" | "true" | "yes" | "1" | "t" | "y" => Some(true),
        "false" | "no" | "0" | "f" | "n" => Some(false),
        _ => None,
    }
}

/// What somebody is, in the words of OneRoster, as far as it makes a difference here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Administrator,
    Teacher,
    Aide,
    Proctor,
    Student,
    Relative,
}

/// The words of both versions, and what else is written for them.
const ROLES: [(&str, Role); 21] = [
    ("administrator", Role::Administrator),
    ("districtadministrator", Role::Administrator),
    ("siteadministrator", Role::Administrator),
    ("systemadministrator", Role::Administrator),
    ("principal", Role::Administrator),
    ("admin", Role::Administrator),
    ("teacher", Role::Teacher),
    ("instructor", Role::Teacher),
    ("faculty", Role::Teacher),
    ("aide", Role::Aide),
    ("assistant", Role::Aide),
    ("teachingassistant", Role::Aide),
    ("proctor", Role::Proctor),
    ("counselor", Role::Proctor),
    ("counsellor", Role::Proctor),
    ("student", Role::Student),
    ("learner", Role::Student),
    ("pupil", Role::Student),
    ("guardian", Role::Relative),
    ("parent", Role::Relative),
    ("relative", Role::Relative),
];

impl Role {
    /// The role that a word can only mean: one letter of a longer word may be amiss.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        let word: String = letters.flat_map(char::to_lowercase).take(40).collect();
        let exact = ROLES.iter().find(|(name, _)| *name == word);
        let near = || {
            let mut near = ROLES
                .iter()
                .filter(|(name, _)| name.len() > 5 && osa_distance(name, &word) == 1);
            near.next()
        };
        match exact.or_else(near) {
            Some((_, role)) => Ok(*role),
            None => Err(ROLE_UNKNOWN.because(format!(
                "{:?} is no role of OneRoster; write teacher, student or another of its words.",
                shown(text)
            ))),
        }
    }

    /// What the person is in the school. Nobody becomes an administrator by a file.
    pub(super) fn in_school(self) -> SchoolRole {
        match self {
            Self::Administrator | Self::Teacher => SchoolRole::Staff,
            Self::Aide | Self::Proctor | Self::Student | Self::Relative => SchoolRole::Member,
        }
    }

    /// What the person is in a class, where they have a place there.
    pub(super) fn in_class(self) -> Option<CourseRole> {
        match self {
            Self::Teacher => Some(CourseRole::Instructor),
            Self::Aide => Some(CourseRole::Assistant),
            Self::Student => Some(CourseRole::Student),
            Self::Administrator | Self::Proctor => Some(CourseRole::Observer),
            Self::Relative => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_where_they_can_mean_one_day_only() {
        let first = jiff::civil::date(2026, 9, 1);
        for text in [
            "2026-09-01",
            "2026/9/1",
            "2026-09-01T00:00:00.000Z",
            "01.09.2026",
            "1.9.2026",
        ] {
            assert_eq!(date(text, Order::Unknown), Ok(first), "{text}");
        }
        assert_eq!(date("01/09/2026", Order::DayFirst), Ok(first));
        assert_eq!(date("09/01/2026", Order::MonthFirst), Ok(first));
        assert_eq!(date("01/09/2026", Order::Unknown), Err(DATE_AMBIGUOUS));
        assert!(date("09/09/2026", Order::Unknown).is_ok());
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-02-30",
            "31.02.2026",
            "1.9.26",
            "9999-01-01",
        ] {
            assert_eq!(date(text, Order::DayFirst), Err(VALUE_INVALID), "{text}");
        }
        let order = |dates: &[&str]| Order::of(dates.iter().copied());
        assert_eq!(order(&["01/09/2026", "13/09/2026"]), Order::DayFirst);
        assert_eq!(order(&["01/09/2026", "09/13/2026"]), Order::MonthFirst);
        assert_eq!(order(&["13/09/2026", "09/13/2026"]), Order::Unknown);
        assert_eq!(order(&["2026-09-13", "soon"]), Order::Unknown);
    }

    #[test]
    fn roles_and_states_are_recognised_by_what_they_can_only_mean() {
        let role = |text| Role::parse(text).ok();
        assert_eq!(role("Teacher"), Some(Role::Teacher));
        assert_eq!(role("techer"), Some(Role::Teacher));
        assert_eq!(role("site administrator"), Some(Role::Administrator));
        assert_eq!(role("Pupil"), Some(Role::Student));
        for unknown in ["", "boss", "teaser"] {
            assert_eq!(role(unknown), None, "{unknown}");
        }
        assert_eq!(is_gone("toBeDeleted"), Ok(true));
        assert_eq!(is_gone("to-be-deleted"), Ok(true));
        assert_eq!(is_gone("Active"), Ok(false));
        assert_eq!(is_gone("archived"), Err(VALUE_INVALID));
    }
}
