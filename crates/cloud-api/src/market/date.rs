//! Days, as rates change on them.

/// A day of the calendar, without a time zone.
///
/// Rates change at midnight in the WABA's time zone, so give the day there, not in UTC: see
/// [`from_unix`](Self::from_unix).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that isn't a day in the form `2026-10-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day in the form 2026-10-01")]
pub struct DateError;

impl Date {
    /// `None` for a day that doesn't exist. Years 1 to 9999.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if year == 0 || year > 9999 || day == 0 || day > days_in(year, month) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// The day at a moment (unix seconds), in a place so many seconds east of UTC. Moments outside the years 1 to 9999
    /// become the nearest day in them.
    pub fn from_unix(seconds: i64, east_of_utc: i32) -> Self {
        const FIRST: i64 = -719_162;
        const LAST: i64 = 2_932_896;
        let days = seconds.saturating_add(east_of_utc.into()).div_euclid(86_400).clamp(FIRST, LAST);
        // Eras of 400 years that begin on 1 March, so that a leap day is the last of its year.
        let shifted = days + 719_468;
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months + 2) / 5 + 1;
        let month = if months < 10 { months + 3 } else { months - 9 };
        let year = year_of_era + shifted.div_euclid(146_097) * 400 + i64::from(month <= 2);
        let small = |number: i64| u8::try_from(number).unwrap_or(1);
        Self { year: u16::try_from(year).unwrap_or(1), month: small(month), day: small(day) }
    }

    /// 1 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

impl std::str::FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok())?
        };
        let (year, month, day) = (number(4), number(2), number(2));
        let small = |number: Option<u16>| number.and_then(|number| u8::try_from(number).ok());
        match (year, small(month), small(day), parts.next()) {
            (Some(year), Some(month), Some(day), None) => Self::new(year, month, day).ok_or(DateError),
            _ => Err(DateError),
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
