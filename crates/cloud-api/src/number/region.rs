//! Countries and territories.

use rlibphonenumber::PHONE_NUMBER_UTIL;

/// A country or territory that has phone numbers, by its two letters in ISO 3166-1 (and `XK`, Kosovo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// The United States. Its territories (`PR`, `GU`, …) are regions of their own.
    pub const US: Self = Self(*b"US");

    /// Reads two letters, upper or lower case. `None` for what has no phone numbers.
    pub fn parse(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        let region = Self(code.map(|letter| letter.to_ascii_uppercase()));
        region.calling_code().map(|_| region)
    }

    /// The country at the front of a business-scoped user id (`US.1349…`, `US.ENT.1181…`): the one thing known about
    /// the place of a person who shows no number. Meta: Business-scoped user IDs.
    pub fn of_user_id(user_id: &str) -> Option<Self> {
        Self::parse(user_id.split_once('.')?.0)
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        // Always ASCII: only `parse` and constants make one.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Its country calling code, e.g. 52.
    pub fn calling_code(self) -> Option<u16> {
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(self.in_library()?)?;
        u16::try_from(code).ok()
    }

    pub(super) fn in_library(self) -> Option<rlibphonenumber::Region> {
        rlibphonenumber::Region::from_code(self.as_str()).ok()
    }

    /// `None` for the library's "world", which stands for numbers of no country.
    pub(super) fn from_library(region: rlibphonenumber::Region) -> Option<Self> {
        Self::parse(region.as_region_str().as_str())
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
