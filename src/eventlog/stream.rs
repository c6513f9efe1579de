//! Streams and subjects, in `JetStream`'s words.

/// A stream: the messages under `edusphere.<name>.>`, numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Courses, their content, enrolment and discussion.
    Courses,
    /// People, their sessions and roles.
    Users,
    /// Assignments, submissions, grades.
    Assignments,
    /// What learners do, for statistics.
    Analytics,
    /// The tutor.
    Ai,
}

impl Stream {
    /// All streams.
    pub const ALL: [Self; 5] = [
        Self::Courses,
        Self::Users,
        Self::Assignments,
        Self::Analytics,
        Self::Ai,
    ];

    /// The name, as administrators write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Courses => "COURSES",
            Self::Users => "USERS",
            Self::Assignments => "ASSIGNMENTS",
            Self::Analytics => "ANALYTICS",
            Self::Ai => "AI",
        }
    }

    /// What stands for the stream in keys. Never reused.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Courses => 1,
            Self::Users => 2,
            Self::Assignments => 3,
            Self::Analytics => 4,
            Self::Ai => 5,
        }
    }

    /// The stream that takes a subject, if one does.
    pub fn of(subject: &str) -> Option<Self> {
        let mut tokens = subject.split('.');
        if tokens.next() != Some("edusphere") {
            return None;
        }
        let name = tokens.next()?;
        let has_verb = tokens.next().is_some_and(|verb| !verb.is_empty());
        Self::ALL
            .into_iter()
            .find(|stream| has_verb && stream.name().eq_ignore_ascii_case(name))
    }
}

/// Whether a subject is one that the filter asks for: `*` stands for one token, `>` for one or
/// more at the end.
pub fn matches(filter: &str, subject: &str) -> bool {
    let mut subject = subject.split('.');
    for wanted in filter.split('.') {
        match (wanted, subject.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (wanted, Some(token)) if wanted == token => {}
            (_, _) => return false,
        }
    }
    subject.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_in_jetstream() {
        let subject = "edusphere.assignments.submitted";
        for filter in [
            subject,
            "edusphere.>",
            "edusphere.*.submitted",
            ">",
            "*.*.*",
        ] {
            assert!(matches(filter, subject), "{filter}");
        }
        for filter in [
            "edusphere",
            "edusphere.assignments.submitted.>",
            "*.*",
            "edusphere.courses.*",
        ] {
            assert!(!matches(filter, subject), "{filter}");
        }
    }

    #[test]
    fn a_subject_belongs_to_the_stream_it_names() {
        assert_eq!(
            Stream::of("edusphere.assignments.submitted"),
            Some(Stream::Assignments)
        );
        for none in [
            "edusphere.assignments",
            "edusphere.grades.posted",
            "other.users.added",
            "",
        ] {
            assert_eq!(Stream::of(none), None, "{none}");
        }
    }
}
