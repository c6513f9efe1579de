//! Rosters as they really are.

use super::*;

#[test]
fn headers_separators_encodings_and_line_ends_may_deviate() {
    let (wanted, _) = plain().open().unwrap();
    let rewritten = |change: &dyn Fn(&str) -> Vec<u8>| {
        let mut files = Files::new();
        for (name, content) in &plain().0 {
            files = files.file(name, change(std::str::from_utf8(content).unwrap()));
        }
        files
    };
    let wide = |text: &str| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let semicolons = |text: &str| {
        let text = text.replace("\"09,10\"", "9").replace(',', ";");
        text.replace('\n', "\r\n\r\n").into_bytes()
    };
    let tabs = |text: &str| {
        text.replace("\"09,10\"", "9")
            .replace(',', "\t")
            .into_bytes()
    };
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    let shouted = |text: &str| {
        let (header, rows) = text.split_once('\n').unwrap();
        format!("{}\n{rows}", header.to_uppercase()).into_bytes()
    };
    for change in [
        &wide as &dyn Fn(&str) -> Vec<u8>,
        &semicolons,
        &tabs,
        &marked,
        &shouted,
    ] {
        let (roster, report) = rewritten(change).open().unwrap();
        assert_eq!(asked(&roster), asked(&wanted));
        assert_eq!(told(&report.noted), [""; 0]);
        assert!(report.took_all());
    }
}

#[test]
fn what_can_only_mean_one_thing_is_taken_and_noted() {
    let files = plain()
        .file(
            "Users.CSV",
            b"sourcdId,enabeldUser,role,user name,givenName,familyNmae,shoe size,metadata.house,email\n\
              s1,yes,Pupil,zoe,Zo\xeb,King,38,red,zoe@school.example\n\
              s2,perhaps,techer,ben,Ben,King,40,red,ZOE@school.example\n",
        )
        .file("readme.txt", "hello")
        .file("courses.csv", "sourcedId,title\n");
    let mut files = files;
    files.0.retain(|(name, _)| name != "users.csv");
    let (roster, report) = files.open().unwrap();
    let people: Vec<_> = asked(&roster)
        .into_iter()
        .filter(|line| line.contains("person"))
        .collect();
    assert_eq!(
        people,
        [
            "person s1 zoe \"Zoë King\" zoe@school.example Some(Member)",
            "person s2 ben \"Ben King\" no address Some(Staff)",
        ]
    );
    assert_eq!(
        told(&report.noted),
        [
            "readme.txt - FILE_UNKNOWN",
            "Users.CSV - ENCODING_GUESSED",
            "users.csv sourcdId HEADER_GUESSED",
            "users.csv enabeldUser HEADER_GUESSED",
            "users.csv familyNmae HEADER_GUESSED",
            "users.csv shoe size HEADER_UNKNOWN",
            "users.csv 3 enabledUser VALUE_LEFT_OUT",
            "users.csv 3 email EMAIL_LEFT_OUT",
        ]
    );
    assert!(report.took_all());
}

#[test]
fn what_cannot_be_meant_is_refused_by_file_row_and_column() {
    let files = plain()
        .file(
            "academicSessions.csv",
            "sourcedId,title,startDate,endDate,parentSourcedId\na,A,01/02/2027,03/04/2027,b\nb,B,,,a\n,C,,,\nd,D,2027-02-01,2027-01-01,d2\nd,Other,,,\nd,D,2027-02-01,2027-01-01,d2\n",
        )
        .file(
            "users.csv",
            "sourcedId,status,role,username,givenName,familyName,email,password\n\
             u1,,student,lena,Lena,Fischer,nonsense,short\n\
             u2,,student,LENA,Lena,Other,,\n\
             u3,,boss,kim,Kim,Lee,,\n\
             u4,,student,,No,Name,,\n\
             u5,,student,two words,Two,Words,,\n\
             u6,,student,kim,Kim,Lee,,,,extra\n\
             u7,archived,student,ali,Ali,Khan,,\n",
        )
        .file(
            "enrollments.csv",
            "classSourcedId,userSourcedId,role\nbio-1,s1,parent\nbio-1,,student\nbio-1,s2,student\nbio-1,s2,aide\nbio-1,s2,student\n",
        );
    let (roster, report) = files.open().unwrap();
    assert_eq!(
        told(&report.refused),
        [
            "users.csv 7 - ROW_TOO_LONG",
            "academicSessions.csv 4 sourcedId VALUE_MISSING",
            "academicSessions.csv 6 sourcedId DUPLICATE_ID",
            "academicSessions.csv 2 parentSourcedId PARENT_CIRCULAR",
            "academicSessions.csv 3 parentSourcedId PARENT_CIRCULAR",
            "users.csv 3 username USERNAME_TAKEN",
            "users.csv 4 role ROLE_UNKNOWN",
            "users.csv 5 username VALUE_MISSING",
            "users.csv 6 username USERNAME_INVALID",
            "users.csv 8 status VALUE_INVALID",
            "enrollments.csv 2 role ROLE_NOT_TAKEN",
            "enrollments.csv 3 userSourcedId VALUE_MISSING",
        ]
    );
    assert_eq!(
        told(&report.noted),
        [
            "academicSessions.csv 2 startDate DATE_AMBIGUOUS",
            "academicSessions.csv 2 endDate DATE_AMBIGUOUS",
            "academicSessions.csv 5 endDate VALUE_LEFT_OUT",
            "academicSessions.csv 7 endDate VALUE_LEFT_OUT",
            "users.csv 2 email VALUE_LEFT_OUT",
            "users.csv 2 password PASSWORD_LEFT_OUT",
            "enrollments.csv 5 userSourcedId ENROLLED_TWICE",
            "enrollments.csv 6 userSourcedId ENROLLED_TWICE",
        ]
    );
    assert_eq!(report.of(Kind::People).refused, 6);
    assert!(asked(&roster).contains(&"seat of s2 in bio-1 as Assistant".to_owned()));
}

#[test]
fn days_may_come_first_where_the_column_says_so() {
    let sessions = "sourcedId,title,startDate,endDate\na,A,01/09/2026,31/01/2027\n";
    let (roster, report) = plain()
        .file("academicSessions.csv", sessions)
        .open()
        .unwrap();
    assert_eq!(
        asked(&roster)[0],
        "term a \"A\" 2026-08-31T22:00:00Z..2027-01-31T23:00:00Z in none"
    );
    assert_eq!(told(&report.noted), [""; 0]);
}

#[test]
fn a_file_that_is_no_table_keeps_the_whole_roster_out() {
    let with = |content: &[u8]| plain().file("users.csv", content).refusal();
    let (code, said) = with(b"\x89PNG\r\n\x1a\n\0\0\0\0");
    assert_eq!(code, "ENCODING");
    assert!(said.contains("users.csv: "), "{said}");
    let (code, said) = with(b"sourcedId,username\ns1,\"lena\ns2,tomas\n");
    assert_eq!(code, "QUOTE_OPEN");
    assert!(said.contains("row 2, column 2"), "{said}");
    let (code, said) = with(b"username,email\nlena,\n");
    assert_eq!(code, "COLUMN_MISSING");
    assert!(said.contains("sourcedId"), "{said}");
    let long = format!("sourcedId,username\ns1,{}\n", "x".repeat(1_000_000));
    assert_eq!(with(long.as_bytes()).0, "LIMIT");
    assert_eq!(with(",".repeat(1_000_000).as_bytes()).0, "LIMIT");
    assert_eq!(Files::new().file("a.txt", "").refusal().0, "ROSTER_EMPTY");
    let twice = plain().file("USERS.CSV", "sourcedId,username\n");
    assert_eq!(twice.refusal().0, "FILE_TWICE");
}

#[test]
fn what_is_not_there_or_no_archive_is_told_apart() {
    let folder = TempDir::new().unwrap();
    let missing = open(&folder.path().join("none.zip"), &almanac());
    assert!(matches!(missing, Err(RosterProblem::Unreadable(_))));
    let path = folder.path().join("no.zip");
    fs_err::write(&path, "this is no zip").unwrap();
    match open(&path, &almanac()) {
        Err(RosterProblem::Refused(error)) => assert_eq!(error.problem(), Some(NOT_A_ZIP)),
        other => panic!("{other:?}"),
    }
}
