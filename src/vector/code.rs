//! Vectors as the index keeps them: sixteen bits a number, in two arrays of eight.
//!
//! A vector is brought to length one, and its numbers to whole ones between -32,512 and 32,512, by
//! a scale of its own. A number is `255 * coarse + fine`, each of which fits a signed byte:
//!
//! - the **coarse** bytes alone are what the walk compares, at a quarter of the memory traffic;
//! - **both** give the score, whose error is that of sixteen bits and not of eight.
//!
//! Everything is sums of products of signed bytes, which are exact. So a score does not depend on
//! the instructions that the processor has, and the one kernel that is chosen when the program
//! runs is the only one needed. -128 is never used: it is the value that such kernels trip over.

use simsimd::SpatialSimilarity;

use crate::Unfit;

/// What a coarse byte counts for.
const STEP: i32 = 255;
/// The largest number that two bytes make up.
const LARGEST: f32 = 127.0 * 255.0 + 127.0;

/// A vector in two arrays of bytes, by itself: that of a question, or one on its way in.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) coarse: Vec<i8>,
    pub(crate) fine: Vec<i8>,
    /// What one in a number stands for.
    pub(crate) scale: f32,
}

/// The same, wherever it lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CodeRef<'a> {
    pub(crate) coarse: &'a [i8],
    pub(crate) fine: &'a [i8],
    pub(crate) scale: f32,
}

impl Code {
    /// The code of a vector of this many numbers.
    pub(crate) fn of(vector: &[f32], dimensions: usize) -> Result<Self, Unfit> {
        if vector.len() != dimensions {
            return Err(Unfit::Dimensions {
                expected: dimensions,
                found: vector.len(),
            });
        }
        if !vector.iter().all(|number| number.is_finite()) {
            return Err(Unfit::NotFinite);
        }
        // Doubles, as the squares of large and of tiny numbers are beyond single ones.
        let squares: f64 = vector.iter().map(|x| f64::from(*x).powi(2)).sum();
        let length = squares.sqrt();
        let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        if largest == 0.0 {
            return Err(Unfit::Zero);
        }
        let stretch = f64::from(LARGEST) / f64::from(largest);
        let (coarse, fine) = vector
            .iter()
            .map(|x| halves(f64::from(*x) * stretch))
            .unzip();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "between 0 and 1: the nearest single is meant"
        )]
        let scale = (1.0 / (stretch * length)) as f32;
        Ok(Self {
            coarse,
            fine,
            scale,
        })
    }

    pub(crate) fn borrow(&self) -> CodeRef<'_> {
        CodeRef {
            coarse: &self.coarse,
            fine: &self.fine,
            scale: self.scale,
        }
    }
}

/// The two bytes of a number.
fn halves(number: f64) -> (i8, i8) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 32,512 either way, so all of these fit"
    )]
    let coarse = (number / f64::from(STEP)).round() as i32;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 32,512 either way, so all of these fit"
    )]
    let fine = number.round() as i32 - coarse * STEP;
    let byte = |half: i32| i8::try_from(half.clamp(-127, 127)).unwrap_or_default();
    (byte(coarse), byte(fine))
}

impl CodeRef<'_> {
    /// The cosine of the angle between two vectors, by their coarse bytes.
    pub(crate) fn near(self, other: CodeRef<'_>) -> f32 {
        let steps = f64::from(STEP * STEP);
        scaled(dot(self.coarse, other.coarse) * steps, self, other)
    }

    /// The cosine of the angle between two vectors, by all that is known of them.
    pub(crate) fn score(self, other: CodeRef<'_>) -> f32 {
        let step = f64::from(STEP);
        let across = dot(self.coarse, other.fine) + dot(self.fine, other.coarse);
        let sum = dot(self.coarse, other.coarse) * step * step
            + across * step
            + dot(self.fine, other.fine);
        scaled(sum, self, other)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cosine: the nearest single is meant"
)]
fn scaled(sum: f64, one: CodeRef<'_>, other: CodeRef<'_>) -> f32 {
    (sum * f64::from(one.scale) * f64::from(other.scale)) as f32
}

/// The sum of the products, which is a whole number.
fn dot(one: &[i8], other: &[i8]) -> f64 {
    i8::dot(one, other).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_sums_as_a_loop_does() {
        for length in (1..200).chain([256, 384, 768, 1536, 4096]) {
            let byte = |n: usize, by: usize| i8::try_from(n * by % 255).unwrap_or(-127);
            let one: Vec<i8> = (0..length).map(|n| byte(n, 37)).collect();
            let other: Vec<i8> = (0..length).map(|n| byte(n + 5, 101)).collect();
            let pairs = one.iter().zip(&other);
            let sum: i32 = pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
            assert!((dot(&one, &other) - f64::from(sum)).abs() < 0.5, "{length}");
        }
        let extremes = [-127_i8; 4096];
        let sum = 127.0 * 127.0 * 4096.0;
        assert!((dot(&extremes, &extremes) - sum).abs() < 0.5);
    }

    #[test]
    fn a_vector_is_as_near_to_itself_as_can_be_whatever_its_length() {
        for length in [1e-38_f32, 1e-20, 1.0, 1e20, 1e38] {
            let vector: Vec<f32> = [0.3, -1.0, 0.7, 0.001].map(|x| x * length).to_vec();
            let code = Code::of(&vector, 4).unwrap();
            let score = code.borrow().score(code.borrow());
            assert!((score - 1.0).abs() < 1e-4, "{score} at {length}");
            assert!((code.borrow().near(code.borrow()) - 1.0).abs() < 0.01);
        }
    }
}
