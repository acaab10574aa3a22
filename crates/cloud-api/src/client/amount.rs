//! Money in answers, exactly as Graph wrote it.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Number, Value as Json};

use crate::webhook::wire::{Read, Wire, serde_by_wire};

/// Digits of the smallest part kept by [`Amount::micros`].
const MICRO_DIGITS: i64 = 6;

/// An amount of money in the account's currency. Graph writes numbers, and texts in places; it is kept as it came,
/// and no arithmetic is done with floating-point numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount(Json);

impl Amount {
    /// Millionths of the currency's unit, the sixth decimal rounded half away from zero; `None` when that doesn't fit.
    pub fn micros(&self) -> Option<i64> {
        let text = self.to_string();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text.as_str(), 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let shift = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?.checked_sub(MICRO_DIGITS)?;
        let value: i128 = format!("{whole}{fraction}").parse().ok()?;
        let micros = scale(value, shift)?;
        i64::try_from(if negative { -micros } else { micros }).ok()
    }
}

/// Divides by a power of ten, rounding half up; multiplies when it is negative.
fn scale(value: i128, shift: i64) -> Option<i128> {
    let power = |n: u64| 10_i128.checked_pow(u32::try_from(n).ok()?);
    if shift <= 0 {
        return value.checked_mul(power(shift.unsigned_abs())?);
    }
    let Some(divisor) = power(shift.unsigned_abs()) else { return Some(0) };
    Some(value / divisor + i128::from(value % divisor >= divisor / 2))
}

/// Whether a text is a decimal number, perhaps with an exponent.
fn is_decimal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
}

impl fmt::Display for Amount {
    /// The digits as they came.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Json::String(text) => f.write_str(text),
            other => write!(f, "{other}"),
        }
    }
}

impl Wire for Amount {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        let text = text.into_owned();
        if is_decimal(&text) { Ok(Self(text.into())) } else { Err(text.into()) }
    }

    fn number(number: Number) -> Read<Self> {
        Ok(Self(number.into()))
    }

    fn write(&self) -> Json {
        self.0.clone()
    }
}

serde_by_wire!(Amount);

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(json: &str) -> Option<i64> {
        serde_json::from_str::<Amount>(json).unwrap().micros()
    }

    #[test]
    fn money_is_counted_in_exact_millionths() {
        for (json, expected) in [
            ("0", 0),
            ("10", 10_000_000),
            ("0.47795", 477_950),
            ("-0.1", -100_000),
            ("1e-5", 10),
            ("1.5e3", 1_500_000_000),
            ("\"0.0085\"", 8_500),
            ("0.0000005", 1),
            ("0.00000049", 0),
            ("1e-300", 0),
            ("12345678.123456", 12_345_678_123_456),
        ] {
            assert_eq!(micros(json), Some(expected), "{json}");
        }
        assert_eq!(
            micros("\"170141183460469231731687303715884105727e-35\""),
            Some(1_701_411_835),
            "the longest digits there are"
        );
        for beyond in ["1e300", "\"170141183460469231731687303715884105727e-10\""] {
            assert_eq!(micros(beyond), None, "{beyond}");
        }
    }

    #[test]
    fn what_is_no_number_is_no_amount() {
        for json in ["\"\"", "\"free\"", "\"inf\"", "\"1 USD\"", "true", "null"] {
            assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
        }
        let text: Amount = serde_json::from_str("\"1.50\"").unwrap();
        assert_eq!(
            (text.to_string(), serde_json::to_string(&text).unwrap()),
            ("1.50".into(), "\"1.50\"".into())
        );
    }
}
