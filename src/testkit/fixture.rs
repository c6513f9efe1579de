//! Committed records of each version, which must decode for ever.

use std::fmt::{Debug, Write as _};
use std::path::Path;

use store::{Record, decode, encode};

/// Compares a record with the bytes committed in `src/<name>.hex`: they must decode to it.
///
/// A missing file is written, to be committed; it is never rewritten. When a record changes its
/// form, the old file stays and a new one with the next version is added beside it.
pub fn fixture<R: Record + Debug + PartialEq>(name: &str, record: &R) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(format!("{name}.hex"));
    if !path.exists() {
        let bytes = encode(record).expect("a fixture encodes");
        let mut text = String::new();
        for line in bytes.chunks(32) {
            for byte in line {
                write!(text, "{byte:02x}").expect("a string takes text");
            }
            text.push('\n');
        }
        let folder = path.parent().expect("a fixture lies in a folder");
        fs_err::create_dir_all(folder).expect("the folder of fixtures can be made");
        fs_err::write(&path, text).expect("a fixture can be written");
        panic!(
            "{} was missing and has been written: look at it and commit it",
            path.display()
        );
    }
    let text: String = fs_err::read_to_string(&path)
        .expect("a fixture can be read")
        .split_whitespace()
        .collect();
    let bytes: Vec<u8> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            std::str::from_utf8(pair)
                .ok()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        })
        .collect::<Option<_>>()
        .expect("a fixture is hexadecimal");
    let decoded: R = decode(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(&decoded, record, "{}", path.display());
}
