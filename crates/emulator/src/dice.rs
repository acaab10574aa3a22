//! Seeded randomness: the same seed and the same script give the same ids, delays and faults.

use serde::{Deserialize, Serialize};

/// A SplitMix64 stream. Each purpose (ids, delays, faults) has a stream of its own, so that a new fault rule does not
/// change the ids that follow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut dice = Self { state: seed ^ fnv(purpose.as_bytes()) };
        dice.next();
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { ((u128::from(self.next()) * u128::from(n)) >> 64) as u64 }
    }

    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// In `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with probability `p`. Certain outcomes don't consume a throw.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        p >= 1.0 || (p > 0.0 && self.unit() < p)
    }

    /// Roughly normal with mean 0 and deviation 1: the sum of twelve uniforms, good enough for delays.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    pub(crate) fn text(&mut self, alphabet: &[u8], len: usize) -> String {
        (0..len).map(|_| char::from(alphabet[self.below(alphabet.len() as u64) as usize])).collect()
    }

    pub(crate) fn hex_upper(&mut self, len: usize) -> String {
        self.text(b"0123456789ABCDEF", len)
    }

    pub(crate) fn alphanumeric(&mut self, len: usize) -> String {
        self.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", len)
    }

    /// A numeric id of `len` digits that does not begin with 0, as Graph ids are.
    pub(crate) fn numeric_id(&mut self, len: usize) -> String {
        let first = self.text(b"123456789", 1);
        first + &self.text(b"0123456789", len.saturating_sub(1))
    }
}

/// FNV-1a, for things that must be a pure function of their name (lanes, BSUIDs).
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_throws_and_purposes_differ() {
        let throw = |seed, purpose: &str| Dice::new(seed, purpose).hex_upper(20);
        assert_eq!(throw(7, "ids"), throw(7, "ids"));
        assert_ne!(throw(7, "ids"), throw(8, "ids"));
        assert_ne!(throw(7, "ids"), throw(7, "faults"));
    }

    #[test]
    fn bounds_hold() {
        let mut dice = Dice::new(1, "t");
        assert!((0..1000).all(|_| (3..=5).contains(&dice.between(3, 5))));
        assert!((0..1000).all(|_| (0.0..1.0).contains(&dice.unit())));
        assert_eq!(dice.numeric_id(16).len(), 16);
    }
}
