//! Which market a person is in.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::date::Date;
use crate::number::{PhoneNumber, Region};

/// A market: a country or a group of countries with one price. Meta: Cloud API > Pricing > Markets.
///
/// The list is data (`data/markets.csv`), in Meta's division of October 2026; serde writes and reads the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Market(&'static str);

struct Row {
    market: Market,
    name: &'static str,
    authentication_international: Since,
}

enum Since {
    Always,
    Day(Date),
    Never,
}

/// A line of `data/calling-codes.csv`.
struct CallingCode {
    prefix: &'static str,
    market: Market,
    regions: Vec<Region>,
    from: Option<Date>,
    until: Option<Date>,
}

const OTHER: Market = Market("other");

static MARKETS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |cells: [&'static str; 3]| Row {
        market: Market(cells[0]),
        name: cells[1],
        authentication_international: match cells[2] {
            "always" => Since::Always,
            day => day.parse().map_or(Since::Never, Since::Day),
        },
    };
    lines(include_str!("../../data/markets.csv")).map(row).collect()
});

static CALLING_CODES: LazyLock<Vec<CallingCode>> = LazyLock::new(|| {
    let row = |cells: [&'static str; 5]| CallingCode {
        prefix: cells[0],
        market: Market(cells[1]),
        regions: cells[2].split(' ').filter_map(Region::parse).collect(),
        from: cells[3].parse().ok(),
        until: cells[4].parse().ok(),
    };
    lines(include_str!("../../data/calling-codes.csv")).map(row).collect()
});

/// The rows of a table without its comments and its head. Cells hold no commas.
fn lines<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.filter_map(|line| line.split(',').collect::<Vec<_>>().try_into().ok())
}

impl Market {
    /// The market by its key, e.g. `india`, `north_america`, `rest_of_africa`, `other`.
    pub fn named(key: &str) -> Option<Self> {
        Self::all().find(|market| market.0 == key)
    }

    /// All markets, in the order of their keys.
    pub fn all() -> impl Iterator<Item = Self> {
        MARKETS.iter().map(|row| row.market)
    }

    /// The market of a person's phone number on a day. Meta goes by the calling code, where a code is shared by the
    /// area code, not by where the person is.
    ///
    /// A code in no market's list is in "Other". `None` when the code is shared and the number's country unknown: +1
    /// 555 test numbers.
    pub fn of(number: &PhoneNumber, at: Date) -> Option<Self> {
        let digits = number.wa_id();
        let rows = CALLING_CODES.iter().filter(|row| digits.starts_with(row.prefix) && row.holds(at));
        let Some(row) = rows.max_by_key(|row| row.prefix.len()) else { return Some(OTHER) };
        if row.regions.is_empty() {
            return Some(row.market);
        }
        let region = number.region()?;
        Some(if row.regions.contains(&region) { row.market } else { OTHER })
    }

    /// [`of`](Self::of) for the digits in a webhook; `None` also when they are no phone number.
    pub fn of_wa_id(wa_id: &str, at: Date) -> Option<Self> {
        Self::of(&PhoneNumber::from_wa_id(wa_id).ok()?, at)
    }

    /// The market of a country on a day, for a person who shows no number
    /// ([`Region::of_user_id`] knows the country).
    pub fn of_region(region: Region, at: Date) -> Self {
        let held = || CALLING_CODES.iter().filter(|row| row.holds(at));
        if let Some(row) = held().find(|row| row.regions.contains(&region)) {
            return row.market;
        }
        let code = region.calling_code().map(|code| code.to_string()).unwrap_or_default();
        held().find(|row| row.prefix == code && row.regions.is_empty()).map_or(OTHER, |row| row.market)
    }

    /// The stable key: lower case, with underscores.
    pub fn key(self) -> &'static str {
        self.0
    }

    /// The name, as Meta's card has it.
    pub fn name(self) -> &'static str {
        self.row().map_or(self.0, |row| row.name)
    }

    /// Whether authentication templates of businesses from elsewhere may cost the international rate here on a day.
    ///
    /// They do once the business has sent more than 750,000 messages in 30 days to people in such countries outside
    /// service windows, and Meta has told it a start time. Meta: Authentication-international rates.
    pub fn has_authentication_international(self, at: Date) -> bool {
        match self.row().map(|row| &row.authentication_international) {
            Some(Since::Always) => true,
            Some(Since::Day(day)) => *day <= at,
            Some(Since::Never) | None => false,
        }
    }

    fn row(self) -> Option<&'static Row> {
        MARKETS.iter().find(|row| row.market == self)
    }
}

impl CallingCode {
    fn holds(&self, at: Date) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

impl std::fmt::Display for Market {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Market {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Market {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::named(&key).ok_or_else(|| serde::de::Error::custom(format!("no market is called {key}")))
    }
}

/// Whether Meta holds back all marketing templates to people of this country on a day: the United States, since
/// 2025-04-01. Such a message is accepted and then fails with 131049. Canada and the Caribbean share +1 and are not
/// meant, which is why this takes a region. Meta: Cloud API > Per-user marketing template limits.
pub fn marketing_paused(region: Region, at: Date) -> bool {
    let since = Date::new(2025, 4, 1);
    region == Region::US && since.is_some_and(|since| since <= at)
}

/// Whether businesses may send nothing at all to people of this country: Cuba, Iran, North Korea, Syria. Sending fails
/// with 130497. (The occupied parts of Ukraine are banned too; their numbers don't show it.) Meta: Cloud API >
/// Country restrictions.
pub fn messaging_banned(region: Region) -> bool {
    matches!(region.as_str(), "CU" | "IR" | "KP" | "SY")
}
