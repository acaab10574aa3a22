//! Lengths of time as people write them: `90s`, `1h30m`, `250ms`, or a number of seconds.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::dice::Dice;

const UNITS: [(&str, i64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// A length of time in milliseconds, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span(i64);

impl Span {
    pub(crate) const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    pub(crate) fn ms(self) -> i64 {
        self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let mut sum = 0_i64;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let number: f64 = rest[..digits].parse().ok()?;
            let tail = &rest[digits..];
            let unit = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
            let (_, ms) = UNITS.iter().find(|(name, _)| *name == &tail[..unit])?;
            sum = sum.saturating_add((number * *ms as f64) as i64);
            rest = tail[unit..].trim_start();
        }
        Some(Self(sum))
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&format!("{}ms", self.0))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Reader)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time such as 90s, 5m or 1h30m")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
        Span::parse(text)
            .ok_or_else(|| E::custom(format!("\"{text}\" is not a length of time such as 90s, 5m or 1h30m")))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Span, E> {
        Ok(Span(i64::try_from(seconds).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000)))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Span, E> {
        u64::try_from(seconds)
            .map_err(|_| E::custom("time only goes forward"))
            .and_then(|s| self.visit_u64(s))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Span, E> {
        Ok(Span((seconds.max(0.0) * 1_000.0) as i64))
    }
}

/// A wait: always as long, or evenly between two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Wait {
    Between(Span, Span),
    Always(Span),
}

impl Wait {
    pub(crate) fn sample(self, dice: &mut Dice) -> i64 {
        let ms = |span: Span| span.ms().unsigned_abs();
        let sampled = match self {
            Self::Always(span) => ms(span),
            Self::Between(low, high) => dice.between(ms(low), ms(high).max(ms(low))),
        };
        i64::try_from(sampled).unwrap_or(i64::MAX / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_usual_way_of_writing() {
        for (text, ms) in
            [("90s", 90_000), ("1h30m", 5_400_000), ("250ms", 250), ("1.5s", 1_500), ("2d", 172_800_000)]
        {
            assert_eq!(Span::parse(text), Some(Span(ms)), "{text}");
        }
        for text in ["", "5", "m", "5 parsec", "-1s"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }
}
