//! What becomes of a school that takes rosters.

use app::{Actor, Feature, SchoolRole, UserId};
use people::codes::Code;
use people::users::{self, AddUser, ChangeRole, DisableUser, ExternalId, NewUser, User};
use testkit::School;

use super::*;
use crate::catalog::{
    self, Course, CourseChange, CourseState, CreateCourse, NewCourse, PublishCourse, UpdateCourse,
};
use crate::enrollments::{self, CourseRole, Enrollment, EnrollmentState, UpdateEnrollment};
use crate::neighbours::Neighbours;
use crate::rosters::tables::Brought;
use crate::terms;

const PROGRAM: Actor = Actor::program("import");

fn school() -> School {
    let once: &[&'static Feature] = &[&app::ONCE];
    School::of_areas(&[once, people::FEATURES, crate::FEATURES])
}

fn head(school: &School) -> usize {
    school.events().len()
}

/// Takes a roster; the report.
fn take(school: &School, files: &Files) -> Report {
    take_with(school, files, None)
}

fn take_with(school: &School, files: &Files, remove: Option<u8>) -> Report {
    let (mut roster, mut report) = files.open().unwrap();
    let snapshot = school.app.snapshot();
    roster
        .look_for_missing(&snapshot, remove, &mut report)
        .unwrap();
    let before = head(school);
    let whole = roster.whole(Neighbours::NONE);
    let rehearsed = school.app.rehearse_blocking(PROGRAM, whole).unwrap();
    assert_eq!(head(school), before, "a rehearsal leaves no trace");
    let mut ways_in = WaysIn::new();
    for newcomer in roster.newcomers(&rehearsed) {
        let code = Code::new(&school.app.new_secret());
        ways_in.insert(newcomer.id().clone(), WayIn::Code(code.hash()));
    }
    let mut would_be = report.clone();
    roster.report(rehearsed, &mut would_be);
    let mut taken = Vec::new();
    for batch in roster.batches(ways_in, Neighbours::NONE) {
        taken.extend(school.app.run_blocking(PROGRAM, batch).unwrap());
    }
    roster.report(taken, &mut report);
    assert_eq!(report, would_be, "it becomes what was rehearsed");
    school.agrees();
    report
}

fn id(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

fn course(school: &School, class: &str) -> (catalog::CourseId, Course) {
    let snapshot = school.app.snapshot();
    let course = catalog::with_external_id(&snapshot, &id(class)).unwrap();
    let course = course.unwrap();
    let found = catalog::course(&snapshot, course).unwrap().unwrap();
    (course, Course::clone(&found))
}

fn seat(school: &School, class: &str, user: &str) -> Option<Enrollment> {
    let snapshot = school.app.snapshot();
    let user = users::with_external_id(&snapshot, &id(user)).unwrap()?;
    let course = catalog::with_external_id(&snapshot, &id(class)).unwrap()?;
    enrollments::enrollment(&snapshot, course, user).unwrap()
}

#[test]
fn a_roster_makes_a_school_and_the_same_again_changes_nothing() {
    let school = school();
    let report = take(&school, &plain());
    assert_eq!(
        report.to_string(),
        "\
rows           added   changed unchanged   removed   missing   refused
terms              2         0         0         0         0         0
courses            2         0         0         0         0         0
people             3         0         0         0         0         0
enrolments         4         0         0         0         0         0
Files that are not read: orgs.csv
"
    );
    let (_, biology) = course(&school, "bio-1");
    assert_eq!(
        (biology.code.as_str(), biology.state),
        ("BIO-1", CourseState::Draft)
    );
    let snapshot = school.app.snapshot();
    let term = terms::term(&snapshot, biology.term.unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(term.name, "First half");
    let maria = users::named(&snapshot, "maria").unwrap().unwrap().1;
    assert_eq!(maria.role, SchoolRole::Staff);
    let place = seat(&school, "bio-1", "t1").unwrap();
    assert_eq!(place.role, CourseRole::Instructor);

    let before = head(&school);
    let again = take(&school, &plain());
    assert_eq!(head(&school), before, "nothing happened");
    assert_eq!(again.of(Kind::Enrollments).unchanged, 4);
    assert_eq!(
        again.of(Kind::People),
        Counts {
            unchanged: 3,
            ..Counts::default()
        }
    );
}

#[test]
fn what_was_changed_here_stays_until_the_roster_says_something_else() {
    let school = school();
    take(&school, &plain());
    let (id, _) = course(&school, "bio-1");
    let title = |title: &str| CourseChange {
        title: Some(title.to_owned()),
        ..CourseChange::default()
    };
    let change = title("Life");
    school.run_as_program(UpdateCourse { course: id, change });
    take(&school, &plain());
    assert_eq!(course(&school, "bio-1").1.title, "Life");
    let classes = "sourcedId,title,courseSourcedId,classCode,termSourcedIds\nbio-1,Biology 10a,bio,1,half\nbio-2,Biology 9b,bio,2,half\n";
    let report = take(&school, &plain().file("classes.csv", classes));
    assert_eq!(
        report.of(Kind::Courses),
        Counts {
            changed: 1,
            unchanged: 1,
            ..Counts::default()
        }
    );
    assert_eq!(course(&school, "bio-1").1.title, "Biology 10a");
}

#[test]
fn what_is_to_go_goes_as_far_as_nothing_of_people_is_lost() {
    let school = school();
    take(&school, &plain());
    let (taught, _) = course(&school, "bio-1");
    school.run_as_program(PublishCourse { course: taught });
    let delta = Files::new()
        .file(
            "manifest.csv",
            "propertyName,value\nfile.classes,delta\nfile.enrollments,delta\nfile.users,absent\n",
        )
        .file(
            "classes.csv",
            "sourcedId,status\nbio-1,tobedeleted\nbio-2,tobedeleted\nnever,tobedeleted\n",
        )
        .file(
            "enrollments.csv",
            "status,classSourcedId,userSourcedId,role,endDate\ntobedeleted,bio-1,s1,student,\nactive,bio-1,s2,student,2026-09-15\n",
        );
    let report = take(&school, &delta);
    let courses = report.of(Kind::Courses);
    assert_eq!((courses.removed, courses.unchanged), (2, 1));
    assert_eq!(report.of(Kind::Enrollments).removed, 1);
    assert_eq!(course(&school, "bio-1").1.state, CourseState::Archived);
    let snapshot = school.app.snapshot();
    let gone = catalog::with_external_id(&snapshot, &id("bio-2")).unwrap();
    assert_eq!(gone, None);
    let state = |user| seat(&school, "bio-1", user).unwrap().state;
    assert_eq!(state("s1"), EnrollmentState::Inactive);
    assert_eq!(state("s2"), EnrollmentState::Completed);
    assert_eq!(state("t1"), EnrollmentState::Active);
    let before = head(&school);
    take(&school, &delta);
    assert_eq!(head(&school), before);

    let report = take(&school, &plain());
    assert_eq!(course(&school, "bio-1").1.state, CourseState::Published);
    assert_eq!(report.of(Kind::Courses).added, 1, "bio-2 is made anew");
    assert_eq!(report.of(Kind::Courses).changed, 1);
}

#[test]
fn what_is_missing_is_told_and_goes_only_when_asked() {
    let school = school();
    take(&school, &plain());
    let fewer = plain().file(
        "enrollments.csv",
        "classSourcedId,userSourcedId,role\nbio-1,t1,teacher\nbio-1,s2,student\nbio-2,t1,teacher\n",
    );
    let before = head(&school);
    let report = take(&school, &fewer);
    assert_eq!(report.of(Kind::Enrollments).missing, 1);
    assert_eq!(head(&school), before);
    let report = take_with(&school, &fewer, Some(100));
    assert_eq!(report.of(Kind::Enrollments).removed, 1);
    assert_eq!(report.of(Kind::Enrollments).missing, 0);
    assert!(!seat(&school, "bio-1", "s1").unwrap().holds());
    let report = take_with(&school, &fewer, Some(100));
    assert_eq!(
        report.of(Kind::Enrollments).removed,
        0,
        "it is gone already"
    );
    let report = take(&school, &plain());
    assert_eq!(report.of(Kind::Enrollments).added, 1, "it is back");
    assert!(seat(&school, "bio-1", "s1").unwrap().is_active());
}

#[test]
fn what_is_refused_keeps_nothing_else_out() {
    let school = school();
    let files = plain()
        .file("academicSessions.csv", "sourcedId,title,parentSourcedId\nhalf,First half,nowhere\n")
        .file(
            "enrollments.csv",
            "classSourcedId,userSourcedId,role\nbio-1,nobody,student\nnowhere,s1,student\nbio-1,s1,student\n",
        );
    let report = take(&school, &files);
    assert_eq!(
        told(&report.refused),
        [
            "enrollments.csv 2 userSourcedId REFERENCE_UNKNOWN",
            "enrollments.csv 3 classSourcedId REFERENCE_UNKNOWN",
        ]
    );
    assert_eq!(
        told(&report.noted),
        ["academicSessions.csv 2 parentSourcedId REFERENCE_UNKNOWN"]
    );
    assert_eq!(report.of(Kind::Enrollments).added, 1);
}

#[test]
fn what_could_not_be_done_to_the_letter_is_tried_again() {
    let school = school();
    let delta = |users: &str| {
        Files::new()
            .file("classes.csv", "sourcedId,title,termSourcedIds\nc,C,late\n")
            .file("users.csv", users)
    };
    let users = "sourcedId,role,username,givenName,email\na,student,ann,Ann,one@school.example\nb,student,ben,Ben,one@school.example\n";
    take(
        &school,
        &delta("sourcedId,role,username,givenName,email\na,student,ann,Ann,one@school.example\n"),
    );
    take(&school, &delta(users));
    assert_eq!(user(&school, "b").1.email, None);
    let before = head(&school);
    take(&school, &delta(users));
    assert_eq!(head(&school), before);
    let late = delta("sourcedId,role,username,givenName,email\na,student,ann,Ann,two@school.example\nb,student,ben,Ben,one@school.example\n")
        .file("academicSessions.csv", "sourcedId,title\nlate,Late\n");
    let report = take(&school, &late);
    assert_eq!(told(&report.noted), [""; 0]);
    assert!(course(&school, "c").1.term.is_some());
    let email = user(&school, "b").1.email;
    assert_eq!(email.as_deref(), Some("one@school.example"));
}

#[test]
fn who_and_what_was_here_before_is_not_taken_over() {
    let school = school();
    let add = |username: &str, email: &str| {
        let user = NewUser::named(username, "By hand").unwrap();
        let user = user.email(email).unwrap();
        school.run_as_program(AddUser {
            user,
            password: None,
        })
    };
    add("LENA", "someone@school.example");
    add("another", "Maria@school.example");
    for code in ["bio-1", "BIO-2"] {
        let course = NewCourse::titled(code, "By hand").unwrap();
        school.run_as_program(CreateCourse {
            course,
            idempotency_key: None,
        });
    }
    let report = take(&school, &plain());
    assert_eq!(
        told(&report.refused),
        [
            "enrollments.csv 3 userSourcedId REFERENCE_UNKNOWN",
            "users.csv 3 username USERNAME_TAKEN",
        ]
    );
    assert_eq!(told(&report.noted), ["users.csv 2 email EMAIL_LEFT_OUT"]);
    assert_eq!(course(&school, "bio-1").1.code, "BIO-1 bio-1");
}

#[test]
fn who_was_put_into_a_course_here_stays_what_they_are() {
    let school = school();
    let nobody = plain().file("enrollments.csv", "classSourcedId,userSourcedId,role\n");
    take(&school, &nobody);
    let (course, _) = course(&school, "bio-1");
    let snapshot = school.app.snapshot();
    let lena = users::with_external_id(&snapshot, &id("s1"))
        .unwrap()
        .unwrap();
    school.run_as_program(enrollments::Enroll {
        course,
        user: lena,
        role: CourseRole::Assistant,
        section: None,
        idempotency_key: None,
    });
    let report = take(&school, &plain());
    assert_eq!(
        told(&report.noted),
        ["enrollments.csv 3 role ENROLLED_OTHERWISE"]
    );
    let role = |user| seat(&school, "bio-1", user).unwrap().role;
    assert_eq!(role("s1"), CourseRole::Assistant);
    let change = enrollments::EnrollmentChange {
        role: Some(CourseRole::Designer),
        ..enrollments::EnrollmentChange::default()
    };
    let tomas = users::with_external_id(&snapshot, &id("s2"))
        .unwrap()
        .unwrap();
    school.run_as_program(UpdateEnrollment {
        course,
        user: tomas,
        change,
    });
    take(&school, &plain());
    assert_eq!(
        role("s2"),
        CourseRole::Designer,
        "the roster says nothing new"
    );
}

fn user(school: &School, sourced_id: &str) -> (UserId, User) {
    let snapshot = school.app.snapshot();
    let user = users::with_external_id(&snapshot, &id(sourced_id));
    let user = user.unwrap().unwrap();
    let found = users::user(&snapshot, user).unwrap().unwrap();
    (user, User::clone(&found))
}

#[test]
fn people_change_come_and_go_as_the_roster_says() {
    let school = school();
    take(&school, &plain());
    let users = |rows: &str| {
        let header = "sourcedId,status,enabledUser,role,username,givenName,familyName,email";
        plain().file("users.csv", format!("{header}\n{rows}"))
    };
    let report = take(
        &school,
        &users(
            "t1,,true,teacher,maria.s,Maria,Santos-Lee,,\ns1,,false,student,lena,Lena,Fischer,\ns2,,,teacher,tomas,Tomas,Novak,tomas@school.example\n",
        ),
    );
    let people = report.of(Kind::People);
    assert_eq!((people.changed, people.removed), (2, 1));
    let maria = user(&school, "t1").1;
    assert_eq!(maria.username, "maria.s");
    assert_eq!(maria.display_name, "Maria Santos-Lee");
    assert_eq!(maria.email.as_deref(), Some("maria@school.example"));
    assert!(user(&school, "s1").1.disabled);
    let tomas = user(&school, "s2").1;
    assert_eq!(tomas.role, SchoolRole::Staff);
    assert_eq!(tomas.email.as_deref(), Some("tomas@school.example"));

    let report = take(&school, &plain());
    assert_eq!(report.of(Kind::People).changed, 3);
    assert!(!user(&school, "s1").1.disabled);
    assert_eq!(user(&school, "s2").1.role, SchoolRole::Member);
    let before = head(&school);
    take(&school, &plain());
    assert_eq!(head(&school), before);
}

#[test]
fn what_an_administrator_decided_stands_against_a_roster() {
    let school = school();
    take(&school, &plain());
    let (maria, lena, tomas) = (
        user(&school, "t1").0,
        user(&school, "s1").0,
        user(&school, "s2").0,
    );
    let role = SchoolRole::Admin;
    school.run_as_program(ChangeRole { user: maria, role });
    let role = SchoolRole::Staff;
    school.run_as_program(ChangeRole { user: tomas, role });
    school.run_as_program(DisableUser { user: lena });
    let renamed = "sourcedId,role,username,givenName,familyName\nt1,student,maria,Mia,Santos\ns1,student,lena,Lena,Adler\ns2,student,tomas,Tom,Novak\n";
    let report = take(&school, &plain().file("users.csv", renamed));
    assert_eq!(report.of(Kind::People).changed, 3);
    assert_eq!(told(&report.noted), ["users.csv 2 role ROLE_KEPT"]);
    assert_eq!(user(&school, "t1").1.role, SchoolRole::Admin);
    assert_eq!(user(&school, "s2").1.role, SchoolRole::Staff);
    assert!(user(&school, "s1").1.disabled);
    let nobody = "sourcedId,role,username,givenName,familyName\n";
    let report = take_with(&school, &plain().file("users.csv", nobody), Some(100));
    assert_eq!(report.of(Kind::People).removed, 1);
    assert!(!user(&school, "t1").1.disabled, "an administrator stays");
    assert!(user(&school, "s2").1.disabled);
}

#[test]
fn a_roster_that_lacks_much_takes_nothing_away_unless_that_is_allowed() {
    let school = school();
    let class = |people: std::ops::Range<u32>| {
        let rows = people.map(|number| format!("s{number},student,s{number},S,{number}\n"));
        let head = "sourcedId,role,username,givenName,familyName\n".to_owned();
        plain()
            .file("users.csv", &(head + &rows.collect::<String>()))
            .file("enrollments.csv", "classSourcedId,userSourcedId,role\n")
    };
    take(&school, &class(0..10));
    let lacks = |files: &Files, percent: u8| {
        let (mut roster, mut report) = files.open().unwrap();
        let snapshot = school.app.snapshot();
        let looked = roster.look_for_missing(&snapshot, Some(percent), &mut report);
        looked.map_err(|error| {
            assert_eq!(error.problem(), Some(TOO_MANY_MISSING));
            error.to_string()
        })
    };
    let cut = class(0..7);
    let said = lacks(&cut, 20).unwrap_err();
    assert!(said.contains("3 of the 10 people"), "{said}");
    assert!(lacks(&cut, 29).is_err());
    lacks(&cut, 30).unwrap();
    lacks(&class(0..8), 20).unwrap();
    lacks(&class(0..10), 0).unwrap();
    // Who went is not there any more, so the next one to go is one of eight.
    let report = take_with(&school, &class(0..8), Some(20));
    assert_eq!(report.of(Kind::People).removed, 2);
    assert!(lacks(&class(0..7), 12).is_err());
    lacks(&class(0..7), 13).unwrap();
}

#[test]
fn records_of_every_version_decode() {
    let brought = Brought {
        said: [7; 32],
        gone: false,
        role: Some(SchoolRole::Staff),
    };
    testkit::fixture("courses/fixtures/brought_by_roster.v1", &brought);
}
