//! `cargo xtask schema`: writes the committed contracts in `schema/` anew.
//!
//! The program knows its own contracts, so it is asked to write them; this crate needs no edge to
//! the faces. That the committed files are up to date is what the tests compare.

use crate::run::{self, Stop, owned};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    if let Some(arg) = args.first() {
        return Err(Stop::usage(format!(
            "`schema` takes no {arg:?}; the tests compare the committed files: `cargo xtask test`"
        )));
    }
    run::wait(run::cargo(&owned(&[
        "run", "--quiet", "--", "schema", "--out", "schema",
    ]))?)
}
