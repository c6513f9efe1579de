//! Damaged packages, documents and pages: whatever the bytes, an answer and never a panic.

use super::{
    super::html::{letters_of, written},
    *,
};

/// A small generator of our own, so that a failing seed can be tried again for ever.
struct Chance(u64);

impl Chance {
    fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap()
    }

    /// The bytes with a few changes, some of them made of `pieces`.
    fn damage(&mut self, bytes: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                2 if !bytes.is_empty() => bytes[at] = u8::try_from(self.below(256)).unwrap(),
                3 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, part);
                }
                4 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let piece = pieces[self.below(pieces.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
        }
        bytes
    }
}

fn small() -> Pack {
    let items = r#"<item identifier="m"><title>M</title><item identifierref="p"><title>P</title></item>
        <item identifierref="t"><title>T</title></item><item identifierref="w"/><item identifierref="a"/></item>"#;
    let resources = [
        resource("p", "webcontent", "p.html"),
        resource("t", "imsdt_xmlv1p1", "t.xml"),
        resource("w", "imswl_xmlv1p1", "w.xml"),
        resource("a", "assignment_xmlv1p0", "a.xml"),
    ];
    Pack::new()
        .file("imsmanifest.xml", manifest(items, &resources.concat()))
        .file("p.html", PAGE)
        .file("t.xml", "<topic><title>T</title><text>x</text></topic>")
        .file("w.xml", "<webLink><title>W</title><url href='http://a/'/></webLink>")
        .file("a.xml", "<assignment><title>A</title><gradable points_possible='1'>true</gradable></assignment>")
}

const PAGE: &str = r##"<html><head><title>P</title></head><body><h1 id="a">A</h1><table><tr><td>x<b>y</td></table>
<a href="t.xml#b">t</a><a href="#a">a</a><img src="x.png" alt="y"><math><mi>x</mi><mtext>y</mtext></math><!-- c --><pre>1 &#60; 2</pre></body></html>"##;

fn everything(opened: &mut Opened) {
    let Opened {
        archive,
        course,
        report,
        ..
    } = opened;
    for page in &course.pages {
        if let Ok(html) = archive.page_html(page) {
            let rewritten = rewrite_html(&html, &page.key, &course.targets, &new_address);
            report.add_rewritten(&page.title, &rewritten);
        }
    }
    for file in &course.files {
        drop(archive.copy_to(file, &mut std::io::sink()));
    }
    assert!(!report.to_string().is_empty());
}

#[test]
fn damaged_archives() {
    let sound = small().bytes();
    let pieces: [&[u8]; 5] = [
        b"PK\x01\x02",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\xFF\xFF\xFF\xFF",
        b"\0\0",
    ];
    let mut opened_count = 0;
    for seed in 1..=1_000 {
        let bytes = Chance::seeded(seed).damage(&sound, &pieces);
        match read_bytes(&bytes) {
            Ok(mut opened) => {
                opened_count += 1;
                everything(&mut opened);
            }
            Err(problem) => assert!(problem.to_string().ends_with('.'), "{problem}"),
        }
    }
    assert!(opened_count > 0, "some damage is harmless");
}

#[test]
fn damaged_documents() {
    let sound = small();
    let pieces: [&[u8]; 14] = [
        b"<item>",
        b"</item>",
        b"<!DOCTYPE x>",
        b"&x;",
        b"&#0;",
        b"&#xD800;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"\xC3",
        b"../",
        b" identifierref='p'",
        b"<?x",
        b"\xEF\xBB\xBF",
    ];
    for seed in 1..=500 {
        let mut chance = Chance::seeded(seed);
        let mut pack = Pack::new();
        let which = chance.below(sound.files.len());
        for (at, (path, content)) in sound.files.iter().enumerate() {
            let damaged = at == which || chance.below(4) == 0;
            let content = if damaged {
                chance.damage(content, &pieces)
            } else {
                content.clone()
            };
            pack = pack.file(path, content);
        }
        if let Ok(mut opened) = read_bytes(&pack.bytes()) {
            let mut settled: Vec<&str> = opened.report.settled().collect();
            settled.sort_unstable();
            let mut packed: Vec<&str> = pack.files.iter().map(|(path, _)| path.as_str()).collect();
            packed.sort_unstable();
            assert_eq!(settled, packed, "seed {seed}");
            everything(&mut opened);
        }
    }
}

#[test]
fn damaged_pages() {
    let pieces: [&[u8]; 16] = [
        b"<b>",
        b"</p>",
        b"<table>",
        b"<td>",
        b"<svg>",
        b"<math>",
        b"<!--",
        b"-->",
        b"<script>",
        b"\"",
        b"'",
        b"<a href='",
        b"&#x",
        b"<iframe src=//a>",
        b"<style>",
        b"</",
    ];
    for seed in 1..=2_000 {
        let bytes = Chance::seeded(seed).damage(PAGE.as_bytes(), &pieces);
        let html = String::from_utf8_lossy(&bytes);
        let once = rewrite(&html);
        // What the report does not count must not be taken away by the sanitiser either.
        let written = letters_of(&written(&html));
        assert_eq!(letters_of(&once.html), written, "seed {seed}: {html}");
        let lower = once.html.to_ascii_lowercase();
        assert!(
            !lower.contains("<script") && !lower.contains("<svg") && !lower.contains("<iframe"),
            "{seed}"
        );
    }
}
