//! Rate cards.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::date::Date;
use super::place::Market;
use crate::webhook::PricingCategory;

/// Millionths of the card's currency: USD 0.0618 is 61,800. Money is never a float here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Micros(pub u64);

impl std::fmt::Display for Micros {
    /// `0.0618`: at least four places after the point, the way cards print them, and never rounded.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, part) = (self.0 / 1_000_000, self.0 % 1_000_000);
        match part % 100 {
            0 => write!(f, "{whole}.{:04}", part / 100),
            _ => write!(f, "{whole}.{part:06}"),
        }
    }
}

/// Prices of one message for every market and category that is known, from one day on.
///
/// The embedded cards are third-party transcriptions; [`source`](Self::source) says of what. A business that has
/// Meta's own card, another currency or its volume tiers reads them with [`parse`](Self::parse).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateCard {
    effective_from: Date,
    known_until: Date,
    currency: String,
    source: String,
    rates: BTreeMap<(Market, String), Vec<Step>>,
}

/// The rate from so many charged messages of the month on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    from: u64,
    micros: u64,
}

/// What is wrong with a rate card's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateCardError {
    /// Not JSON, or not in the form of a card.
    #[error("the rate card can't be read: {0}")]
    Form(String),
    /// A day that isn't one, or an end that isn't after the beginning.
    #[error("the rate card's days aren't days")]
    Days,
    /// A market that [`Market::named`] doesn't know.
    #[error("the rate card has an unknown market {0}")]
    Market(String),
    /// Volume tiers that don't begin at 0 or don't ascend.
    #[error("the rate card's tiers for {0} don't begin at 0 and ascend")]
    Tiers(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    effective_from: String,
    known_until: String,
    currency: String,
    source: String,
    rates: BTreeMap<String, BTreeMap<String, Figure>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Figure {
    One(u64),
    Tiers(Vec<Step>),
}

// A new quarter: a file in `data/`, its line here (oldest first), and the end of the card before it.
static CARDS: LazyLock<Vec<RateCard>> = LazyLock::new(|| {
    let texts =
        [include_str!("../../data/rates-2026-01-01.json"), include_str!("../../data/rates-2026-10-01.json")];
    texts.into_iter().map(|text| RateCard::parse(text).expect("a test reads every embedded card")).collect()
});

impl RateCard {
    /// The embedded cards, oldest first. Some are far from complete.
    pub fn all() -> &'static [Self] {
        &CARDS
    }

    /// The card whose rates are known to be in force on a day. `None` before the first card, between cards, and in
    /// quarters whose card isn't embedded yet: Meta may change rates on the first of January, April, July and October.
    pub fn at(day: Date) -> Option<&'static Self> {
        Self::newest(day).filter(|card| day < card.known_until)
    }

    /// The newest card of a day or before it, even when a later quarter may have changed its rates: for estimates that
    /// say how old they are.
    pub fn newest(day: Date) -> Option<&'static Self> {
        CARDS.iter().rev().find(|card| card.effective_from <= day)
    }

    /// Reads a card: JSON as in `data/rates-2026-10-01.json`. A figure is a number of micros, or for volume tiers a list
    /// of `{"from": 0, "micros": 3400}`.
    pub fn parse(json: &str) -> Result<Self, RateCardError> {
        let text: Text =
            serde_json::from_str(json).map_err(|error| RateCardError::Form(error.to_string()))?;
        let day = |text: &str| text.parse::<Date>().map_err(|_| RateCardError::Days);
        let (effective_from, known_until) = (day(&text.effective_from)?, day(&text.known_until)?);
        if known_until <= effective_from {
            return Err(RateCardError::Days);
        }
        let mut rates = BTreeMap::new();
        for (market, figures) in text.rates {
            let known = Market::named(&market).ok_or_else(|| RateCardError::Market(market.clone()))?;
            for (category, figure) in figures {
                let steps = figure.steps().ok_or_else(|| RateCardError::Tiers(market.clone()))?;
                let category = PricingCategory::any_case(&category).as_str().to_owned();
                rates.insert((known, category), steps);
            }
        }
        Ok(Self { effective_from, known_until, currency: text.currency, source: text.source, rates })
    }

    /// The rate before any volume discount. `None` when the card doesn't have it.
    pub fn rate(&self, market: Market, category: &PricingCategory) -> Option<Micros> {
        self.rate_after(market, category, 0)
    }

    /// The rate of the next message after so many charged ones of the month, market and category, counted over the
    /// whole business portfolio. Tiers are marginal: messages already charged keep their price. Only utility and
    /// authentication have tiers, and the embedded cards know none: there the list rate is an upper bound.
    pub fn rate_after(&self, market: Market, category: &PricingCategory, charged: u64) -> Option<Micros> {
        // Both spellings of a category have one rate.
        let category = PricingCategory::any_case(category.as_str());
        let steps = self.rates.get(&(market, category.as_str().to_owned()))?;
        steps.iter().rev().find(|step| step.from <= charged).map(|step| Micros(step.micros))
    }

    /// Every list rate on the card.
    pub fn rates(&self) -> impl Iterator<Item = (Market, PricingCategory, Micros)> {
        self.rates.iter().filter_map(|((market, category), steps)| {
            Some((*market, PricingCategory::from(category.as_str()), Micros(steps.first()?.micros)))
        })
    }

    /// The first day, from midnight in the WABA's time zone.
    pub fn effective_from(&self) -> Date {
        self.effective_from
    }

    /// The next day on which Meta may change rates; from then on the card is only an estimate.
    pub fn known_until(&self) -> Date {
        self.known_until
    }

    /// ISO 4217, e.g. `USD`. A WABA's currency never changes.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// Where the figures come from, and how far to trust them.
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl Figure {
    fn steps(self) -> Option<Vec<Step>> {
        let steps = match self {
            Self::One(micros) => vec![Step { from: 0, micros }],
            Self::Tiers(steps) => steps,
        };
        let ascending = steps.windows(2).all(|pair| pair[0].from < pair[1].from);
        (ascending && steps.first()?.from == 0).then_some(steps)
    }
}
