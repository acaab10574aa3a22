//! Questions about numbers, as Graph wants them asked.

use std::fmt::Write as _;

use serde_json::Value;

use super::query::json_list;
use crate::webhook::wire::words;

words! {
    /// How long each data point is. Meta spells days and months one way for messages and another for everything else;
    /// say either, the right one is sent.
    pub enum Granularity {
        /// Thirty minutes.
        HalfHour = "HALF_HOUR",
        /// A day, UTC.
        Daily = "DAILY",
        /// A month, UTC.
        Monthly = "MONTHLY",
    }
}

impl Granularity {
    /// As `analytics` wants it.
    fn short(&self) -> &str {
        match self {
            Self::Daily => "DAY",
            Self::Monthly => "MONTH",
            other => other.as_str(),
        }
    }
}

/// Messages sent and delivered (`analytics`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageAnalyticsQuery {
    /// From then on, in seconds since 1970; at most a year ago.
    pub start: i64,
    /// Until then, in seconds since 1970.
    pub end: i64,
    /// How long each data point is.
    pub granularity: Granularity,
    /// Only these numbers, digits alone; all when empty.
    pub phone_numbers: Vec<String>,
    /// Only these countries, two letters; all when empty.
    pub country_codes: Vec<String>,
    /// Only these: 0 templates, 2 other messages, 100 inbound, 101 to 103 groups; all when empty.
    pub product_types: Vec<u16>,
}

impl MessageAnalyticsQuery {
    /// All messages of a span.
    pub fn new(start: i64, end: i64, granularity: Granularity) -> Self {
        let (phone_numbers, country_codes, product_types) = Default::default();
        Self { start, end, granularity, phone_numbers, country_codes, product_types }
    }

    pub(super) fn field(&self) -> String {
        let mut field = expansion("analytics", [self.start, self.end], self.granularity.short());
        with(&mut field, "phone_numbers", &self.phone_numbers);
        with(&mut field, "country_codes", &self.country_codes);
        if !self.product_types.is_empty() {
            let types: Value = self.product_types.iter().copied().collect();
            write(&mut field, "product_types", &types.to_string());
        }
        field
    }
}

/// Conversations and their cost (`conversation_analytics`), of the time when Meta charged by conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationAnalyticsQuery {
    /// From then on, in seconds since 1970; at most a year ago.
    pub start: i64,
    /// Until then, in seconds since 1970.
    pub end: i64,
    /// How long each data point is.
    pub granularity: Granularity,
    /// Only these numbers, digits alone; all when empty.
    pub phone_numbers: Vec<String>,
    /// Only these countries, two letters; all when empty.
    pub country_codes: Vec<String>,
    /// `COST`, `CONVERSATION`; both when empty.
    pub metric_types: Vec<String>,
    /// `AUTHENTICATION`, `MARKETING`, `SERVICE`, `UTILITY`, …; all when empty.
    pub conversation_categories: Vec<String>,
    /// `FREE_ENTRY`, `FREE_TIER`, `REGULAR`; all when empty.
    pub conversation_types: Vec<String>,
    /// `BUSINESS_INITIATED`, `USER_INITIATED`; both when empty.
    pub conversation_directions: Vec<String>,
    /// What to count apart: `CONVERSATION_CATEGORY`, `CONVERSATION_DIRECTION`, `CONVERSATION_TYPE`, `COUNTRY`, `PHONE`.
    pub dimensions: Vec<String>,
}

impl ConversationAnalyticsQuery {
    /// All conversations of a span.
    pub fn new(start: i64, end: i64, granularity: Granularity) -> Self {
        let (phone_numbers, country_codes, metric_types, dimensions) = Default::default();
        let (conversation_categories, conversation_types, conversation_directions) = Default::default();
        Self {
            start,
            end,
            granularity,
            phone_numbers,
            country_codes,
            metric_types,
            conversation_categories,
            conversation_types,
            conversation_directions,
            dimensions,
        }
    }

    pub(super) fn field(&self) -> String {
        let mut field =
            expansion("conversation_analytics", [self.start, self.end], self.granularity.as_str());
        with(&mut field, "phone_numbers", &self.phone_numbers);
        with(&mut field, "country_codes", &self.country_codes);
        with(&mut field, "metric_types", &self.metric_types);
        with(&mut field, "conversation_categories", &self.conversation_categories);
        with(&mut field, "conversation_types", &self.conversation_types);
        with(&mut field, "conversation_directions", &self.conversation_directions);
        with(&mut field, "dimensions", &self.dimensions);
        field
    }
}

/// Messages by what they cost (`pricing_analytics`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingAnalyticsQuery {
    /// From then on, in seconds since 1970; at most a year ago.
    pub start: i64,
    /// Until then, in seconds since 1970.
    pub end: i64,
    /// How long each data point is.
    pub granularity: Granularity,
    /// Only these numbers, digits alone; all when empty.
    pub phone_numbers: Vec<String>,
    /// Only these countries, two letters; all when empty.
    pub country_codes: Vec<String>,
    /// `COST`, `VOLUME`; both when empty.
    pub metric_types: Vec<String>,
    /// `REGULAR`, `FREE_CUSTOMER_SERVICE`, `FREE_ENTRY_POINT`; all when empty.
    pub pricing_types: Vec<String>,
    /// `AUTHENTICATION`, `AUTHENTICATION_INTERNATIONAL`, `MARKETING`, `MARKETING_LITE`, `SERVICE`, `UTILITY`,
    /// `REFERRAL_CONVERSION`, …; all when empty.
    pub pricing_categories: Vec<String>,
    /// What to count apart: `COUNTRY`, `PHONE`, `PRICING_CATEGORY`, `PRICING_TYPE`, `TIER`.
    pub dimensions: Vec<String>,
}

impl PricingAnalyticsQuery {
    /// All messages of a span.
    pub fn new(start: i64, end: i64, granularity: Granularity) -> Self {
        let (phone_numbers, country_codes, metric_types) = Default::default();
        let (pricing_types, pricing_categories, dimensions) = Default::default();
        Self {
            start,
            end,
            granularity,
            phone_numbers,
            country_codes,
            metric_types,
            pricing_types,
            pricing_categories,
            dimensions,
        }
    }

    pub(super) fn field(&self) -> String {
        let mut field = expansion("pricing_analytics", [self.start, self.end], self.granularity.as_str());
        with(&mut field, "phone_numbers", &self.phone_numbers);
        with(&mut field, "country_codes", &self.country_codes);
        with(&mut field, "metric_types", &self.metric_types);
        with(&mut field, "pricing_types", &self.pricing_types);
        with(&mut field, "pricing_categories", &self.pricing_categories);
        with(&mut field, "dimensions", &self.dimensions);
        field
    }
}

/// Calls (`call_analytics`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallAnalyticsQuery {
    /// From then on, in seconds since 1970; at most a year ago.
    pub start: i64,
    /// Until then, in seconds since 1970.
    pub end: i64,
    /// How long each data point is.
    pub granularity: Granularity,
    /// Only these numbers, digits alone; all when empty.
    pub phone_numbers: Vec<String>,
    /// Only these countries, two letters; all when empty.
    pub country_codes: Vec<String>,
    /// `COST`, `COUNT`, `AVERAGE_DURATION`; all when empty.
    pub metric_types: Vec<String>,
    /// `USER_INITIATED`, `BUSINESS_INITIATED`; both when empty.
    pub directions: Vec<String>,
    /// What to count apart: `phone`, `direction`, `country`.
    pub dimensions: Vec<String>,
}

impl CallAnalyticsQuery {
    /// All calls of a span.
    pub fn new(start: i64, end: i64, granularity: Granularity) -> Self {
        let (phone_numbers, country_codes, metric_types, directions, dimensions) = Default::default();
        Self { start, end, granularity, phone_numbers, country_codes, metric_types, directions, dimensions }
    }

    pub(super) fn field(&self) -> String {
        let mut field = expansion("call_analytics", [self.start, self.end], self.granularity.as_str());
        with(&mut field, "phone_numbers", &self.phone_numbers);
        with(&mut field, "country_codes", &self.country_codes);
        with(&mut field, "metric_types", &self.metric_types);
        with(&mut field, "directions", &self.directions);
        with(&mut field, "dimensions", &self.dimensions);
        field
    }
}

/// `name.start(…).end(…).granularity(…)`
fn expansion(name: &str, [start, end]: [i64; 2], granularity: &str) -> String {
    format!("{name}.start({start}).end({end}).granularity({granularity})")
}

fn with(field: &mut String, name: &str, items: &[String]) {
    if !items.is_empty() {
        write(field, name, &json_list(items));
    }
}

fn write(field: &mut String, name: &str, value: &str) {
    write!(field, ".{name}({value})").expect("a String takes everything");
}
