//! The automation engine: definitions, validation and steps that return effects as data.
//!
//! Nothing here reads a clock, a database or the network: [`rule::decide`] gets values and returns [`Effect`]s, which
//! `app` applies through the same door as every other message. That is why the editor can simulate with the engine
//! itself. Today the engine knows one kind of automation, the auto-reply rule.

pub mod rule;

use model::id::RuleId;
use serde_json::Value;

/// Something that automation wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Send `content` to the contact who wrote.
    Send {
        /// The rule that asks for it.
        rule: RuleId,
        /// Cloud-API-shaped message without address.
        content: Value,
    },
}
