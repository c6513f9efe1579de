//! Which encoding a file is in, and its bytes as UTF-8.
//!
//! A file is read twice: once to find out, once to take it apart. It is UTF-16 where its byte order
//! mark says so, UTF-8 where all of it is, and what Windows calls Latin-1 otherwise. What holds
//! zero bytes is no text at all.

use std::str::from_utf8;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use kernel::Result;

use super::problems::{ENCODING, LIMIT};

/// Most bytes of a file.
pub const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// How much of the beginning is kept to see which separator the header has.
const HEAD_BYTES: usize = 64 * 1024;

/// Looks at the bytes of a file as they pass.
#[derive(Debug, Default)]
pub(super) struct Sniffer {
    head: Vec<u8>,
    /// The beginning of a character that goes on in the next bytes.
    pending: Vec<u8>,
    not_utf8: bool,
    zero: bool,
    bytes: u64,
}

impl Sniffer {
    pub(super) fn look(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > FILE_BYTES_MAX {
            return Err(LIMIT.because("The file is larger than 256 MiB, which is the limit."));
        }
        let room = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend(bytes.iter().take(room));
        self.zero |= bytes.contains(&0);
        if self.not_utf8 {
            return Ok(());
        }
        self.pending.extend_from_slice(bytes);
        let whole = match from_utf8(&self.pending) {
            Ok(text) => text.len(),
            Err(error) => {
                self.not_utf8 = error.error_len().is_some();
                error.valid_up_to()
            }
        };
        drop(self.pending.drain(..whole));
        Ok(())
    }

    /// What the file is in, and whether that is a guess.
    pub(super) fn encoding(&self) -> Result<(&'static Encoding, bool)> {
        if let Some((encoding, _)) = Encoding::for_bom(&self.head) {
            // A mark of UTF-8 before what is none says nothing.
            if encoding != UTF_8 || (!self.not_utf8 && !self.zero) {
                return Ok((encoding, false));
            }
        }
        if self.zero {
            return Err(ENCODING.error());
        }
        if self.not_utf8 || !self.pending.is_empty() {
            return Ok((WINDOWS_1252, true));
        }
        Ok((UTF_8, false))
    }

    /// The beginning of the file as text, as far as the end of its first line that says anything.
    pub(super) fn header(&self, encoding: &'static Encoding) -> String {
        let (text, _) = encoding.decode_with_bom_removal(&self.head);
        let mut lines = text.split(['\r', '\n']);
        let said = lines.find(|line| !line.trim().is_empty());
        said.unwrap_or_default().to_owned()
    }
}

/// Turns the bytes of a file into UTF-8 as they pass.
pub(super) struct ToUtf8 {
    decoder: Decoder,
    out: Vec<u8>,
    unreadable: bool,
}

impl ToUtf8 {
    pub(super) fn from(encoding: &'static Encoding) -> Self {
        debug_assert!([UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252].contains(&encoding));
        Self {
            decoder: encoding.new_decoder_with_bom_removal(),
            out: vec![0; 64 * 1024],
            unreadable: false,
        }
    }

    /// The text of these bytes, handed out in pieces.
    pub(super) fn pass(
        &mut self,
        mut bytes: &[u8],
        last: bool,
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        loop {
            let (result, read, written, wrong) =
                self.decoder.decode_to_utf8(bytes, &mut self.out, last);
            self.unreadable |= wrong;
            take(self.out.get(..written).unwrap_or_default())?;
            bytes = bytes.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if self.unreadable {
            return Err(ENCODING.error());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8], piece: usize) -> Result<(String, bool)> {
        let mut sniffer = Sniffer::default();
        bytes
            .chunks(piece)
            .try_for_each(|bytes| sniffer.look(bytes))?;
        let (encoding, guessed) = sniffer.encoding()?;
        let mut text = Vec::new();
        let mut take = |bytes: &[u8]| {
            text.extend_from_slice(bytes);
            Ok(())
        };
        let mut decoder = ToUtf8::from(encoding);
        for bytes in bytes.chunks(piece) {
            decoder.pass(bytes, false, &mut take)?;
        }
        decoder.pass(&[], true, &mut take)?;
        Ok((String::from_utf8(text).unwrap(), guessed))
    }

    #[test]
    fn what_spreadsheets_write_is_read_whatever_their_encoding() {
        let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let units = "\u{feff}Zoë 😀".encode_utf16();
            units.flat_map(order).collect()
        };
        for piece in [1, 3, 1_000] {
            let read = |bytes: &[u8]| text_of(bytes, piece).unwrap();
            assert_eq!(read("Zoë 😀".as_bytes()).0, "Zoë 😀");
            assert_eq!(read("\u{feff}Zoë".as_bytes()), ("Zoë".to_owned(), false));
            assert_eq!(read(&wide(u16::to_le_bytes)).0, "Zoë 😀");
            assert_eq!(read(&wide(u16::to_be_bytes)).0, "Zoë 😀");
            assert_eq!(read(b"Zo\xeb \x80"), ("Zoë €".to_owned(), true));
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [
            &b"\x89PNG\r\n\x1a\n\0\0\0"[..],
            b"Z\0o\0",
            b"\xff\xfeZ\0\0\xd8Z\0",
        ] {
            let refused = text_of(bytes, 1_000).unwrap_err();
            assert_eq!(refused.problem(), Some(ENCODING), "{bytes:?}");
        }
    }
}
