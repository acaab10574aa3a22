//! What an account sent, and what it cost. Meta: Analytics.
//!
//! Numbers are approximate, and late by hours. Costs are in the account's currency ([`Waba::currency`](super::Waba))
//! and absent for accounts that a partner pays for. A year back at most.

use serde::Deserialize;

use super::Client;
pub use super::analytics_query::{
    CallAnalyticsQuery, ConversationAnalyticsQuery, Granularity, MessageAnalyticsQuery, PricingAnalyticsQuery,
};
pub use super::template_analytics::{
    GroupAnalytics, GroupAnalyticsQuery, GroupPoint, TemplateAnalytics, TemplateAnalyticsQuery,
    TemplateClicks, TemplateCost, TemplatePoint,
};

use super::amount::Amount;
use crate::error::Error;
use crate::webhook::wire::object;
use crate::webhook::{Id, UnixTime};

object! {
    /// Messages sent and delivered.
    pub struct MessageAnalytics {
        /// The numbers they were sent from.
        phone_numbers: Vec<Id> = "phone_numbers",
        /// The countries they were sent to.
        country_codes: Vec<String> = "country_codes",
        /// How long each data point is.
        granularity: String = "granularity",
        /// Spans without messages are left out.
        data_points: Vec<MessagePoint> = "data_points",
    }
}

object! {
    /// Messages of one span.
    pub struct MessagePoint {
        /// Its beginning.
        start: UnixTime = "start",
        /// Its end.
        end: UnixTime = "end",
        /// How many were sent.
        sent: i64 = "sent",
        /// How many were delivered.
        delivered: i64 = "delivered",
    }
}

object! {
    /// Conversations of one span and the dimensions that were asked for.
    pub struct ConversationPoint {
        /// Its beginning.
        start: UnixTime = "start",
        /// Its end.
        end: UnixTime = "end",
        /// How many.
        conversation: i64 = "conversation",
        /// The number they were held with.
        phone_number: Id = "phone_number",
        /// Two letters.
        country: String = "country",
        /// `FREE_ENTRY`, `FREE_TIER` or `REGULAR`.
        conversation_type: String = "conversation_type",
        /// `BUSINESS_INITIATED` or `USER_INITIATED`.
        conversation_direction: String = "conversation_direction",
        /// `AUTHENTICATION`, `MARKETING`, `SERVICE`, `UTILITY`, …
        conversation_category: String = "conversation_category",
        /// What they cost.
        cost: Amount = "cost",
    }
}

object! {
    /// Messages of one span and the dimensions that were asked for.
    pub struct PricingPoint {
        /// Its beginning.
        start: UnixTime = "start",
        /// Its end.
        end: UnixTime = "end",
        /// The number they were sent from.
        phone_number: Id = "phone_number",
        /// Two letters.
        country: String = "country",
        /// Of the month's volume, `0:100000` or `1000001:MAX`.
        tier: String = "tier",
        /// `REGULAR`, `FREE_CUSTOMER_SERVICE` or `FREE_ENTRY_POINT`.
        pricing_type: String = "pricing_type",
        /// `AUTHENTICATION`, `MARKETING`, `SERVICE`, `UTILITY`, …
        pricing_category: String = "pricing_category",
        /// How many were delivered.
        volume: i64 = "volume",
        /// What they cost.
        cost: Amount = "cost",
    }
}

object! {
    /// Calls of one span and the dimensions that were asked for.
    pub struct CallPoint {
        /// Its beginning.
        start: UnixTime = "start",
        /// Its end.
        end: UnixTime = "end",
        /// The number.
        phone_number: Id = "phone_number",
        /// Two letters.
        country: String = "country",
        /// `USER_INITIATED` or `BUSINESS_INITIATED`.
        direction: String = "direction",
        /// How many.
        count: i64 = "count",
        /// In seconds.
        average_duration: serde_json::Number = "average_duration",
        /// What they cost.
        cost: Amount = "cost",
    }
}

/// An account that was asked for one field with arguments. Graph leaves the field out when there is nothing in it.
#[derive(Deserialize)]
struct Account<T> {
    #[serde(
        alias = "analytics",
        alias = "conversation_analytics",
        alias = "pricing_analytics",
        alias = "call_analytics"
    )]
    found: Option<T>,
}

/// Data points come in one list, or in several under `data`.
#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
struct Series<T> {
    #[serde(default)]
    data: Vec<Points<T>>,
    #[serde(default)]
    data_points: Vec<T>,
}

#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
struct Points<T> {
    #[serde(default)]
    data_points: Vec<T>,
}

impl<T> Account<Series<T>> {
    fn points(self) -> Vec<T> {
        let Some(Series { data, mut data_points }) = self.found else { return Vec::new() };
        data_points.extend(data.into_iter().flat_map(|points| points.data_points));
        data_points
    }
}

impl Client {
    /// How many messages an account sent and delivered.
    ///
    /// Permission B. A year back at most. Meta: Analytics > Messaging analytics.
    ///
    /// # Errors
    /// Code 100 for a span or filter Meta doesn't take.
    pub async fn message_analytics(
        &self,
        waba_id: &str,
        query: &MessageAnalyticsQuery,
    ) -> Result<MessageAnalytics, Error> {
        let call = self.get("message_analytics", &[waba_id]).query("fields", &query.field());
        let answer: Account<MessageAnalytics> = call.read().await?;
        Ok(answer.found.unwrap_or_default())
    }

    /// How many conversations an account held, and what they cost. Of the time before July 2025, when Meta charged by
    /// conversation; [`Client::pricing_analytics`] replaces it.
    ///
    /// Permission B. A year back at most. Meta: Analytics > Conversation analytics.
    ///
    /// # Errors
    /// As [`Client::message_analytics`].
    pub async fn conversation_analytics(
        &self,
        waba_id: &str,
        query: &ConversationAnalyticsQuery,
    ) -> Result<Vec<ConversationPoint>, Error> {
        let call = self.get("conversation_analytics", &[waba_id]).query("fields", &query.field());
        Ok(call.read::<Account<Series<_>>>().await?.points())
    }

    /// How many messages an account delivered by price category, and what they cost.
    ///
    /// Permission B. A year back at most. Meta: Analytics > Pricing analytics.
    ///
    /// # Errors
    /// As [`Client::message_analytics`].
    pub async fn pricing_analytics(
        &self,
        waba_id: &str,
        query: &PricingAnalyticsQuery,
    ) -> Result<Vec<PricingPoint>, Error> {
        let call = self.get("pricing_analytics", &[waba_id]).query("fields", &query.field());
        Ok(call.read::<Account<Series<_>>>().await?.points())
    }

    /// How many calls an account had, how long they were and what they cost.
    ///
    /// Permission B. A year back at most. Meta: Analytics > Call analytics.
    ///
    /// # Errors
    /// As [`Client::message_analytics`].
    pub async fn call_analytics(
        &self,
        waba_id: &str,
        query: &CallAnalyticsQuery,
    ) -> Result<Vec<CallPoint>, Error> {
        let call = self.get("call_analytics", &[waba_id]).query("fields", &query.field());
        Ok(call.read::<Account<Series<_>>>().await?.points())
    }
}
