//! Phone numbers: reading what people type, writing what Meta wants, and knowing one person under two spellings.
//!
//! Numbering plans come from Google's metadata (through `rlibphonenumber`), never from rules of our own. Only what is
//! WhatsApp's own, the spellings in [`identity_candidates`], is written here.
//!
//! ```
//! use cloud_api::number::{PhoneNumber, Region, same_identity};
//!
//! let number = PhoneNumber::parse("55 1234 5678", Region::parse("MX"))?;
//! assert_eq!(number.e164(), "+525512345678");
//! assert_eq!(number.wa_id(), "525512345678");
//! assert!(same_identity(number.wa_id(), "5215512345678"));
//! # Ok::<(), cloud_api::number::NumberError>(())
//! ```

mod identity;
mod region;

use rlibphonenumber::{
    NotANumberError, NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber as Parsed,
    PhoneNumberFormat, ValidationError,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use identity::{canonical, identity_candidates, same_identity};
pub use region::Region;

/// What is wrong with a text that should be a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NumberError {
    /// Nothing but spaces.
    #[error("the phone number is empty")]
    Empty,
    /// Letters, a business-scoped user id, a group id, or too few digits to be anything.
    #[error("this is not a phone number")]
    NotANumber,
    /// A national number, and no default region to read it in.
    #[error("the phone number has no country calling code; begin it with + and the code")]
    NoCallingCode,
    /// It begins with `+`, and no country has that code.
    #[error("no country has this calling code")]
    UnknownCallingCode,
    /// Digits are missing, or the area code is.
    #[error("the phone number is too short for its country")]
    TooShort,
    /// Too many digits.
    #[error("the phone number is too long for its country")]
    TooLong,
    /// Between the shortest and the longest, and no number of the country has this many digits.
    #[error("no phone number of its country has this many digits")]
    WrongLength,
    /// A number with an extension can't be on WhatsApp.
    #[error("the phone number has an extension")]
    Extension,
}

/// A phone number that can exist: its country is known and its count of digits is right there.
///
/// Whether anybody has it, and whether they use WhatsApp, only sending tells (error 131026). Meta's own test numbers
/// (+1 555 …) are numbers here, though no operator gives them out; see [`is_valid`](Self::is_valid).
///
/// Serde writes and reads it as E.164.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber {
    e164: String,
    calling_code: u16,
    region: Option<Region>,
    valid: bool,
}

impl PhoneNumber {
    /// Reads a number as people write it: with or without `+`, spaces, dashes, brackets, a leading `tel:`, in any
    /// script's digits.
    ///
    /// A text without `+` is a national number of `default_region`; without one it is refused, because Meta guesses
    /// the country then (Meta: Cloud API > Phone number formats). Mexico's old `+52 1 …` becomes today's `+52 …`.
    /// Brazil's and Argentina's old spellings are kept, since they may be the ones Meta knows; see [`canonical`].
    pub fn parse(text: &str, default_region: Option<Region>) -> Result<Self, NumberError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NumberError::Empty);
        }
        let bare = text.strip_prefix("tel:").unwrap_or(text);
        let parsed = PHONE_NUMBER_UTIL
            .parse(bare, default_region.and_then(Region::in_library))
            .map_err(|error| reason(&error, bare, default_region))?;
        if parsed.extension.is_some() {
            return Err(NumberError::Extension);
        }
        // The library reads vanity numbers and skips leading words, so that an id such as US.1349… would become a
        // number.
        if bare.chars().any(char::is_alphabetic) {
            return Err(NumberError::NotANumber);
        }
        Self::checked(&modern(parsed)?)
    }

    /// Reads a `wa_id`, `from` or `recipient_id` of a webhook: a whole number with its calling code, digits alone.
    pub fn from_wa_id(wa_id: &str) -> Result<Self, NumberError> {
        if wa_id.is_empty() {
            return Err(NumberError::Empty);
        }
        if !wa_id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::NotANumber);
        }
        Self::parse(&format!("+{wa_id}"), None)
    }

    fn checked(parsed: &Parsed) -> Result<Self, NumberError> {
        match PHONE_NUMBER_UTIL.is_possible_number_with_reason(parsed) {
            Ok(NumberLengthType::IsPossible) => {}
            Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
                return Err(NumberError::TooShort);
            }
            Err(ValidationError::TooLong) => return Err(NumberError::TooLong),
            Err(ValidationError::InvalidLength) => return Err(NumberError::WrongLength),
            Err(ValidationError::InvalidCountryCode) => return Err(NumberError::UnknownCallingCode),
        }
        let e164 = PHONE_NUMBER_UTIL.format(parsed, PhoneNumberFormat::E164).into_owned();
        let valid = PHONE_NUMBER_UTIL.is_valid_number(parsed);
        // Out of +49 0000000 the library takes one 0 at each reading; what can't be read back is no number.
        if !valid && !reads_as_itself(&e164) {
            return Err(NumberError::NotANumber);
        }
        Ok(Self {
            e164,
            calling_code: u16::try_from(parsed.country_code).map_err(|_| NumberError::UnknownCallingCode)?,
            region: PHONE_NUMBER_UTIL.get_region_for_number(parsed).and_then(Region::from_library),
            valid,
        })
    }

    /// `+` and digits, as in `+525512345678`. What `to` takes best.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The digits alone, as Meta writes numbers in webhooks.
    ///
    /// Meta's `wa_id` of the same person may differ in Brazil, Mexico and Argentina: keep the one Meta answered with,
    /// and compare with [`same_identity`].
    pub fn wa_id(&self) -> &str {
        self.e164.trim_start_matches('+')
    }

    /// The country or territory. `None` for numbers no country gives out: +1 555 test numbers, satellite phones.
    pub fn region(&self) -> Option<Region> {
        self.region
    }

    /// The country calling code, 1 to 999: 1 is shared by 25 countries, 7 by two, 44 by four.
    pub fn calling_code(&self) -> u16 {
        self.calling_code
    }

    /// Whether the number lies in a range its country gives out. Worth a warning, not a refusal: ranges open all the
    /// time, and WhatsApp knows numbers by spellings their country no longer has.
    pub fn is_valid(&self) -> bool {
        self.valid
    }

    /// For people to read: `+52 55 1234 5678`.
    pub fn international(&self) -> String {
        match PHONE_NUMBER_UTIL.parse(&self.e164, None::<rlibphonenumber::Region>) {
            Ok(parsed) => PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::International).into_owned(),
            Err(_) => self.e164.clone(),
        }
    }
}

/// Mexico dropped the 1 between +52 and the number in 2019; the metadata no longer knows it.
fn modern(parsed: Parsed) -> Result<Parsed, NumberError> {
    let e164 = PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164);
    match identity::without_mexican_one(e164.trim_start_matches('+')) {
        Some(digits) => {
            let digits = format!("+{digits}");
            PHONE_NUMBER_UTIL
                .parse(&digits, None::<rlibphonenumber::Region>)
                .map_err(|error| reason(&error, &digits, None))
        }
        None => Ok(parsed),
    }
}

fn reads_as_itself(e164: &str) -> bool {
    let again = PHONE_NUMBER_UTIL.parse(e164, None::<rlibphonenumber::Region>);
    again.is_ok_and(|again| PHONE_NUMBER_UTIL.format(&again, PhoneNumberFormat::E164) == e164)
}

fn reason(error: &ParseError, text: &str, default_region: Option<Region>) -> NumberError {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    match error {
        _ if text.chars().any(char::is_alphabetic) => NumberError::NotANumber,
        // The library's word for both "no such code" and "no code at all".
        ParseError::InvalidCountryCode if default_region.is_none() && !has_plus(text) => {
            NumberError::NoCallingCode
        }
        ParseError::InvalidCountryCode => NumberError::UnknownCallingCode,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => NumberError::TooShort,
        ParseError::TooLongNsn => NumberError::TooLong,
        ParseError::NotANumber(NotANumberError::NotMatchedValidNumberPattern) if digits > 17 => {
            NumberError::TooLong
        }
        ParseError::NotANumber(_) => NumberError::NotANumber,
    }
}

fn has_plus(text: &str) -> bool {
    // U+FF0B is the plus of East Asian keyboards.
    text.trim_start_matches(['(', ' ', '[']).starts_with(['+', '\u{FF0B}'])
}

impl std::fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.e164)
    }
}

impl std::str::FromStr for PhoneNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text, None)
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.e164)
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
