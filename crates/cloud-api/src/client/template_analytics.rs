//! How templates, template groups and groups do, day by day. Meta: Analytics > Template analytics, Template group
//! analytics, Group analytics.

use super::amount::Amount;
use super::query::{Query, count, filtered, give, give_list};
use super::{Client, Listing};
use crate::error::Error;
use crate::violation::Violation;
use crate::webhook::wire::object;
use crate::webhook::{Id, UnixTime};

/// Most templates or template groups that can be asked for at once.
const IDS_MAX: usize = 10;

/// Days of templates or template groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateAnalyticsQuery {
    /// Ids of templates or of template groups; 1 to 10.
    pub ids: Vec<String>,
    /// First day: seconds since 1970 (Meta takes the UTC day they are in), or `2026-01-28` with `use_waba_timezone`.
    /// At most 90 days ago.
    pub start: String,
    /// Last day, likewise.
    pub end: String,
    /// `SENT`, `DELIVERED`, `READ`, `CLICKED`, `REPLIED`, `COST`, …; all when empty.
    pub metric_types: Vec<String>,
    /// `CLOUD_API` or `MARKETING_MESSAGES_API_FOR_WHATSAPP`; templates only.
    pub product_type: Option<String>,
    /// Days of the account's time zone instead of UTC.
    pub use_waba_timezone: Option<bool>,
}

impl TemplateAnalyticsQuery {
    /// Everything about these templates or template groups between two moments, in seconds since 1970.
    pub fn new(ids: impl IntoIterator<Item = impl Into<String>>, start: i64, end: i64) -> Self {
        let ids = ids.into_iter().map(Into::into).collect();
        Self { ids, start: start.to_string(), end: end.to_string(), ..Self::default() }
    }

    /// Whether Meta would take it.
    ///
    /// # Errors
    /// No id, or more than ten.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        count("ids", self.ids.len(), [1, IDS_MAX])
    }

    fn query(&self, ids: &'static str) -> Query {
        let mut query = vec![
            ("start", self.start.clone()),
            ("end", self.end.clone()),
            ("granularity", "DAILY".to_owned()),
        ];
        // Ids without quotes, as Meta's own examples have them.
        query.push((ids, format!("[{}]", self.ids.join(","))));
        give(
            &mut query,
            "metric_types",
            (!self.metric_types.is_empty()).then(|| self.metric_types.join(",")),
        );
        give(&mut query, "product_type", self.product_type.as_ref());
        give(&mut query, "use_waba_timezone", self.use_waba_timezone);
        query
    }
}

/// Days of a group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupAnalyticsQuery {
    /// The group; Meta takes one.
    pub group_ids: Vec<String>,
    /// In seconds since 1970; at most 90 days ago.
    pub start: i64,
    /// In seconds since 1970.
    pub end: i64,
    /// `SENT`, `DELIVERED`, `READ`, `PARTICIPANTS_JOINED`, `PARTICIPANTS_LEFT`.
    pub metric_types: Vec<String>,
}

impl GroupAnalyticsQuery {
    /// Everything about a group between two moments, in seconds since 1970.
    pub fn new(group_id: impl Into<String>, start: i64, end: i64) -> Self {
        let all = ["SENT", "DELIVERED", "READ", "PARTICIPANTS_JOINED", "PARTICIPANTS_LEFT"];
        let metric_types = all.map(str::to_owned).into();
        Self { group_ids: vec![group_id.into()], start, end, metric_types }
    }

    /// Whether Meta would take it.
    ///
    /// # Errors
    /// No group or several; no metric.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        let results = [
            count("group_ids", self.group_ids.len(), [1, 1]),
            count("metric_types", self.metric_types.len(), [1, usize::MAX]),
        ];
        let violations: Vec<Violation> = results.into_iter().filter_map(Result::err).flatten().collect();
        if violations.is_empty() { Ok(()) } else { Err(violations) }
    }
}

object! {
    /// Days of templates or template groups.
    pub struct TemplateAnalytics {
        /// `DAILY`.
        granularity: String = "granularity",
        /// `cloud_api` or `marketing_messages_api_for_whatsapp`.
        product_type: String = "product_type",
        /// Name of the account's time zone, if days are of it.
        waba_timezone: String = "waba_timezone",
        /// One for each day and template; days without any are left out.
        data_points: Vec<TemplatePoint> = "data_points",
    }
}

object! {
    /// One day of a template or template group.
    pub struct TemplatePoint {
        /// The template.
        template_id: Id = "template_id",
        /// The template group.
        template_group_id: Id = "template_group_id",
        /// Beginning of the day.
        start: UnixTime = "start",
        /// End of the day.
        end: UnixTime = "end",
        /// How many were sent.
        sent: i64 = "sent",
        /// How many were delivered.
        delivered: i64 = "delivered",
        /// How many were read, by those who show it.
        read: i64 = "read",
        /// How many were answered.
        replied: i64 = "replied",
        /// Clicks by button.
        clicked: Vec<TemplateClicks> = "clicked",
        /// Costs by kind.
        cost: Vec<TemplateCost> = "cost",
    }
}

object! {
    /// Clicks on a button.
    pub struct TemplateClicks {
        /// `quick_reply_button`, `url_button`, `unique_url_button`, …
        kind: String = "type",
        /// What the button says.
        button_content: String = "button_content",
        /// How many.
        count: i64 = "count",
    }
}

object! {
    /// What a template cost.
    pub struct TemplateCost {
        /// `amount_spent`, `cost_per_delivered` or `cost_per_url_button_click`.
        kind: String = "type",
        /// In the account's currency.
        value: Amount = "value",
    }
}

object! {
    /// Days of a group.
    pub struct GroupAnalytics {
        /// `DAILY`.
        granularity: String = "granularity",
        /// One for each day.
        data_points: Vec<GroupPoint> = "data_points",
    }
}

object! {
    /// One day of a group.
    pub struct GroupPoint {
        /// The group.
        group_id: Id = "group_id",
        /// Beginning of the day.
        start: UnixTime = "start",
        /// End of the day.
        end: UnixTime = "end",
        /// Messages to the group.
        sent: i64 = "sent",
        /// Deliveries to its members.
        delivered: i64 = "delivered",
        /// Messages read, member by member.
        read: i64 = "read",
        /// Members who came.
        joined: i64 = "joined",
        /// Members who went.
        left: i64 = "left",
    }
}

impl Client {
    /// How templates do, day by day.
    ///
    /// Permission B. 90 days back at most, ten templates. Needs [`Client::enable_insights`] once, and isn't there
    /// for accounts and numbers of the EU, the United Kingdom and Japan. Meta: Analytics > Template analytics.
    ///
    /// # Errors
    /// [`Error::Refused`] for none or more than ten ids; the list itself fails with code 200007 when insights are
    /// off, 200005 when the account can't have them.
    pub fn template_analytics(
        &self,
        waba_id: &str,
        query: &TemplateAnalyticsQuery,
    ) -> Result<Listing<TemplateAnalytics>, Error> {
        self.judge(|| query.validate())?;
        let listing = self.list("template_analytics", &[waba_id, "template_analytics"]);
        Ok(filtered(listing, query.query("template_ids")))
    }

    /// How template groups do, day by day.
    ///
    /// Permission B. Limits as [`Client::template_analytics`]. Meta: Analytics > Template group analytics.
    ///
    /// # Errors
    /// As [`Client::template_analytics`].
    pub fn template_group_analytics(
        &self,
        waba_id: &str,
        query: &TemplateAnalyticsQuery,
    ) -> Result<Listing<TemplateAnalytics>, Error> {
        self.judge(|| query.validate())?;
        let listing = self.list("template_group_analytics", &[waba_id, "template_group_analytics"]);
        Ok(filtered(listing, query.query("template_group_ids")))
    }

    /// How a group does, day by day.
    ///
    /// Permission B. 90 days back at most, one group. Meta: Analytics > Group analytics.
    ///
    /// # Errors
    /// [`Error::Refused`] for no group, several, or no metric.
    pub fn group_analytics(
        &self,
        waba_id: &str,
        query: &GroupAnalyticsQuery,
    ) -> Result<Listing<GroupAnalytics>, Error> {
        self.judge(|| query.validate())?;
        let mut pairs = vec![
            ("start", query.start.to_string()),
            ("end", query.end.to_string()),
            ("granularity", "DAILY".to_owned()),
        ];
        give_list(&mut pairs, "group_ids", &query.group_ids);
        give_list(&mut pairs, "metric_types", &query.metric_types);
        Ok(filtered(self.list("group_analytics", &[waba_id, "group_analytics"]), pairs))
    }
}
