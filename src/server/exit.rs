//! How the program ends: one sentence and an exit code in the manner of `sysexits.h`.

use std::fmt;
use std::io::ErrorKind;
use std::process::ExitCode;

use courses::cartridges::PrepareError;
use courses::interchange::CartridgeProblem;
use courses::rosters::RosterProblem;
use kernel::Error;
use store::OpenError;

/// Why the program ends without having done what was asked.
#[derive(Debug)]
pub(crate) struct Exit {
    code: u8,
    sentence: String,
    /// Whether another process has the data directory.
    in_use: bool,
}

impl Exit {
    /// The command line makes no sense.
    pub(crate) const USAGE: u8 = 64;
    /// What was given is not of the right kind.
    pub(crate) const DATA: u8 = 65;
    /// A file that was given is not there.
    pub(crate) const NO_INPUT: u8 = 66;
    /// Something that is needed is not to be had: a port, mostly.
    pub(crate) const UNAVAILABLE: u8 = 69;
    /// We did something wrong.
    const SOFTWARE: u8 = 70;
    /// The data directory cannot be used.
    pub(crate) const CANNOT_CREATE: u8 = 73;
    /// The disk failed.
    pub(crate) const IO: u8 = 74;
    /// The data directory is somebody else's, or the token of somebody who may not.
    pub(crate) const NO_PERMISSION: u8 = 77;
    /// Something must be configured otherwise.
    pub(crate) const CONFIG: u8 = 78;

    pub(crate) fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self {
            code,
            sentence: sentence.into(),
            in_use: false,
        }
    }

    /// With another way out, for when another process has the data directory.
    pub(crate) fn or_when_in_use(mut self, way: &str) -> Self {
        if self.in_use {
            self.sentence += "; or ";
            self.sentence += way;
        }
        self
    }

    /// There is no time zone of this name.
    pub(crate) fn unknown_time_zone(name: &str) -> Self {
        let sentence = format!(
            "there is no time zone {name:?}; set `time_zone` of `[school]` to a name such as Europe/Berlin"
        );
        Self::new(Self::CONFIG, sentence)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<&Exit> for ExitCode {
    fn from(exit: &Exit) -> Self {
        Self::from(exit.code)
    }
}

impl From<OpenError> for Exit {
    fn from(error: OpenError) -> Self {
        let code = match &error {
            OpenError::Unusable(error) if error.kind() == ErrorKind::PermissionDenied => {
                Self::NO_PERMISSION
            }
            OpenError::InUse { .. } | OpenError::Unusable(_) => Self::CANNOT_CREATE,
            OpenError::NewerFormat { .. } => Self::CONFIG,
            OpenError::Damaged(_) | OpenError::Records(_) => Self::DATA,
        };
        Self {
            in_use: matches!(error, OpenError::InUse { .. }),
            ..Self::new(code, error.to_string())
        }
    }
}

impl From<Error> for Exit {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::new(
                Self::DATA,
                format!("{} ({})", refusal.message, refusal.problem.code),
            ),
            Error::Fault(fault) => Self::new(Self::SOFTWARE, fault.to_string()),
        }
    }
}

impl From<CartridgeProblem> for Exit {
    fn from(problem: CartridgeProblem) -> Self {
        let missing = matches!(problem, CartridgeProblem::FileUnreadable { .. });
        let code = if missing { Self::NO_INPUT } else { Self::DATA };
        Self::new(code, format!("{problem} ({})", problem.code()))
    }
}

impl From<PrepareError> for Exit {
    fn from(error: PrepareError) -> Self {
        match error {
            PrepareError::Package(problem) => problem.into(),
            PrepareError::Disk(_) => Self::new(Self::IO, error.to_string()),
        }
    }
}

impl From<RosterProblem> for Exit {
    fn from(problem: RosterProblem) -> Self {
        match problem {
            RosterProblem::Unreadable(error) => Self::new(Self::NO_INPUT, error.to_string()),
            RosterProblem::Refused(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for Exit {
    fn from(error: std::io::Error) -> Self {
        Self::new(Self::IO, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_somebody_else_is_told_apart_from_one_that_cannot_be_written() {
        let code = |kind: ErrorKind| Exit::from(OpenError::Unusable(kind.into())).code;
        assert_eq!(code(ErrorKind::PermissionDenied), 77);
        assert_eq!(code(ErrorKind::ReadOnlyFilesystem), 73);
        assert_eq!(code(ErrorKind::NotADirectory), 73);
    }
}
