//! The ways in which work can be handed in. Pure.

use serde::{Deserialize, Serialize};

use kernel::Result;

use super::problems::KINDS_EMPTY;

/// A way to hand work in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// A text that is typed.
    Text,
    /// An address on the web.
    Url,
    /// Files.
    File,
}

impl WorkKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Text, Self::Url, Self::File];

    /// The field of a submission that holds work of this kind.
    pub fn field(self) -> &'static str {
        match self {
            Self::Text => "body",
            Self::Url => "url",
            Self::File => "fileIds",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::Url => 2,
            Self::File => 4,
        }
    }
}

/// The ways to hand in that an assignment takes; all of them where nothing else was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkKinds(u8);

impl Default for WorkKinds {
    fn default() -> Self {
        Self::ALL
    }
}

impl WorkKinds {
    /// All of them.
    pub const ALL: Self = Self(7);

    /// These; `KINDS_EMPTY` when there is none.
    pub fn of(kinds: &[WorkKind]) -> Result<Self> {
        let bits = kinds.iter().fold(0, |bits, kind| bits | kind.bit());
        if bits == 0 {
            return Err(KINDS_EMPTY.on("workKinds"));
        }
        Ok(Self(bits))
    }

    /// Whether this one is among them.
    pub fn has(self, kind: WorkKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Them, in their order.
    pub fn each(self) -> impl Iterator<Item = WorkKind> {
        WorkKind::ALL
            .into_iter()
            .filter(move |kind| self.has(*kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_it_was_made_of_and_is_never_empty() {
        let kinds = WorkKinds::of(&[WorkKind::File, WorkKind::Text, WorkKind::File]).unwrap();
        assert_eq!(
            kinds.each().collect::<Vec<_>>(),
            [WorkKind::Text, WorkKind::File]
        );
        assert!(!kinds.has(WorkKind::Url));
        assert_eq!(WorkKinds::of(&WorkKind::ALL).unwrap(), WorkKinds::default());
        let empty = WorkKinds::of(&[]).unwrap_err();
        assert_eq!(empty.problem(), Some(KINDS_EMPTY));
    }
}
