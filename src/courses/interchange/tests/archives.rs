//! Archives that must not be opened, and what their refusal says.

use super::*;

/// A small sound package.
fn sound() -> Pack {
    let resources = resource("r", "webcontent", "page.html");
    Pack::new()
        .file("imsmanifest.xml", manifest("", &resources))
        .file("page.html", "<p>Hello</p>")
}

/// Where a four-byte signature starts for the `nth` time.
fn signature(bytes: &[u8], signature: [u8; 4], nth: usize) -> usize {
    let mut found = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, window)| *window == signature);
    found.nth(nth).unwrap().0
}

const CENTRAL: [u8; 4] = [b'P', b'K', 1, 2];

/// The package with the name of its page written over, in both headers.
fn renamed(name: &str) -> Vec<u8> {
    let mut bytes = sound().bytes();
    assert_eq!(name.len(), "page.html".len());
    let at: Vec<usize> = bytes
        .windows(9)
        .enumerate()
        .filter(|(_, window)| *window == b"page.html")
        .map(|(at, _)| at)
        .collect();
    for at in at {
        bytes[at..at + 9].copy_from_slice(name.as_bytes());
    }
    bytes
}

#[test]
fn a_sound_package_opens() {
    let opened = sound().read();
    assert_eq!(opened.course.title, "Knots & ropes");
    assert_eq!(opened.course.pages.len(), 1);
}

#[test]
fn names_that_reach_outside() {
    for name in [
        "../e.html",
        "/abs.html",
        "C:/x.html",
        "a/../b.ht",
        "..\\e.html",
        "\\bs.html",
        "a\0bc.html",
    ] {
        let bytes = renamed(&format!("{name:x<9}")[..9]);
        assert_eq!(refusal_of(&bytes).0, "ARCHIVE_LIMIT", "{name:?}");
    }
    for name in [
        "NUL",
        "con.txt",
        "Aux.html",
        "folder/COM1.pdf",
        "lpt9",
        "PRN .txt",
    ] {
        let (code, why) = sound().file(name, "x").refusal();
        assert_eq!(code, "ARCHIVE_LIMIT", "{name}");
        assert!(why.contains("device"), "{why}");
    }
    // Names that only look like them.
    let fine = sound()
        .file("console.txt", "x")
        .file("COM10.txt", "x")
        .file("a..b.txt", "x")
        .read();
    assert_eq!(fine.course.files.len(), 3);
}

#[test]
fn the_same_name_twice() {
    let (code, why) = sound().file("Page.HTML", "x").refusal();
    assert_eq!(code, "ARCHIVE_LIMIT");
    assert!(why.contains("twice"), "{why}");
    let mut same = sound().file("pagf.html", "x").bytes();
    while let Some(at) = same.windows(9).position(|window| window == b"pagf.html") {
        same[at + 3] = b'e';
    }
    assert_eq!(refusal_of(&same).0, "ARCHIVE_LIMIT");
}

#[test]
fn links_and_devices() {
    let mut writer = ZipWriter::new_append(Cursor::new(sound().bytes())).unwrap();
    writer
        .add_symlink("link.html", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let (code, why) = refusal_of(&bytes);
    assert_eq!(code, "ARCHIVE_LIMIT");
    assert!(why.contains("link or a device"), "{why}");
    // A pipe: mode 0o010644 in the upper half of the external attributes of a Unix entry.
    let mut bytes = sound().bytes();
    let at = signature(&bytes, CENTRAL, 1);
    bytes[at + 5] = 3;
    bytes[at + 38..at + 42].copy_from_slice(&(0o010_644_u32 << 16).to_le_bytes());
    assert_eq!(refusal_of(&bytes).0, "ARCHIVE_LIMIT");
}

#[test]
fn too_many_entries() {
    let mut pack = sound();
    for number in 0..ENTRIES_MAX {
        pack = pack.file(&format!("f{number}"), "");
    }
    let (code, why) = pack.refusal();
    assert_eq!(code, "ARCHIVE_LIMIT");
    assert!(why.contains("10000"), "{why}");
}

#[test]
fn a_directory_that_would_fill_the_memory() {
    // A directory and nothing else: 60,000 entries, each with a long name and no content.
    let mut bytes = Vec::new();
    for number in 0..60_000_u32 {
        bytes.extend(CENTRAL);
        bytes.extend([0; 24]);
        bytes.extend(100_u16.to_le_bytes());
        bytes.extend([0; 16]);
        bytes.extend(format!("{number:0>100}").as_bytes());
    }
    let size = u32::try_from(bytes.len()).unwrap();
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([60_000_u16.to_le_bytes(), 60_000_u16.to_le_bytes()].concat());
    bytes.extend([size.to_le_bytes(), 0_u32.to_le_bytes()].concat());
    bytes.extend([0; 2]);
    let (code, why) = refusal_of(&bytes);
    assert_eq!(code, "ARCHIVE_LIMIT");
    assert!(why.contains("directory that is too large"), "{why}");
}

#[test]
fn bombs() {
    let (code, why) = sound().file("zeros.bin", vec![0; 1_500_000]).refusal();
    assert_eq!(code, "ARCHIVE_LIMIT");
    assert!(why.contains("100 times"), "{why}");
    // Up to a megabyte the ratio does not count: small pages of one letter are no attack.
    assert_eq!(
        sound()
            .file("zeros.bin", vec![0; 900_000])
            .read()
            .course
            .files
            .len(),
        1
    );
    // Together the entries count too.
    let many = (0..30).fold(sound(), |pack, n| {
        pack.file(&format!("z{n}.bin"), vec![0; 900_000])
    });
    assert_eq!(many.refusal().0, "ARCHIVE_LIMIT");
}

#[test]
fn a_declared_size_beyond_all_limits() {
    let mut bytes = sound().bytes();
    let at = signature(&bytes, CENTRAL, 1);
    bytes[at + 24..at + 28].copy_from_slice(&2_000_000_001_u32.to_le_bytes());
    assert_eq!(refusal_of(&bytes).0, "ARCHIVE_LIMIT");
}

#[test]
fn sizes_that_lie() {
    let text = pieces(20_000, |n| format!("{n} "));
    let bytes = sound().file("data.bin", text).bytes();
    let at = signature(&bytes, CENTRAL, 2);
    for (size, code) in [
        (10_u32, "ARCHIVE_LIMIT"),
        (1, "ARCHIVE_LIMIT"),
        (200_000, "ENTRY_DAMAGED"),
    ] {
        let mut lying = bytes.clone();
        lying[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
        let mut opened = read_bytes(&lying).unwrap();
        let file = opened.course.files[0].clone();
        let mut out = Vec::new();
        let problem = opened.archive.copy_to(&file, &mut out).unwrap_err();
        assert_eq!(problem.code(), code, "{problem}");
        assert!(
            out.len() <= size as usize,
            "no more than declared ever comes out"
        );
    }
}

#[test]
fn entries_that_overlap() {
    let mut bytes = sound().file("other.html", "<p>Other</p>").bytes();
    // Both entries of the directory point at the same bytes.
    let (second, third) = (signature(&bytes, CENTRAL, 1), signature(&bytes, CENTRAL, 2));
    let offset: [u8; 4] = bytes[second + 42..second + 46].try_into().unwrap();
    bytes[third + 42..third + 46].copy_from_slice(&offset);
    let (code, why) = refusal_of(&bytes);
    assert_eq!(code, "ARCHIVE_LIMIT");
    assert!(why.contains("overlap"), "{why}");
}

#[test]
fn damaged_content_names_the_entry() {
    let mut bytes = sound().file("data.bin", "0123456789").bytes();
    let at = signature(&bytes, CENTRAL, 2);
    bytes[at + 16] ^= 0xFF;
    let mut opened = read_bytes(&bytes).unwrap();
    let file = opened.course.files[0].clone();
    let problem = opened.archive.copy_to(&file, &mut Vec::new()).unwrap_err();
    assert_eq!(problem.code(), "ENTRY_DAMAGED");
    assert!(problem.to_string().contains("data.bin"), "{problem}");
}

#[test]
fn not_an_archive_at_all() {
    for bytes in [&b""[..], b"hello", b"PK\x03\x04", &[0; 4096]] {
        let (code, why) = refusal_of(bytes);
        assert_eq!(code, "NOT_A_ZIP", "{why}");
        assert!(why.contains("export the course again"), "{why}");
    }
    let whole = sound().bytes();
    assert_eq!(refusal_of(&whole[..whole.len() - 30]).0, "NOT_A_ZIP");
    assert_eq!(refusal_of(&whole[..whole.len() / 2]).0, "NOT_A_ZIP");
    let Err(problem) = open("no/such/file.imscc".as_ref()) else {
        panic!("it was opened")
    };
    assert_eq!(problem.code(), "FILE_UNREADABLE");
    assert!(
        problem.to_string().contains("no/such/file.imscc"),
        "{problem}"
    );
    let folder = TempDir::new().unwrap();
    let Err(problem) = open(folder.path()) else {
        panic!("it was opened")
    };
    assert_eq!(problem.code(), "FILE_UNREADABLE");
}

#[test]
fn no_manifest() {
    let (code, why) = Pack::new().file("readme.txt", "x").refusal();
    assert_eq!(code, "MANIFEST_MISSING");
    assert!(why.contains("imsmanifest.xml"), "{why}");
    assert_eq!(Pack::new().refusal().0, "MANIFEST_MISSING");
}

#[test]
fn a_package_inside_one_folder() {
    let resources = resource("r", "webcontent", "pages/a.html");
    let opened = Pack::new()
        .file("course/imsmanifest.xml", manifest("", &resources))
        .file("course/pages/a.html", r#"<img src="../b.png" alt="">"#)
        .file("course/b.png", "x")
        .read();
    assert_eq!(opened.course.pages[0].key, "course/pages/a.html");
    assert_eq!(opened.course.files[0].key, "course/b.png");
}

#[test]
fn files_come_out_as_they_went_in() {
    let content: Vec<u8> = (0..300_000_u32)
        .flat_map(|n| (n % 65_521).to_le_bytes())
        .collect();
    let mut opened = sound().file("data.bin", &content).read();
    let file = opened.course.files[0].clone();
    assert_eq!(
        (file.size, file.published),
        (1_200_000, false),
        "unlisted, so hidden"
    );
    let mut out = Vec::new();
    assert_eq!(opened.archive.copy_to(&file, &mut out).unwrap(), 1_200_000);
    assert_eq!(out, content);
    assert_eq!(
        opened.archive.copy_to(&file, &mut Full).unwrap_err().code(),
        "COPY_FAILED"
    );
}

/// A disk without room.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
