//! How those who are new come in: passwords are hashed, and whoever has none gets a code.

use std::io::Write as _;
use std::path::Path;

use app::{App, Secret};
use courses::rosters::{Newcomer, WayIn, WaysIn};
use fs_err::OpenOptions;
use fs_err::os::unix::fs::OpenOptionsExt;
use kernel::{Fault, Result};
use people::codes::Code;
use people::sessions::{Password, PasswordHash};
use people::users::ExternalId;

use crate::exit::Exit;

/// What the file of codes begins with.
const HEADER: &str = "sourcedId,username,displayName,code";

/// Somebody and the code that they come in with.
pub(super) struct Handout<'a> {
    newcomer: Newcomer<'a>,
    code: Code,
}

/// How each newcomer comes in, and the codes to hand out. `tell` learns of each password that is
/// hashed.
pub(super) fn ways_in<'a>(
    app: &App,
    newcomers: &[Newcomer<'a>],
    tell: &(dyn Fn() + Sync),
) -> Result<(WaysIn, Vec<Handout<'a>>)> {
    let mut ways_in = WaysIn::new();
    let (mut passwords, mut handouts) = (Vec::new(), Vec::new());
    for newcomer in newcomers {
        if let Some(password) = newcomer.password() {
            passwords.push((newcomer.id(), password, app.new_secret()));
        } else {
            let code = Code::new(&app.new_secret());
            ways_in.insert(newcomer.id().clone(), WayIn::Code(code.hash()));
            handouts.push(Handout {
                newcomer: *newcomer,
                code,
            });
        }
    }
    for (id, hash) in hash(&passwords, tell)? {
        ways_in.insert(id.clone(), WayIn::Password(hash));
    }
    Ok((ways_in, handouts))
}

/// A password to be hashed: whose, and with which salt.
type Salted<'a> = (&'a ExternalId, &'a Password, Secret);

/// Hashes passwords on all cores.
fn hash<'a>(
    passwords: &[Salted<'a>],
    tell: &(dyn Fn() + Sync),
) -> Result<Vec<(&'a ExternalId, PasswordHash)>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = passwords.len().div_ceil(threads).max(1);
    let hash_share = |share: &[Salted<'a>]| {
        let hashes = share.iter().map(|(id, password, salt)| {
            let hash = password.hash(salt)?;
            tell();
            Ok((*id, hash))
        });
        hashes.collect::<Result<Vec<_>>>()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = passwords
            .chunks(share)
            .map(|share| scope.spawn(move || hash_share(share)))
            .collect();
        let mut hashes = Vec::with_capacity(passwords.len());
        for thread in threads {
            let share = thread.join();
            let share =
                share.unwrap_or_else(|_| Err(Fault::new("a hashing thread is gone").into()));
            hashes.extend(share?);
        }
        Ok(hashes)
    })
}

/// Writes the codes to a new file that only its owner can read, durably: nobody sees them again.
pub(super) fn write(path: &Path, handouts: &[Handout<'_>]) -> Result<(), Exit> {
    let refused = |error: &std::io::Error| {
        let sentence = format!(
            "the codes cannot be written: {error}; choose a new file with --codes FILE.csv. Nothing was imported"
        );
        Exit::new(Exit::CANNOT_CREATE, sentence)
    };
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = file.map_err(|error| refused(&error))?;
    let mut text = format!("{HEADER}\n");
    for Handout { newcomer, code } in handouts {
        let code = code.reveal();
        let cells = [
            newcomer.id().as_str(),
            newcomer.username(),
            newcomer.display_name(),
            &code,
        ];
        text.push_str(&cells.map(cell).join(","));
        text.push('\n');
    }
    let written = file.write_all(text.as_bytes());
    written
        .and_then(|()| file.sync_all())
        .map_err(|error| refused(&error))
}

/// A cell of CSV that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', ';', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_two() {
        assert_eq!(cell("Zoë"), "Zoë");
        assert_eq!(cell("O\"Brien, A."), "\"O\"\"Brien, A.\"");
        assert_eq!(cell("=HYPERLINK(1,2)"), "\"'=HYPERLINK(1,2)\"");
        assert_eq!(cell("-1"), "'-1");
    }
}
