//! What is known in memory of everything that can be found: whose it is, and which passage each
//! vector stands for. It is read back from the full-text index at the start.

use app::search::FoundKind;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::scope::Scope;

/// The shelf of what belongs to no course: people.
pub(super) const SCHOOL: u128 = 0;

/// A document that is in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) kind: FoundKind,
    pub(super) course: Option<u128>,
    pub(super) open: bool,
    /// Changes whenever what is indexed of it does.
    pub(super) digest: u64,
    pub(super) passages: u32,
}

impl Known {
    fn shelf(&self) -> u128 {
        self.course.unwrap_or(SCHOOL)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    documents: FxHashMap<u128, Known>,
    passages: FxHashMap<u64, (u128, u32)>,
    /// The documents of each course.
    shelves: FxHashMap<u128, FxHashSet<u128>>,
    /// Those that others see than those in the course, and how many passages they have.
    open: FxHashSet<u128>,
    open_passages: usize,
}

impl Catalogue {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.documents.len()
    }

    pub(super) fn get(&self, key: u128) -> Option<&Known> {
        self.documents.get(&key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = u128> + '_ {
        self.documents.keys().copied()
    }

    /// The document that a vector stands for a passage of, and the number of the passage.
    pub(super) fn of_passage(&self, vector: u64) -> Option<(u128, u32, &Known)> {
        let (key, number) = *self.passages.get(&vector)?;
        let known = self.documents.get(&key)?;
        (number < known.passages).then_some((key, number, known))
    }

    pub(super) fn put(&mut self, key: u128, known: Known) {
        self.remove(key);
        for number in 0..known.passages {
            self.passages.insert(vector_of(key, number), (key, number));
        }
        self.shelves.entry(known.shelf()).or_default().insert(key);
        if known.open {
            self.open.insert(key);
            self.open_passages += known.passages as usize;
        }
        self.documents.insert(key, known);
    }

    pub(super) fn remove(&mut self, key: u128) -> Option<Known> {
        let known = self.documents.remove(&key)?;
        for number in 0..known.passages {
            self.passages.remove(&vector_of(key, number));
        }
        if self.open.remove(&key) {
            self.open_passages -= known.passages as usize;
        }
        let shelf = known.shelf();
        if let Some(documents) = self.shelves.get_mut(&shelf) {
            documents.remove(&key);
            if documents.is_empty() {
                self.shelves.remove(&shelf);
            }
        }
        Some(known)
    }

    /// The vectors of all passages that are looked at in a scope, where there are at most so many.
    pub(super) fn passages_in(&self, scope: &Scope, most: usize) -> Option<Vec<u64>> {
        let mut vectors = Vec::new();
        match (scope.within, &scope.shelves) {
            (Some(course), _) => self.take_shelf(course, (scope, most), &mut vectors)?,
            (None, Some(_)) if self.open_passages > most => return None,
            (None, Some(shelves)) => {
                for course in shelves {
                    self.take_shelf(*course, (scope, most), &mut vectors)?;
                }
                let open = self.open.iter().filter_map(|key| self.found(key));
                let elsewhere = open.filter(|(_, known)| !shelves.contains(&known.shelf()));
                take(elsewhere, (scope, most), &mut vectors)?;
            }
            (None, None) => return None,
        }
        Some(vectors)
    }

    fn take_shelf(
        &self,
        course: u128,
        within: (&Scope, usize),
        vectors: &mut Vec<u64>,
    ) -> Option<()> {
        let documents = self.shelves.get(&course).into_iter().flatten();
        take(documents.filter_map(|key| self.found(key)), within, vectors)
    }

    fn found(&self, key: &u128) -> Option<(u128, &Known)> {
        Some((*key, self.documents.get(key)?))
    }
}

/// Adds the vectors of documents in the scope, unless they become too many.
fn take<'a>(
    documents: impl Iterator<Item = (u128, &'a Known)>,
    (scope, most): (&Scope, usize),
    vectors: &mut Vec<u64>,
) -> Option<()> {
    for (key, known) in documents.filter(|(_, known)| scope.holds(known)) {
        vectors.extend((0..known.passages).map(|number| vector_of(key, number)));
        if vectors.len() > most {
            return None;
        }
    }
    Some(())
}

/// The key of the vector of a passage. It follows from what it stands for, so that no account of
/// keys has to survive a crash; of a million passages two have the same in one of ten million
/// schools, and then one of them is not found by its meaning.
pub(super) fn vector_of(key: u128, passage: u32) -> u64 {
    let mut bytes = [0; 20];
    let (id, number) = bytes.split_at_mut(16);
    id.copy_from_slice(&key.to_be_bytes());
    number.copy_from_slice(&passage.to_be_bytes());
    xxh3_64(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(course: u128, passages: u32) -> Known {
        Known {
            kind: FoundKind::Page,
            course: Some(course),
            open: false,
            digest: 0,
            passages,
        }
    }

    fn course(within: u128) -> Scope {
        Scope {
            shelves: None,
            within: Some(within),
            kinds: Vec::new(),
        }
    }

    #[test]
    fn a_shorter_text_has_fewer_passages() {
        let mut catalogue = Catalogue::default();
        catalogue.put(7, page(1, 3));
        assert!(catalogue.of_passage(vector_of(7, 2)).is_some());
        catalogue.put(7, page(1, 2));
        assert!(catalogue.of_passage(vector_of(7, 1)).is_some());
        assert!(catalogue.of_passage(vector_of(7, 2)).is_none());
    }

    #[test]
    fn what_moves_to_another_course_leaves_the_first() {
        let mut catalogue = Catalogue::default();
        catalogue.put(7, page(1, 1));
        catalogue.put(7, page(2, 1));
        assert_eq!(catalogue.passages_in(&course(1), 9), Some(Vec::new()));
        assert_eq!(
            catalogue.passages_in(&course(2), 9),
            Some(vec![vector_of(7, 0)])
        );
        catalogue.remove(7);
        assert_eq!(catalogue.passages_in(&course(2), 9), Some(Vec::new()));
        assert_eq!(catalogue.len(), 0);
    }
}
