//! The words and the rules of Waypost: plain values, no input or output, time passed in.
//!
//! This room knows nothing of databases, HTTP or Meta's wire format. A rule here is a function from values to a
//! value, so that API, inbox, automation and campaigns can all ask the same one.

pub mod account;
pub mod breaker;
pub mod budget;
pub mod cause;
pub mod contact;
pub mod conversation;
pub mod delivery;
pub mod event;
pub mod id;
pub mod media;
pub mod message;
pub mod node;
pub mod pacing;
pub mod page;
pub mod phone_number;
pub mod policy;
pub mod rule;
pub mod template;
pub mod time;

pub use jiff::Timestamp;
