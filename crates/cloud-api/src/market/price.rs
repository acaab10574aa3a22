//! What one delivered message costs.

use super::date::Date;
use super::place::Market;
use super::rates::{Micros, RateCard};
use crate::webhook::{PricingCategory, PricingKind};

/// Prices are per delivered message since this day; before, per conversation of 24 hours, which this crate doesn't
/// price.
pub const MESSAGE_PRICING_SINCE: Date = day(2025, 7, 1);

/// Since this day messages without template are charged, and utility templates within the service window are charged
/// again. Known from two partners of Meta's, not from a page of its own.
pub const SERVICE_BILLED_SINCE: Date = day(2026, 10, 1);

/// So many delivered messages without template are free for each business phone number and month since
/// [`SERVICE_BILLED_SINCE`].
pub const FREE_SERVICE_MESSAGES: u64 = 1_000;

/// A free entry point lasts 72 hours from the business's first answer.
pub const FREE_ENTRY_POINT_SECONDS: i64 = 72 * 3_600;

/// A message that was delivered (nothing else is charged), and what its price depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery<'a> {
    /// The recipient's market; `None` leaves the rate open, not the kind of charge.
    pub market: Option<Market>,
    /// What it is charged as outside free entry points.
    pub category: &'a PricingCategory,
    /// The day of delivery in the WABA's time zone.
    pub at: Date,
    /// Sent within 24 hours of the person's last message or call.
    pub in_service_window: bool,
    /// Sent within a free entry point; see [`free_entry_point`].
    pub in_free_entry_point: bool,
    /// Messages without template that this business phone number had delivered before in the same month.
    pub service_messages_before: u64,
    /// Charged messages of this market and category that the business portfolio had delivered before in the same month;
    /// picks the volume tier where the card has tiers.
    pub charged_before: u64,
}

impl<'a> Delivery<'a> {
    /// A delivery outside of any window, the first of its month.
    pub fn new(market: Option<Market>, category: &'a PricingCategory, at: Date) -> Self {
        Self {
            market,
            category,
            at,
            in_service_window: false,
            in_free_entry_point: false,
            service_messages_before: 0,
            charged_before: 0,
        }
    }
}

/// What a delivery costs, in the words of a status webhook's `pricing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Charged, or why not. `billable` of the webhook is true for [`PricingKind::Regular`] alone.
    pub kind: PricingKind,
    /// The category on the bill; [`PricingCategory::ReferralConversion`] within a free entry point.
    pub category: PricingCategory,
    /// The price in the card's currency: zero when free, `None` when the market isn't known or the card doesn't say.
    pub rate: Option<Micros>,
}

/// What a delivery costs by the embedded [`RateCard`] of its day, in US dollars.
///
/// `None` before [`MESSAGE_PRICING_SINCE`], and for categories whose rules aren't known (groups, new words).
pub fn price(delivery: &Delivery<'_>) -> Option<Charge> {
    price_by(delivery, RateCard::at(delivery.at))
}

/// [`price`] by a card of your own, or by none, which leaves rates open and still says what is free.
pub fn price_by(delivery: &Delivery<'_>, card: Option<&RateCard>) -> Option<Charge> {
    if delivery.at < MESSAGE_PRICING_SINCE {
        return None;
    }
    let kind = kind(delivery)?;
    let rate = match kind {
        PricingKind::Regular => card
            .zip(delivery.market)
            .and_then(|(card, market)| card.rate_after(market, delivery.category, delivery.charged_before)),
        _ => Some(Micros(0)),
    };
    let category = match kind {
        PricingKind::FreeEntryPoint => PricingCategory::ReferralConversion,
        _ => delivery.category.clone(),
    };
    Some(Charge { kind, category, rate })
}

fn kind(delivery: &Delivery<'_>) -> Option<PricingKind> {
    use PricingCategory as Category;
    if delivery.in_free_entry_point {
        return Some(PricingKind::FreeEntryPoint);
    }
    let billed_again = delivery.at >= SERVICE_BILLED_SINCE;
    let free = match delivery.category {
        Category::ReferralConversion => return Some(PricingKind::FreeEntryPoint),
        // How Meta words the free thousand isn't documented; this is what the words of the years before suggest.
        Category::Service => !billed_again || delivery.service_messages_before < FREE_SERVICE_MESSAGES,
        Category::Utility => !billed_again && delivery.in_service_window,
        Category::Marketing
        | Category::MarketingLite
        | Category::Authentication
        | Category::AuthenticationInternational
        | Category::AuthenticationInternationalUnderscore
        | Category::GeneralPurposeAi => false,
        Category::GroupMarketing | Category::GroupUtility | Category::GroupService | Category::Other(_) => {
            return None;
        }
    };
    Some(if free { PricingKind::FreeCustomerService } else { PricingKind::Regular })
}

/// The free entry point that a person opened by writing from an advertisement or a Page's button (on a phone): first
/// and last second, or `None` when the business answered before that or later than 24 hours after. All in unix seconds.
/// Meta: Cloud API > Pricing > Free entry points.
pub fn free_entry_point(written_at: i64, answered_at: i64) -> Option<(i64, i64)> {
    let wait = answered_at.checked_sub(written_at)?;
    let until = answered_at.checked_add(FREE_ENTRY_POINT_SECONDS - 1)?;
    (0..=24 * 3_600).contains(&wait).then_some((answered_at, until))
}

const fn day(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).expect("the days above exist")
}
