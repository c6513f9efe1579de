//! Two lists made one: reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
//!
//! What stands at rank `r` of a list, counted from 1, gets `weight / (SMOOTHING + r)` from it; the
//! sums decide. Ranks are compared rather than scores, which mean different things in the two.

use std::collections::HashMap;

/// How little the first ranks are ahead of those behind them. 60 is what the authors found best.
const SMOOTHING: f64 = 60.0;
/// What a rank among the documents that have the words weighs.
const TEXT_WEIGHT: f64 = 1.0;
/// What a rank among those that mean the like weighs.
const MEANING_WEIGHT: f64 = 1.0;

/// The documents of both lists, best first, each with its score; equal ones in the order of their
/// keys, so that the order is always the same.
pub(super) fn fuse(text: &[u128], meaning: &[u128]) -> Vec<(u128, f64)> {
    let mut scores: HashMap<u128, f64> = HashMap::with_capacity(text.len() + meaning.len());
    for (list, weight) in [(text, TEXT_WEIGHT), (meaning, MEANING_WEIGHT)] {
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

    #[test]
    fn what_both_lists_have_comes_before_what_one_has() {
        let fused: Vec<u128> = fuse(&[1, 2, 3], &[4, 3])
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(fused, [3, 1, 4, 2]);
    }

    #[test]
    fn one_list_keeps_its_order() {
        let fused: Vec<u128> = fuse(&[9, 7, 8], &[])
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(fused, [9, 7, 8]);
    }
}
