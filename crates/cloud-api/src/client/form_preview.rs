//! Looking at a form: its web preview, the numbers of its endpoint. Meta: WhatsApp Flows > Flows API, Metrics API.

use reqwest::Url;
use serde::Deserialize;
use serde_json::{Number, Value};

use super::Client;
use crate::error::Error;
use crate::webhook::wire::{object, words};

object! {
    /// Where a form can be seen without WhatsApp. Who has the link needs no account.
    pub struct FormPreview {
        /// The link. [`FormPreview::interactive`] makes it do something.
        preview_url: String = "preview_url",
        /// ISO 8601; after 30 days.
        expires_at: String = "expires_at",
    }
}

/// How an interactive preview behaves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InteractivePreview {
    /// Given to the endpoint with every request. Needed for forms with an endpoint.
    pub flow_token: Option<String>,
    /// `navigate` or `data_exchange`: whether the first screen comes from here or from the endpoint.
    pub flow_action: Option<String>,
    /// First screen and its data, with `navigate`: `{"screen": …, "data": {…}}`.
    pub flow_action_payload: Option<Value>,
    /// Id of the number whose key encrypts what goes to the endpoint. Needed for forms with an endpoint.
    pub phone_number: Option<String>,
    /// Shows what is exchanged beside the form.
    pub debug: Option<bool>,
}

impl FormPreview {
    /// The link to a preview that can be used like the form itself; `None` when Graph gave no link.
    pub fn interactive(&self, how: &InteractivePreview) -> Option<String> {
        let mut url = Url::parse(self.preview_url.as_deref()?).ok()?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("interactive", "true");
            let payload = how.flow_action_payload.as_ref().map(Value::to_string);
            let debug = how.debug.map(|debug| debug.to_string());
            for (key, value) in [
                ("flow_token", &how.flow_token),
                ("flow_action", &how.flow_action),
                ("flow_action_payload", &payload),
                ("phone_number", &how.phone_number),
                ("debug", &debug),
            ] {
                if let Some(value) = value {
                    query.append_pair(key, value);
                }
            }
        }
        Some(url.into())
    }
}

words! {
    /// What is measured about a form's endpoint.
    pub enum FormMetricName {
        /// Requests to the endpoint.
        RequestCount = "ENDPOINT_REQUEST_COUNT",
        /// Failed requests, by kind: `timeout_error`, `unexpected_http_status_code`, `cannot_be_served`, …
        RequestError = "ENDPOINT_REQUEST_ERROR",
        /// Failed requests divided by all.
        RequestErrorRate = "ENDPOINT_REQUEST_ERROR_RATE",
        /// Requests by seconds until the answer, rounded up: `1` to `10` and `10+`.
        LatencySeconds = "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL",
        /// Health checks: `succeeded` and `failed`.
        Availability = "ENDPOINT_AVAILABILITY",
    }
}

words! {
    /// How long each data point of a form's metric is.
    pub enum FormMetricGranularity {
        /// Back to 30 days.
        Hour = "HOUR",
        /// Back to 90 days.
        Day = "DAY",
        /// One for everything.
        Lifetime = "LIFETIME",
    }
}

object! {
    /// A metric of a form's endpoint.
    pub struct FormMetric {
        /// What was measured.
        name: FormMetricName = "name",
        /// How long each data point is.
        granularity: FormMetricGranularity = "granularity",
        /// The oldest first.
        data_points: Vec<FormMetricPoint> = "data_points",
    }
}

object! {
    /// One span of time.
    pub struct FormMetricPoint {
        /// Its beginning, ISO 8601.
        timestamp: String = "timestamp",
        /// Values by kind.
        data: Vec<FormMetricValue> = "data",
    }
}

object! {
    /// A number and what it counts.
    pub struct FormMetricValue {
        /// `value` for metrics with one value.
        key: String = "key",
        /// The number.
        value: Number = "value",
    }
}

impl Client {
    /// The link to a form's preview. With `invalidate` links given out before stop working.
    ///
    /// Permission B. The link works for 30 days, for everybody who has it. Meta: Flows API > Preview.
    ///
    /// # Errors
    /// As every call.
    pub async fn form_preview(&self, form_id: &str, invalidate: bool) -> Result<FormPreview, Error> {
        #[derive(Deserialize)]
        struct Answer {
            preview: FormPreview,
        }
        let fields = format!("preview.invalidate({invalidate})");
        let answer: Answer = self.get("form_preview", &[form_id]).query("fields", &fields).read().await?;
        Ok(answer.preview)
    }

    /// How a form's endpoint does. `span` is the first and the last day, `2026-01-28`; the whole time when it is
    /// `None`.
    ///
    /// Permission B. Hours behind real time. Meta: WhatsApp Flows > Metrics API.
    ///
    /// # Errors
    /// Code 100 when the form has made fewer than 250 requests.
    pub async fn form_metric(
        &self,
        form_id: &str,
        name: &FormMetricName,
        granularity: &FormMetricGranularity,
        span: Option<[&str; 2]>,
    ) -> Result<FormMetric, Error> {
        #[derive(Deserialize)]
        struct Answer {
            metric: FormMetric,
        }
        let mut fields = format!("metric.name({name}).granularity({granularity})");
        if let Some([since, until]) = span {
            fields.push_str(&format!(".since({since}).until({until})"));
        }
        let answer: Answer = self.get("form_metric", &[form_id]).query("fields", &fields).read().await?;
        Ok(answer.metric)
    }
}
