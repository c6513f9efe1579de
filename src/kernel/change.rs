//! What becomes of a field when a record is changed.

/// Whether a field is kept as it is, or what it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It becomes this.
    To(T),
}

impl<T> Change<T> {
    /// The field after the change.
    pub fn over(self, old: T) -> T {
        match self {
            Self::Keep => old,
            Self::To(new) => new,
        }
    }
}

impl<T> From<Option<T>> for Change<T> {
    fn from(new: Option<T>) -> Self {
        new.map_or(Self::Keep, Self::To)
    }
}
