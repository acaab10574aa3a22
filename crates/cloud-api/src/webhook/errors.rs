//! Errors inside webhooks.

use super::wire::{Wire, object};
use crate::error::GraphError;

object! {
    /// An error in a status, a message or a value.
    pub struct WireError {
        /// See [`describe`](crate::error::describe).
        code: i64 = "code",
        /// Short name.
        title: String = "title",
        /// Mostly the same as the title.
        message: String = "message",
        /// Holds the explanation.
        error_data: ErrorData = "error_data",
        /// Meta's page about errors.
        href: String = "href",
        /// Rare.
        error_subcode: i64 = "error_subcode",
    }
}

object! {
    /// Explanation of an error.
    pub struct ErrorData {
        /// The most useful text there is.
        details: String = "details",
        /// Sometimes present.
        messaging_product: String = "messaging_product",
    }
}

impl WireError {
    /// The same error in the form calls return, with its disposition.
    pub fn to_graph(&self) -> GraphError {
        GraphError::from_json(0, &self.write())
    }

    /// The explanation, if there is one.
    pub fn details(&self) -> Option<&str> {
        self.error_data.as_ref()?.details.as_deref()
    }
}
