//! Whether the time that signing in takes tells if somebody has a name.
//!
//! The two kinds of tries are measured by turns that chance decides, and compared by the test of
//! Mann and Whitney, which asks only how often one of the first kind takes longer than one of the
//! second. Hashes are cheap here, so that there are many samples and anything else that takes
//! longer stands out.

#![expect(
    clippy::cast_precision_loss,
    reason = "thousands of samples, and nanoseconds of less than a second"
)]

use std::net::IpAddr;
use std::time::{Duration, Instant};

use app::Secret;
use argon2::Params;
use testkit::School;

use crate::FEATURES;
use crate::sessions::{Client, Hashers, Password, SIGN_IN_FAILED};
use crate::sign_in::SignIns;
use crate::users::{AddUser, NewUser};

/// How many tries of each kind are measured.
const SAMPLES: usize = 1_000;
/// Tries before the first that counts: threads, caches and branches warm up.
const WARM_UP: usize = 50;
/// Two samples of one kind are this unlikely to differ as much as what is taken for two kinds.
const SIGNIFICANT: f64 = 0.01;
/// And their medians differ by more than this part: one in a hundred runs is significant by chance,
/// but never by so much.
const NOTICEABLE: f64 = 0.02;

/// Numbers that look like chance and are the same each time (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// How likely two samples of one and the same kind differ as much as these, by the normal
/// approximation of Mann and Whitney's U.
fn likelihood(first: &[u64], second: &[u64]) -> f64 {
    let mut all: Vec<(u64, bool)> = first.iter().map(|&one| (one, true)).collect();
    all.extend(second.iter().map(|&one| (one, false)));
    all.sort_unstable();
    let (mut ranks_of_first, mut ties, mut before) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let count = equal.len() as f64;
        let rank = before + f64::midpoint(1.0, count);
        ranks_of_first += rank * equal.iter().filter(|(_, first)| *first).count() as f64;
        ties += count.powi(3) - count;
        before += count;
    }
    let (m, n) = (first.len() as f64, second.len() as f64);
    let u = ranks_of_first - m * (m + 1.0) / 2.0;
    let variance = m * n / 12.0 * (m + n + 1.0 - ties / ((m + n) * (m + n - 1.0)));
    let z = (u - m * n / 2.0) / variance.sqrt();
    2.0 * upper_tail(z.abs())
}

/// Whether the samples show two kinds.
fn differ(first: &[u64], second: &[u64]) -> bool {
    let (one, other) = (median(first), median(second));
    likelihood(first, second) <= SIGNIFICANT && (one / other - 1.0).abs() > NOTICEABLE
}

fn median(sample: &[u64]) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2] as f64
}

/// How much of the normal distribution lies above `z` (Abramowitz and Stegun, 26.2.17).
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let terms = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt() * sum
}

#[test]
fn the_comparison_knows_two_kinds_from_one() {
    // Worked by hand: U = 17 of 20, z = 7 / sqrt(50/3).
    let by_hand = likelihood(&[19, 22, 16, 29, 24], &[20, 11, 17, 12]);
    assert!((by_hand - 0.086_4).abs() < 0.000_1, "{by_hand}");
    let ties = likelihood(&[1, 2, 2], &[1, 2, 2]);
    assert!((ties - 1.0).abs() < 0.000_1, "{ties}");
    let mut chance = Chance(1);
    let mut sample = || -> Vec<u64> {
        let one = |_| 400_000 + chance.next() % 100_000;
        (0..SAMPLES).map(one).collect()
    };
    let (first, second) = (sample(), sample());
    assert!(likelihood(&first, &second) > SIGNIFICANT);
    let later: Vec<u64> = second.iter().map(|one| one + 15_000).collect();
    assert!(likelihood(&first, &later) <= SIGNIFICANT && differ(&first, &later));
}

/// A school in which Ada has a password, and where people sign in to it.
struct World {
    school: School,
    sign_ins: SignIns,
}

impl World {
    fn new() -> Self {
        let costs = Params::new(1_024, 1, 1, None).unwrap();
        let hashers = Hashers::start_at(costs, 1).unwrap();
        let school = School::new(FEATURES);
        let password = Password::offer("correct horse").unwrap();
        let hash = hashers.hash(password, Secret([7; 32]));
        school.run_as_program(AddUser {
            user: NewUser::named("ada", "Ada Lovelace").unwrap(),
            password: Some(school.block_on(hash).unwrap()),
        });
        let sign_ins = SignIns::new(school.app.clone(), hashers);
        Self { school, sign_ins }
    }

    /// How many nanoseconds a try with a wrong password takes, on a day of its own: nobody has to
    /// wait for having tried before.
    #[expect(
        clippy::disallowed_methods,
        reason = "measures how long an answer takes"
    )]
    fn measure(&self, name: &str) -> u64 {
        self.school.clock.advance(Duration::from_hours(24));
        let client = Client::at(IpAddr::from([192, 0, 2, 1]), None);
        let started = Instant::now();
        let sign_in = self.sign_ins.with_password(name, "wrong horse", &client);
        let refused = self.school.block_on(sign_in).unwrap_err();
        let took = started.elapsed();
        assert_eq!(refused.problem(), Some(SIGN_IN_FAILED));
        u64::try_from(took.as_nanos()).unwrap()
    }
}

#[test]
fn an_unknown_name_takes_as_long_as_a_wrong_password() {
    let (world, mut chance) = (World::new(), Chance(7));
    for _ in 0..WARM_UP {
        world.measure("ada");
        world.measure("eve");
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    while known.len() < SAMPLES {
        // One of each, in an order that chance decides: what changes with time changes both.
        if chance.next().is_multiple_of(2) {
            known.push(world.measure("ada"));
            unknown.push(world.measure("eve"));
        } else {
            unknown.push(world.measure("eve"));
            known.push(world.measure("ada"));
        }
    }
    let said = format!(
        "p = {}, medians {} and {} ns",
        likelihood(&known, &unknown),
        median(&known),
        median(&unknown)
    );
    println!("{said}");
    assert!(
        !differ(&known, &unknown),
        "the time tells who has a name: {said}"
    );
    // The same times would tell if one kind took a twentieth longer.
    let longer: Vec<u64> = unknown.iter().map(|one| one + one / 20).collect();
    assert!(differ(&known, &longer), "too much noise to tell: {said}");
}
