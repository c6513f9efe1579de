//! What the benchmarks share: repeat, take the median, and print it beside its target.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::{Duration, Instant};

/// The targets, as they stand in `benches/targets.toml`.
const TARGETS: &str = include_str!("../targets.toml");

/// How often a figure is taken.
const RUNS: usize = 5;

/// The time a piece of work takes.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub(crate) fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The median of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Takes a figure several times and prints the median, the range and the target.
pub(crate) fn report(name: &str, mut take: impl FnMut() -> f64) {
    let mut figures: Vec<f64> = (0..RUNS).map(|_| take()).collect();
    figures.sort_by(f64::total_cmp);
    let (lowest, highest) = (figures.first().copied(), figures.last().copied());
    let median = median(figures);
    let verdict = match target(name) {
        Some((true, target)) if median >= target => format!("at least {target}: reached"),
        Some((false, target)) if median <= target => format!("at most {target}: reached"),
        Some((_, target)) => format!("target {target}: MISSED"),
        None => "no target".to_owned(),
    };
    println!(
        "{name:<44} {median:>12.1}   ({:.1} to {:.1})   {verdict}",
        lowest.unwrap_or(f64::NAN),
        highest.unwrap_or(f64::NAN)
    );
}

/// The target of a figure, and whether more is better.
fn target(name: &str) -> Option<(bool, f64)> {
    let heading = format!("[{name}]");
    let line = TARGETS.lines().skip_while(|line| *line != heading).nth(1)?;
    let (direction, number) = line.split_once('=')?;
    Some((direction.trim() == "at_least", number.trim().parse().ok()?))
}
