//! Rosters as the standard has them.

use super::*;

const ASKED: [&str; 11] = [
    "term year \"2026/27\" 2026-08-31T22:00:00Z..2027-06-30T22:00:00Z in none",
    "term half \"First half\" 2026-08-31T22:00:00Z..2027-01-31T23:00:00Z in year",
    "course bio-1 \"BIO-1\" \"Biology 9a\" \"Biology\" in half",
    "course bio-2 \"BIO-2\" \"Biology 9b\" \"Biology\" in half",
    "person t1 maria \"Maria Santos\" maria@school.example Some(Staff)",
    "person s1 lena \"Lena Fischer\" lena@school.example Some(Member) with a password",
    "person s2 tomas \"Tomas Novak\" no address Some(Member)",
    "seat of t1 in bio-1 as Instructor",
    "seat of s1 in bio-1 as Student",
    "seat of s2 in bio-1 as Student",
    "seat of t1 in bio-2 as Instructor",
];

#[test]
fn a_folder_of_version_1_1_is_read_without_a_word() {
    let (roster, report) = plain().open().unwrap();
    assert_eq!(asked(&roster), ASKED);
    assert_eq!(told(&report.refused), [""; 0]);
    assert_eq!(told(&report.noted), [""; 0]);
    assert_eq!(roster.complete.len(), 4);
}

#[test]
fn a_zip_file_of_version_1_2_says_roles_and_names_in_files_of_their_own() {
    let files = plain()
        .file(
            "manifest.csv",
            "propertyName,value\noneroster.version,1.2\nfile.users,delta\nfile.resources,bulk\n",
        )
        .file(
            "users.csv",
            "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\nt1,,,true,maria,,Maria,Santos,,,,,,,,,,,Mia,,,school,she/her\np1,,,true,,,Ada,King,,,,,,,,,,,,,,school,\n",
        )
        .file(
            "roles.csv",
            "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\nr1,,,t1,primary,teacher,,,school,\nr2,,,t1,secondary,aide,,,school,\nr3,,,p1,primary,principal,,,school,\nr4,tobedeleted,,p1,secondary,student,,,school,\n",
        )
        .file(
            "userProfiles.csv",
            "sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,credentialType,username,password\nu1,,,p1,sso,us,us,basic,ada.king,analytical engines\n",
        )
        .file("resources.csv", "sourcedId\nbook\n");
    let (roster, report) = files.open_zipped().unwrap();
    let asked = asked(&roster);
    let people: Vec<_> = asked
        .iter()
        .filter(|line| line.contains("person"))
        .collect();
    assert_eq!(
        people,
        [
            "person t1 maria \"Mia Santos\" no address Some(Staff)",
            "person p1 ada.king \"Ada King\" no address Some(Staff) with a password",
        ]
    );
    assert_eq!(told(&report.refused), [""; 0]);
    assert_eq!(told(&report.noted), ["users.csv 3 role ROLE_LOWERED"]);
    assert_eq!(report.not_taken, ["orgs.csv", "resources.csv"]);
    assert!(!roster.complete.contains(&Kind::People));
    assert!(roster.complete.contains(&Kind::Courses));
}

#[test]
fn what_is_to_go_goes_in_the_end_and_the_other_way_round() {
    let files = plain()
        .file(
            "academicSessions.csv",
            "sourcedId,status,title,startDate,endDate,parentSourcedId\nyear,tobedeleted,Y,,,\nhalf,tobedeleted,H,,,year\n",
        )
        .file("classes.csv", "sourcedId,status,title\nbio-1,tobedeleted,B\n")
        .file(
            "users.csv",
            "sourcedId,status,enabledUser,role,username,givenName,familyName\ns1,tobedeleted,true,,,,\ns2,active,false,student,tomas,Tomas,Novak\n",
        )
        .file(
            "enrollments.csv",
            "sourcedId,status,classSourcedId,userSourcedId,role,endDate\ne2,tobedeleted,bio-1,s1,student,\ne3,,bio-1,s2,student,2026-09-30\n",
        );
    let (roster, report) = files.open().unwrap();
    assert_eq!(
        asked(&roster),
        [
            "no seat of s1 in bio-1 as Student",
            "seat of s2 in bio-1 as Student, over",
            "no person s1  \"\" no address None",
            "no person s2 tomas \"Tomas Novak\" no address Some(Member)",
            "no course bio-1 \"bio-1\" \"B\" \"\" in none",
            "no term half \"H\" .. in year",
            "no term year \"Y\" .. in none",
        ]
    );
    assert_eq!(told(&report.refused), [""; 0]);
}

#[test]
fn a_code_is_one_that_only_this_class_has() {
    let courses = "sourcedId,title,courseCode\nbio,Biology,BIO\nart,Art,ART\n";
    let codes = |classes: &str| {
        let files = plain()
            .file("courses.csv", courses)
            .file("classes.csv", classes);
        let (roster, _) = files.open().unwrap();
        let codes = roster.lines.iter().filter_map(|line| match &line.wish {
            Wish::Class(class) => Some(class.codes[0].clone()),
            Wish::Session(_) | Wish::Person(_) | Wish::Seat(_) => None,
        });
        codes.collect::<Vec<_>>()
    };
    let header = "sourcedId,title,courseSourcedId,classCode\n";
    assert_eq!(
        codes(&format!("{header}c1,,bio,BIO-A\nc2,,art,Art (1)\n")),
        ["BIO-A", "Art -1-"]
    );
    assert_eq!(
        codes(&format!("{header}c1,,bio,1\nc2,,bio,2\nc3,,art,1\n")),
        ["BIO-1", "BIO-2", "ART-1"]
    );
    assert_eq!(
        codes(&format!("{header}c1,,bio,1\nc2,,bio,1\nc3,,none,\n")),
        ["BIO-1 c1", "BIO-1 c2", "c3"]
    );
}

#[test]
fn a_class_in_both_halves_of_a_year_is_in_the_year() {
    let sessions = "sourcedId,title,parentSourcedId\nyear,Y,\nh1,H1,year\nh2,H2,year\nold,O,\n";
    let term = |cell: &str| {
        let files = plain().file("academicSessions.csv", sessions).file(
            "classes.csv",
            format!("sourcedId,title,termSourcedIds\nc,C,\"{cell}\"\n"),
        );
        let (roster, report) = files.open().unwrap();
        let term = roster.lines.iter().find_map(|line| match &line.wish {
            Wish::Class(class) => Some(class.term.clone().map(String::from)),
            Wish::Session(_) | Wish::Person(_) | Wish::Seat(_) => None,
        });
        (term.unwrap().unwrap_or_default(), report.noted.len())
    };
    assert_eq!(term("h1"), ("h1".to_owned(), 0));
    assert_eq!(term("h1, h2"), ("year".to_owned(), 0));
    assert_eq!(term("h1,old"), (String::new(), 1));
    assert_eq!(term(""), (String::new(), 0));
}
