//! The text of PDF files, as a child of the server reads it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Child, Command, Output, Stdio};

/// A PDF of these objects, the first of which is its catalog.
fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let size = objects.len() + 1;
    let end = format!(
        "{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{}\n%%EOF\n",
        file.len()
    );
    file.extend(end.into_bytes());
    file
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = format!("<< /Length {} {entries} >>\nstream\n", bytes.len()).into_bytes();
    stream.extend(bytes);
    stream.extend(b"\nendstream");
    stream
}

/// A PDF of one page with these contents, which may name the streams that follow from 5 on.
fn page(contents: &str, streams: Vec<Vec<u8>>, trailer: &str) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {contents} \
         /Resources << /Font << /F1 4 0 R >> >> >>"
    );
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    objects.extend(streams);
    pdf(&objects, trailer)
}

/// A PDF with this text, a line for each.
pub(crate) fn written(lines: &[&str]) -> Vec<u8> {
    let shown: Vec<String> = lines.iter().map(|line| format!("({line}) Tj T*")).collect();
    let shown = format!("BT /F1 12 Tf 14 TL 72 720 Td {} ET", shown.join(" "));
    page("5 0 R", vec![stream("", shown.as_bytes())], "")
}

fn started() -> Child {
    Command::new(env!("CARGO_BIN_EXE_edusphere"))
        .arg("extract-text")
        .env_clear()
        .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs")
}

fn extracted(pdf: &[u8]) -> Output {
    let mut child = started();
    let mut stdin = child.stdin.take().unwrap();
    // It need not read to the end of what it refuses.
    drop(stdin.write_all(pdf));
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(pdf: &[u8]) -> String {
    let output = extracted(pdf);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_text_of_a_pdf_is_its_paragraphs() {
    assert_eq!(text(&written(&["Hello cells"])), "Hello cells\n\n");
    let parted = written(&[
        "The wall of a cell is a mem-",
        "brane of fat and keeps it whole.",
    ]);
    assert_eq!(
        text(&parted),
        "The wall of a cell is a membrane of fat and keeps it whole.\n\n"
    );
    assert_eq!(text(&page("null", Vec::new(), "")), "");
}

#[test]
fn what_is_no_pdf_or_half_of_one_is_refused() {
    let whole = written(&["Hello cells"]);
    for garbage in [&b""[..], b"garbage", b"%PDF-1.7\n", &[0xff; 10_000]] {
        let output = extracted(garbage);
        assert_eq!(output.status.code(), Some(65), "{output:?}");
        assert!(output.stdout.is_empty());
    }
    // Of what is cut off, what is there may be read; it ends in one way or another.
    for end in (0..whole.len()).step_by(37) {
        let output = extracted(&whole[..end]);
        assert!(
            matches!(output.status.code(), Some(0 | 65)),
            "{end}: {output:?}"
        );
    }
}

#[test]
fn a_pdf_that_opens_with_a_password_is_told_from_a_damaged_one() {
    let key = "00".repeat(32);
    let encrypted = format!(
        "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}> >>"
    );
    let output = extracted(&page("5 0 R", vec![stream("", b"BT ET")], &encrypted));
    assert_eq!(output.status.code(), Some(77), "{output:?}");
    assert!(output.stdout.is_empty());
}

/// What inflates to 258 times so many zeros, and one more: bits of a block with fixed codes.
fn zeros(repeats: usize) -> Vec<u8> {
    let mut bits = vec![1, 1, 0];
    bits.extend([0, 0, 1, 1, 0, 0, 0, 0]);
    for _ in 0..repeats {
        bits.extend([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
    }
    bits.extend([0; 7]);
    let bytes = bits.chunks(8).map(|bits| {
        let bits = bits.iter().enumerate();
        bits.fold(0_u8, |byte, (at, bit)| byte | (bit << at))
    });
    [vec![0x78, 0x01], bytes.collect()].concat()
}

#[test]
fn what_inflates_to_more_than_the_memory_there_is_ends_the_child_alone() {
    // A hundred MiB of zeros, a thousand times.
    let large = stream("/Filter /FlateDecode", &zeros(400_000));
    let output = extracted(&page(
        &format!("[{}]", "5 0 R ".repeat(1_000)),
        vec![large],
        "",
    ));
    assert!(
        !output.status.success() && output.stdout.is_empty(),
        "{output:?}"
    );
    assert_eq!(
        output.status.code(),
        None,
        "an allocation fails: {output:?}"
    );
}

#[test]
fn what_is_nested_without_end_is_read_to_an_end() {
    let deep = ["[", "<<", "(", "q ", "BT "].map(|opening| {
        let contents = opening.repeat(100_000);
        page("5 0 R", vec![stream("", contents.as_bytes())], "")
    });
    let circular = page("5 0 R", vec![b"[5 0 R 5 0 R]".to_vec()], "");
    for bomb in deep.iter().chain([&circular]) {
        assert_eq!(text(bomb), "");
    }
}

#[test]
fn the_child_gives_up_all_that_it_does_not_need_before_it_reads() {
    let mut child = started();
    // More than the pipe holds: when all of it is written, the child is reading.
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(&vec![b' '; 4 * 1024 * 1024]).unwrap();
    let limits = fs_err::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let limits: Vec<String> = limits
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for limit in [
        "Max cpu time 10 10 seconds",
        "Max file size 0 0 bytes",
        "Max data size 536870912 536870912 bytes",
        "Max core file size 0 0 bytes",
        "Max open files 0 0 files",
        "Max processes 0 0 processes",
    ] {
        assert!(
            limits.iter().any(|line| line == limit),
            "{limit}: {limits:?}"
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
