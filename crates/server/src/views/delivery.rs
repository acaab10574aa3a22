//! Webhook deliveries, kept raw.

use super::{mirror, page_of};
use jiff::Timestamp;
use model::delivery::{Delivery, DeliveryState as ModelState};
use serde::Serialize;
use utoipa::ToSchema;

mirror! {
    /// What became of a delivery.
    DeliveryState = ModelState { Pending Done Unrouted Malformed Failed }
}

/// One webhook request that Meta made to us.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryOut {
    #[schema(example = "del_0199c0ffee0070008000000000000001")]
    id: String,
    state: DeliveryState,
    received_at: Timestamp,
    #[schema(required = true)]
    processed_at: Option<Timestamp>,
    attempts: u32,
    #[schema(required = true)]
    error: Option<String>,
    /// What was in it, in a few words.
    #[schema(required = true)]
    summary: Option<String>,
    /// Bytes of the body.
    size: u64,
    /// The body as it came, with what is no UTF-8 replaced; only when one delivery is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    body: Option<String>,
}

impl From<Delivery> for DeliveryOut {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            state: delivery.state.into(),
            received_at: delivery.received_at,
            processed_at: delivery.processed_at,
            attempts: delivery.attempts,
            error: delivery.error,
            summary: delivery.summary,
            size: delivery.size,
            body: None,
        }
    }
}

impl DeliveryOut {
    pub(crate) fn with_body((delivery, body): (Delivery, Vec<u8>)) -> Self {
        Self { body: Some(String::from_utf8_lossy(&body).into_owned()), ..Self::from(delivery) }
    }
}

page_of!(DeliveryPage, DeliveryOut);
