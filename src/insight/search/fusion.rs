//! Two lists made one: reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
//!
//! What stands at rank `r` of a list, counted from 1, gets `weight / (SMOOTHING + r)` from it; the
//! sums decide. Ranks are compared rather than scores, which mean different things in the two.
//!
//! The figures were chosen by `benches/search_quality.rs`, on every second question of each set;
//! `docs/adr` 0029, 0030 and 0032 have the tables.

use std::collections::HashMap;

/// How little the first ranks are ahead of those behind them. Between 5 and 10 was best; with 60,
/// as the authors have it for lists of a thousand, what stands anywhere in both lists comes before
/// what is first in one.
const SMOOTHING: f64 = 5.0;
/// What a rank among those that mean the like weighs.
const MEANING: f64 = 1.0;

/// How much of what was asked the documents of a list of words have, and so what a rank in it
/// weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Having {
    /// All of its words: who types a name means what has this name. Above 7, what comes first by its
    /// words comes first, also where something else means it more.
    All,
    /// Some of its words, which may be those that say least. At the same rank they come before what
    /// means the like, and no more.
    Some,
}

impl Having {
    fn weight(self) -> f64 {
        match self {
            Self::All => 7.5,
            Self::Some => 1.05,
        }
    }
}

/// The documents of both lists, best first, each with its score; equal ones in the order of their
/// keys, so that the order is always the same.
pub(super) fn fuse((text, having): (&[u128], Having), meaning: &[u128]) -> Vec<(u128, f64)> {
    let mut scores: HashMap<u128, f64> = HashMap::with_capacity(text.len() + meaning.len());
    for (list, weight) in [(text, having.weight()), (meaning, MEANING)] {
        for (rank, key) in (1_u32..).zip(list) {
            *scores.entry(*key).or_default() += weight / (SMOOTHING + f64::from(rank));
        }
    }
    let mut fused: Vec<_> = scores.into_iter().collect();
    fused.sort_unstable_by(|(a_key, a), (b_key, b)| b.total_cmp(a).then(a_key.cmp(b_key)));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fused(text: &[u128], having: Having, meaning: &[u128]) -> Vec<u128> {
        let fused = fuse((text, having), meaning).into_iter();
        fused.map(|(key, _)| key).collect()
    }

    #[test]
    fn what_both_lists_have_comes_before_what_one_has() {
        assert_eq!(fused(&[1, 2, 3], Having::Some, &[4, 3]), [3, 1, 4, 2]);
    }

    #[test]
    fn what_has_all_words_comes_first_and_meaning_orders_what_follows_closely() {
        assert_eq!(fused(&[1, 2, 3], Having::All, &[4, 3]), [1, 3, 2, 4]);
    }

    #[test]
    fn what_has_all_words_and_comes_first_stays_first_whatever_means_it_more() {
        assert_eq!(fused(&[1, 2], Having::All, &[2]), [1, 2]);
    }

    #[test]
    fn what_has_some_of_the_words_takes_turns_with_what_means_the_like() {
        assert_eq!(fused(&[1, 2], Having::Some, &[3, 4]), [1, 3, 2, 4]);
        assert_eq!(fused(&[1, 2], Having::All, &[3, 4]), [1, 2, 3, 4]);
    }

    #[test]
    fn one_list_keeps_its_order() {
        for having in [Having::All, Having::Some] {
            assert_eq!(fused(&[9, 7, 8], having, &[]), [9, 7, 8]);
            assert_eq!(fused(&[], having, &[9, 7, 8]), [9, 7, 8]);
        }
    }
}
