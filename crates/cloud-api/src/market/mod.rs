//! What a message costs, and where: markets, categories, rate cards, and the rules that make messages free.
//!
//! Everything that Meta changes by the quarter is data (`data/` of this crate); what isn't known is `None`, never a
//! guess. The figures come from third-party transcriptions of Meta's cards (each [`RateCard`] says from where): good
//! for estimates and budgets, not for checking an invoice. Meta: Cloud API > Pricing.
//!
//! ```
//! use cloud_api::market::{Date, Delivery, Market, Micros, PricingCategory, PricingKind, price};
//! use cloud_api::number::PhoneNumber;
//!
//! let at = Date::new(2026, 11, 20).expect("a real day");
//! let number: PhoneNumber = "+525512345678".parse()?;
//! let category = PricingCategory::Marketing;
//! let charge = price(&Delivery::new(Market::of(&number, at), &category, at)).expect("rules since July 2025");
//! assert_eq!((charge.kind, charge.rate), (PricingKind::Regular, Some(Micros(39_700))));
//! # Ok::<(), cloud_api::number::NumberError>(())
//! ```

mod category;
mod date;
mod place;
mod price;
mod rates;

pub use date::{Date, DateError};
pub use place::{Market, marketing_paused, messaging_banned};
pub use price::{
    Charge, Delivery, FREE_ENTRY_POINT_SECONDS, FREE_SERVICE_MESSAGES, MESSAGE_PRICING_SINCE,
    SERVICE_BILLED_SINCE, free_entry_point, price, price_by,
};
pub use rates::{Micros, RateCard, RateCardError};

pub use crate::webhook::{PricingCategory, PricingKind};
