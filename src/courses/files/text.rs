//! What stored files say, for search.

use std::io::{self, Read};

use app::search::Block;
use encoding_rs::{Encoding, WINDOWS_1252};

use super::blobs::{Blobs, Hash};
use crate::markup::{html_blocks, markdown_blocks, plain_blocks};

/// The most of a file that is read for its text, in bytes; what follows is not found.
pub const TEXT_FILE_BYTES_MAX: u64 = 1024 * 1024;

/// What a file says; `None` where that is not to be read from its bytes as they are.
pub fn text(blobs: &Blobs, hash: Hash, media_type: &str) -> io::Result<Option<Vec<Block>>> {
    let blocks: fn(&str) -> Vec<Block> = match media_type {
        "text/plain" | "text/csv" | "text/tab-separated-values" => plain_blocks,
        "text/markdown" => markdown_blocks,
        "text/html" => html_blocks,
        _ => return Ok(None),
    };
    let mut bytes = Vec::new();
    blobs
        .read(hash)?
        .take(TEXT_FILE_BYTES_MAX)
        .read_to_end(&mut bytes)?;
    Ok(decoded(&bytes).map(|text| blocks(&text)))
}

/// Text in the encoding of its byte order mark, in UTF-8 where it is that, and in what Windows
/// calls Latin-1 otherwise. What holds zero bytes is no text at all.
fn decoded(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..)?);
        return Some(text.into_owned());
    }
    if bytes.contains(&0) {
        return None;
    }
    let is_cut = bytes.len() as u64 == TEXT_FILE_BYTES_MAX;
    let utf8 = match str::from_utf8(bytes) {
        Ok(text) => Some(text),
        // Where reading stopped may be in the middle of a letter.
        Err(error) if error.error_len().is_none() && is_cut => bytes
            .get(..error.valid_up_to())
            .and_then(|whole| str::from_utf8(whole).ok()),
        Err(_) => None,
    };
    let text = utf8.map(str::to_owned);
    Some(text.unwrap_or_else(|| WINDOWS_1252.decode(bytes).0.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(media_type: &str, bytes: &[u8]) -> Option<Vec<Block>> {
        let root = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(root.path()).unwrap();
        let kept = blobs.keep::<io::Error>(|out| out.write_all(bytes));
        text(&blobs, kept.unwrap().hash, media_type).unwrap()
    }

    fn texts(texts: &[&str]) -> Vec<Block> {
        let texts = texts.iter().map(|text| Block::Text((*text).to_owned()));
        texts.collect()
    }

    #[test]
    fn each_kind_of_text_is_read_in_its_way() {
        let marked = b"<p>a</p>\n\n**b**";
        assert_eq!(
            read("text/plain", marked),
            Some(texts(&["<p>a</p>", "**b**"]))
        );
        assert_eq!(read("text/markdown", marked), Some(texts(&["a", "b"])));
        let hostile = b"<script>x()</script><p onclick='x()'>a</p><p>b";
        assert_eq!(read("text/html", hostile), Some(texts(&["a", "b"])));
        assert_eq!(
            read("text/csv", b"id;name\r\n1;Ada\r\n"),
            Some(texts(&["id;name 1;Ada"]))
        );
        assert_eq!(read("text/plain", b""), Some(texts(&[])));
        for other in ["application/pdf", "image/png", "application/zip", ""] {
            assert_eq!(read(other, b"text"), None, "{other}");
        }
    }

    #[test]
    fn text_is_read_whatever_its_encoding() {
        let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}Zoë 😀".encode_utf16().flat_map(order).collect()
        };
        for bytes in [
            "Zoë 😀".as_bytes(),
            "\u{feff}Zoë 😀".as_bytes(),
            &wide(u16::to_le_bytes),
            &wide(u16::to_be_bytes),
        ] {
            assert_eq!(
                read("text/plain", bytes),
                Some(texts(&["Zoë 😀"])),
                "{bytes:?}"
            );
        }
        assert_eq!(read("text/plain", b"Zo\xeb \x80"), Some(texts(&["Zoë €"])));
        assert_eq!(read("text/plain", b"Zo\xeb"), Some(texts(&["Zoë"])));
        assert_eq!(read("text/plain", b"Z\0o\0"), None);
    }

    #[test]
    fn a_long_file_is_read_as_far_as_its_limit_and_to_a_whole_letter() {
        let long = "aé".repeat(400_000);
        let read = read("text/plain", long.as_bytes());
        let Some([Block::Text(said)]) = read.as_deref() else {
            panic!("one paragraph, not {read:?}");
        };
        assert!(long.starts_with(said));
        assert!((TEXT_FILE_BYTES_MAX - 2..=TEXT_FILE_BYTES_MAX).contains(&(said.len() as u64)));
    }

    #[test]
    fn bytes_that_are_gone_are_an_error() {
        let root = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(root.path()).unwrap();
        assert!(text(&blobs, Hash::from_bytes([7; 32]), "text/plain").is_err());
        assert!(
            text(&blobs, Hash::from_bytes([7; 32]), "image/png")
                .unwrap()
                .is_none()
        );
    }
}
