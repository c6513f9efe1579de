//! The files of a roster and their columns, by their names in OneRoster 1.1 and 1.2.

use strsim::osa_distance;

/// A file that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Document {
    Manifest,
    Orgs,
    AcademicSessions,
    Courses,
    Classes,
    Users,
    Roles,
    UserProfiles,
    Enrollments,
}

/// The files that a roster may have and that are not taken.
const NOT_TAKEN: [&str; 14] = [
    "categories",
    "classResources",
    "courseResources",
    "demographics",
    "lineItems",
    "lineItemLearningObjectiveIds",
    "lineItemScoreScales",
    "resources",
    "results",
    "resultLearningObjectiveIds",
    "resultScoreScales",
    "scoreScales",
    "userResources",
    "learningObjectiveIds",
];

/// The columns of every file that are not read.
const PASSED_OVER: &[&str] = &["dateLastModified"];

impl Document {
    pub(super) const ALL: [Self; 9] = [
        Self::Manifest,
        Self::Orgs,
        Self::AcademicSessions,
        Self::Courses,
        Self::Classes,
        Self::Users,
        Self::Roles,
        Self::UserProfiles,
        Self::Enrollments,
    ];

    /// The name without its ending: what the manifest says behind `file.`.
    pub(super) const fn stem(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Orgs => "orgs",
            Self::AcademicSessions => "academicSessions",
            Self::Courses => "courses",
            Self::Classes => "classes",
            Self::Users => "users",
            Self::Roles => "roles",
            Self::UserProfiles => "userProfiles",
            Self::Enrollments => "enrollments",
        }
    }

    /// The name of the file.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::Manifest => "manifest.csv",
            Self::Orgs => "orgs.csv",
            Self::AcademicSessions => "academicSessions.csv",
            Self::Courses => "courses.csv",
            Self::Classes => "classes.csv",
            Self::Users => "users.csv",
            Self::Roles => "roles.csv",
            Self::UserProfiles => "userProfiles.csv",
            Self::Enrollments => "enrollments.csv",
        }
    }

    /// The columns that are read.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Manifest => &["propertyName", "value"],
            Self::Orgs => &["sourcedId"],
            Self::AcademicSessions => &[
                "sourcedId",
                "status",
                "title",
                "startDate",
                "endDate",
                "parentSourcedId",
            ],
            Self::Courses => &["sourcedId", "status", "title", "courseCode"],
            Self::Classes => &[
                "sourcedId",
                "status",
                "title",
                "courseSourcedId",
                "classCode",
                "termSourcedIds",
            ],
            Self::Users => &[
                "sourcedId",
                "status",
                "enabledUser",
                "role",
                "username",
                "givenName",
                "familyName",
                "email",
                "password",
                "preferredGivenName",
                "preferredFamilyName",
            ],
            Self::Roles => &["status", "userSourcedId", "role"],
            Self::UserProfiles => &["status", "userSourcedId", "username", "password"],
            Self::Enrollments => &[
                "status",
                "classSourcedId",
                "userSourcedId",
                "role",
                "endDate",
            ],
        }
    }

    /// The columns that the standard has and that are not read.
    pub(super) const fn passed_over(self) -> &'static [&'static str] {
        match self {
            Self::Manifest => &[],
            Self::Orgs => &["status", "name", "type", "identifier", "parentSourcedId"],
            Self::AcademicSessions => &["type", "schoolYear"],
            Self::Courses => &[
                "schoolYearSourcedId",
                "grades",
                "orgSourcedId",
                "subjects",
                "subjectCodes",
            ],
            Self::Classes => &[
                "grades",
                "classType",
                "location",
                "schoolSourcedId",
                "subjects",
                "subjectCodes",
                "periods",
            ],
            Self::Users => &[
                "orgSourcedIds",
                "userIds",
                "middleName",
                "identifier",
                "sms",
                "phone",
                "agentSourcedIds",
                "grades",
                "userMasterIdentifier",
                "resourceSourcedIds",
                "preferredMiddleName",
                "primaryOrgSourcedId",
                "pronouns",
            ],
            Self::Roles => &[
                "sourcedId",
                "roleType",
                "beginDate",
                "endDate",
                "orgSourcedId",
                "userProfileSourcedId",
            ],
            Self::UserProfiles => &[
                "sourcedId",
                "profileType",
                "vendorId",
                "applicationId",
                "description",
                "credentialType",
            ],
            Self::Enrollments => &["sourcedId", "schoolSourcedId", "primary", "beginDate"],
        }
    }

    /// The columns that a file is of no use without.
    pub(super) const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Manifest => &["propertyName", "value"],
            Self::Orgs | Self::AcademicSessions | Self::Courses | Self::Classes => &["sourcedId"],
            Self::Users => &["sourcedId"],
            Self::Roles => &["userSourcedId", "role"],
            Self::UserProfiles => &["userSourcedId"],
            Self::Enrollments => &["classSourcedId", "userSourcedId", "role"],
        }
    }
}

/// What a file of this name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Read(Document),
    NotTaken,
}

/// What the file at this path is for, going by its name alone: capitals do not count.
pub(super) fn known(path: &str) -> Option<Known> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.')?;
    if !ending.eq_ignore_ascii_case("csv") {
        return None;
    }
    let document = Document::ALL
        .into_iter()
        .find(|document| document.stem().eq_ignore_ascii_case(stem));
    let not_taken = NOT_TAKEN.iter().any(|name| name.eq_ignore_ascii_case(stem));
    document
        .map(Known::Read)
        .or_else(|| not_taken.then_some(Known::NotTaken))
}

/// The column that a header names, and whether that had to be guessed: a header of one or two
/// letters amiss is taken for the only known name that is so near.
pub(super) fn column_named(header: &str, document: Document) -> Option<(&'static str, Match)> {
    let wanted = folded(header);
    let all = || {
        let passed_over = document.passed_over().iter().chain(PASSED_OVER);
        document.columns().iter().chain(passed_over).copied()
    };
    if let Some(name) = all().find(|name| folded(name) == wanted) {
        return Some((name, Match::Exact));
    }
    let mut near: Vec<(usize, &'static str)> = all()
        .map(|name| (osa_distance(&folded(name), &wanted), name))
        .filter(|(distance, name)| *distance <= typos_of(name))
        .collect();
    near.sort_unstable();
    match near.as_slice() {
        [(_, name)] => Some((name, Match::Guessed)),
        [(first, name), (second, _), ..] if first < second => Some((name, Match::Guessed)),
        _ => None,
    }
}

/// How a header was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    Exact,
    Guessed,
}

/// How many letters may be amiss: in a short name one makes another word.
fn typos_of(name: &str) -> usize {
    match name.len() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// A header as it is compared: capitals, spaces and signs between words do not count.
fn folded(header: &str) -> String {
    let letters = header.chars().filter(|c| c.is_alphanumeric() || *c == '.');
    letters.flat_map(char::to_lowercase).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_recognised_by_what_they_can_only_mean() {
        let exact = |header| column_named(header, Document::Users);
        assert_eq!(exact("GIVEN NAME"), Some(("givenName", Match::Exact)));
        assert_eq!(exact("sourced_id"), Some(("sourcedId", Match::Exact)));
        assert_eq!(exact("givenNmae"), Some(("givenName", Match::Guessed)));
        assert_eq!(exact("surcedid"), Some(("sourcedId", Match::Guessed)));
        assert_eq!(exact("e-mail"), Some(("email", Match::Exact)));
        assert_eq!(exact("rol"), Some(("role", Match::Guessed)));
        for unknown in ["", "x", "shoe size", "sm", "name"] {
            assert_eq!(exact(unknown), None, "{unknown}");
        }
        for document in Document::ALL {
            for name in document.columns().iter().chain(document.passed_over()) {
                let found = column_named(name, document);
                assert_eq!(found, Some((*name, Match::Exact)));
            }
            for name in document.required() {
                assert!(document.columns().contains(name), "{name}");
            }
        }
    }

    #[test]
    fn files_are_known_by_their_names() {
        assert_eq!(known("users.csv"), Some(Known::Read(Document::Users)));
        assert_eq!(
            known("export/Enrollments.CSV"),
            Some(Known::Read(Document::Enrollments))
        );
        assert_eq!(known("results.csv"), Some(Known::NotTaken));
        for unknown in ["users.txt", "users", "readme.csv", ""] {
            assert_eq!(known(unknown), None, "{unknown}");
        }
    }
}
