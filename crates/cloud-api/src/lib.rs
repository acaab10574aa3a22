//! Meta's WhatsApp Business Platform (Cloud API) for any Rust program: what goes over its wire, typed, and a client.
//!
//! | module | |
//! |---|---|
//! | [`message`] | outbound messages as types, and [`message::check`] with every limit Meta applies |
//! | [`template`] | template definitions as types, every rule they must keep, and whether a message fits its template |
//! | [`webhook`] | everything Meta tells us, read without loss, known or not, and [told in words](webhook::inspect) |
//! | [`form`] | forms (Meta calls them WhatsApp Flows): their JSON judged, and the encrypted endpoint behind them |
//! | [`signature`] | `X-Hub-Signature-256`: is this delivery Meta's? |
//! | [`client`] | calls: messages, media, phone numbers and their settings, users, calls, groups, accounts, templates, forms, analytics, partners, Embedded Signup, uploads |
//! | [`coverage`] | which method serves which of Meta's endpoints |
//! | [`error`] | every documented error code, and what to do about it |
//! | [`number`] | phone numbers, and one person under several spellings |
//! | [`market`] | what a message costs, and where |
//!
//! The crate knows nothing of what its caller does with messages: no database, no queue, no clock. It repeats a call only
//! when told to, with the caller's own sleep ([`client::Retries`]).
//!
//! # Sending
//!
//! ```no_run
//! use cloud_api::client::{Client, Config};
//! use cloud_api::message::{Outbound, Recipient};
//!
//! # async fn send() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Config { app_secret: Some("app secret".into()), ..Config::new("access token") })?;
//! let message = Outbound::text(Recipient::Phone("+1 555 010 0001".into()), "Hello!").with_callback_data("order:1");
//! if let Err(violations) = message.validate() {
//!     // e.g. "Text body length invalid. Min length: 1, Max length: 4096" at /text/body
//!     return Err(violations[0].message.clone().into());
//! }
//! match client.send_message("600000000000001", &message).await {
//!     Ok(sent) => println!("accepted as {}", sent.wamid),
//!     Err(error) => println!("{error}; now {:?}", error.disposition()),
//! }
//! # Ok(()) }
//! ```
//!
//! # Receiving
//!
//! ```
//! use cloud_api::webhook::{self, Content};
//! use cloud_api::signature;
//!
//! # let body = br#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":
//! #   {"messages":[{"from":"15550100001","id":"wamid.1","timestamp":"1","type":"text","text":{"body":"hola"}}]}}]}]}"#;
//! # let header = signature::sign("app secret", body);
//! # let header = Some(header.as_str());
//! signature::verify(&["app secret", "the one before"], header, body)?;
//! let envelope = webhook::parse(body)?;
//! for (_, change) in envelope.changes() {
//!     let Some(value) = change.value.as_messages() else { continue };
//!     for message in value.messages() {
//!         if let Content::Text(text) = &message.content {
//!             assert_eq!(text.body.as_deref(), Some("hola"));
//!         }
//!     }
//! }
//! assert!(envelope.surprises().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

pub mod client;
pub mod coverage {
    #![doc = include_str!("../COVERAGE.md")]
}
pub mod error;
mod error_table;
pub mod form;
mod judge;
pub mod market;
pub mod message;
pub mod number;
mod shape;
pub mod signature;
pub mod template;
pub mod violation;
pub mod webhook;
