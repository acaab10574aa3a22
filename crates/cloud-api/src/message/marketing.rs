//! Marketing templates over their own endpoint, typed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::outbound::Outbound;
use super::wire::words;
use crate::violation::Violation;

/// A marketing template with the options of `POST /{phone number id}/marketing_messages`, to whose body it
/// serialises. Meta: Marketing Messages API for WhatsApp > Sending messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Outbound", from = "Outbound")]
pub struct Marketing {
    /// The message: a template of category marketing.
    pub message: Outbound,
    /// What happens where the endpoint's own delivery isn't possible; falls back to the Cloud API when left out.
    pub product_policy: Option<ProductPolicy>,
    /// Whether Meta may use what people do with this message to choose who gets the next.
    pub message_activity_sharing: Option<bool>,
}

words! {
    /// What happens to a message that the Marketing Messages API can't deliver.
    pub enum ProductPolicy {
        /// It is sent as over the Cloud API.
        CloudApiFallback = "CLOUD_API_FALLBACK",
        /// It isn't sent.
        Strict = "STRICT",
    }
}

impl Marketing {
    /// A message with Meta's defaults.
    pub fn new(message: Outbound) -> Self {
        Self { message, product_policy: None, message_activity_sharing: None }
    }

    /// The same with a policy.
    #[must_use]
    pub fn product_policy(mut self, policy: ProductPolicy) -> Self {
        self.product_policy = Some(policy);
        self
    }

    /// The same with or without activity sharing.
    #[must_use]
    pub fn message_activity_sharing(mut self, share: bool) -> Self {
        self.message_activity_sharing = Some(share);
        self
    }

    /// The JSON that goes over the wire.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether Meta would take it. See [`check_marketing`](super::check_marketing).
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        super::check_marketing(&self.to_json())
    }
}

const POLICY: &str = "product_policy";
const SHARING: &str = "message_activity_sharing";

impl From<Marketing> for Outbound {
    fn from(marketing: Marketing) -> Self {
        let mut message = marketing.message;
        if let Some(policy) = marketing.product_policy {
            message.extra.insert(POLICY.to_owned(), serde_json::to_value(policy).unwrap_or_default());
        }
        if let Some(share) = marketing.message_activity_sharing {
            message.extra.insert(SHARING.to_owned(), share.into());
        }
        message
    }
}

impl From<Outbound> for Marketing {
    fn from(mut message: Outbound) -> Self {
        let policy = message.extra.get(POLICY).and_then(|policy| ProductPolicy::deserialize(policy).ok());
        if policy.is_some() {
            message.extra.remove(POLICY);
        }
        let share = message.extra.get(SHARING).and_then(Value::as_bool);
        if share.is_some() {
            message.extra.remove(SHARING);
        }
        Self { message, product_policy: policy, message_activity_sharing: share }
    }
}
