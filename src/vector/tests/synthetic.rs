//! Vectors as embeddings of texts are: clusters of few directions, with noise in all of them.

/// Chance that is always the same.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    /// About a normal deviate: four uniform ones of sixteen bits each.
    fn normal(&mut self) -> f32 {
        let bits = self.next();
        let parts = [0, 16, 32, 48].map(|by| f32::from(sixteen(bits >> by)) / 65_536.0);
        (parts.iter().sum::<f32>() - 2.0) * 1.732
    }

    fn normals(&mut self, count: usize, length: f32) -> Vec<f32> {
        let whole = f32::from(u16::try_from(count).unwrap_or(u16::MAX));
        let each = length / whole.sqrt();
        (0..count).map(|_| self.normal() * each).collect()
    }
}

/// The last sixteen bits.
fn sixteen(bits: u64) -> u16 {
    u16::try_from(bits & 0xffff).unwrap_or_default()
}

/// Where vectors come from.
#[derive(Debug)]
pub(crate) struct Source {
    chance: Chance,
    centres: Vec<Vec<f32>>,
    directions: Vec<Vec<f32>>,
    dimensions: usize,
}

/// How many directions the vectors of all clusters vary in.
const RANK: usize = 24;
const CLUSTERS: usize = 100;
/// How long the noise is, where a centre, and what varies around it, are about one.
const NOISE: f32 = 0.3;

impl Source {
    pub(crate) fn new(dimensions: usize, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut several = |count| -> Vec<Vec<f32>> {
            (0..count)
                .map(|_| chance.normals(dimensions, 1.0))
                .collect()
        };
        Self {
            centres: several(CLUSTERS),
            directions: several(RANK),
            chance,
            dimensions,
        }
    }

    pub(crate) fn next(&mut self) -> Vec<f32> {
        let mut vector = self.chance.normals(self.dimensions, NOISE);
        let centre = self.chance.below(self.centres.len());
        let weights = self.chance.normals(RANK, 1.0);
        let parts = self.directions.iter().zip(weights);
        for (part, weight) in parts.chain([(&self.centres[centre], 1.0)]) {
            let numbers = vector.iter_mut().zip(part);
            numbers.for_each(|(to, number)| *to += number * weight);
        }
        vector
    }

    pub(crate) fn take(&mut self, count: usize) -> Vec<Vec<f32>> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// The cosine of the angle between two vectors.
pub(crate) fn cosine(one: &[f32], other: &[f32]) -> f32 {
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let (ones, others) = (one.chunks_exact(16), other.chunks_exact(16));
    let rest = ones.remainder().iter().zip(others.remainder());
    let rest: f32 = rest.map(|(a, b)| a * b).sum();
    for (ones, others) in ones.zip(others) {
        let pairs = ones.iter().zip(others);
        lanes
            .iter_mut()
            .zip(pairs)
            .for_each(|(sum, (a, b))| *sum += a * b);
    }
    lanes.iter().sum::<f32>() + rest
}

/// The keys of the `k` nearest vectors that are allowed; the place of a vector is its key.
pub(crate) fn exact(
    vectors: &[Vec<f32>],
    query: &[f32],
    k: usize,
    allowed: impl Fn(u64) -> bool,
) -> Vec<u64> {
    let all = vectors.iter().zip(0_u64..).filter(|(_, key)| allowed(*key));
    let mut all: Vec<(f32, u64)> = all.map(|(v, key)| (cosine(v, query), key)).collect();
    all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter().take(k).map(|(_, key)| key).collect()
}

/// Whether a key is among so many in a thousand, without a pattern.
pub(crate) fn among(key: u64, per_thousand: u64) -> bool {
    Chance::new(key).next() % 1000 < per_thousand
}
