//! Forms (Meta calls them Flows): their state and the health of their endpoints. Meta: Flows > Guides > Flows webhooks.

use serde_json::Number;

use super::scalar::Id;
use super::wire::{object, words};

words! {
    /// What happened to a form.
    pub enum FormEvent {
        /// It was published, blocked, deprecated, …
        StatusChange = "FLOW_STATUS_CHANGE",
        /// Errors on customers' phones crossed a threshold.
        ClientErrorRate = "CLIENT_ERROR_RATE",
        /// Errors of your endpoint crossed a threshold.
        EndpointErrorRate = "ENDPOINT_ERROR_RATE",
        /// Your endpoint is slow.
        EndpointLatency = "ENDPOINT_LATENCY",
        /// Your endpoint can't be reached.
        EndpointAvailability = "ENDPOINT_AVAILABILITY",
        /// The version its JSON is written in ends soon.
        VersionExpiry = "FLOW_VERSION_EXPIRY_WARNING",
    }
}

words! {
    /// The state of a form.
    pub enum FormState {
        /// Not published.
        Draft = "DRAFT",
        /// In use.
        Published = "PUBLISHED",
        /// No longer sent.
        Deprecated = "DEPRECATED",
        /// Stopped by Meta: customers can't open it.
        Blocked = "BLOCKED",
        /// Slowed down by Meta: ten messages an hour.
        Throttled = "THROTTLED",
    }
}

words! {
    /// Whether an alert began or ended.
    pub enum AlertState {
        /// The threshold was crossed.
        Activated = "ACTIVATED",
        /// All is well again.
        Deactivated = "DEACTIVATED",
    }
}

object! {
    /// Value of the field `flows`.
    pub struct FormUpdate {
        /// What happened.
        event: FormEvent = "event",
        /// In words.
        message: String = "message",
        /// In words, with an expiry.
        warning: String = "warning",
        /// The form.
        flow_id: Id = "flow_id",
        /// Its state until now.
        old_status: FormState = "old_status",
        /// Its state from now on.
        new_status: FormState = "new_status",
        /// Whether an alert began or ended.
        alert_state: AlertState = "alert_state",
        /// The bound that was crossed, in the unit of what is measured: percent or milliseconds.
        threshold: Number = "threshold",
        /// Percent.
        error_rate: Number = "error_rate",
        /// Which errors.
        errors: Vec<FormErrorRate> = "errors",
        /// Percent.
        availability: Number = "availability",
        /// Milliseconds that nine in ten requests stay under.
        p90_latency: Number = "p90_latency",
        /// Milliseconds that half of the requests stay under.
        p50_latency: Number = "p50_latency",
        /// How many requests were measured.
        requests_count: i64 = "requests_count",
    }
}

object! {
    /// How often one error happened.
    pub struct FormErrorRate {
        /// Which, e.g. `INVALID_SCREEN_TRANSITION`.
        error_type: String = "error_type",
        /// Percent of the errors.
        error_rate: Number = "error_rate",
        /// How often.
        error_count: i64 = "error_count",
    }
}
