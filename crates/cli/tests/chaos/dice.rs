//! Chance that repeats itself: SplitMix64, seeded by the run's seed and a purpose.

pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mixed =
            purpose.bytes().fold(seed, |sum, byte| sum.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
        Self(mixed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

#[test]
fn the_same_seed_throws_the_same() {
    let throw = |seed| {
        let mut dice = Dice::new(seed, "test");
        let mut list: Vec<usize> = (0..20).collect();
        dice.shuffle(&mut list);
        (list, dice.below(1_000))
    };
    assert_eq!(throw(7), throw(7));
    assert_ne!(throw(7), throw(8));
}
