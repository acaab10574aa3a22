//! Meta's words for prices, however they are spelt.

use crate::webhook::{PricingCategory, PricingKind};

impl PricingCategory {
    /// The category a word means, in any case and with `_` or `-`: pricing analytics write
    /// `AUTHENTICATION_INTERNATIONAL` for what webhooks call `authentication-international`.
    pub fn any_case(word: &str) -> Self {
        known(Self::KNOWN, word).into()
    }
}

impl PricingKind {
    /// The kind a word means, in any case: pricing analytics write it in capitals.
    pub fn any_case(word: &str) -> Self {
        known(Self::KNOWN, word).into()
    }
}

/// The first of the words that is the same but for its spelling.
fn known<'a>(words: &[&'a str], word: &'a str) -> &'a str {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    words.iter().find(|known| known.bytes().map(plain).eq(word.bytes().map(plain))).unwrap_or(&word)
}
