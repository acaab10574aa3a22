//! Meta's WhatsApp Business Platform (Cloud API) for any Rust program: what goes over its wire, typed, and a client.
//!
//! | module | |
//! |---|---|
//! | [`message`] | outbound messages as types, and [`message::check`] with every limit Meta applies |
//! | [`webhook`] | everything Meta tells us, read without loss, known or not |
//! | [`form`] | forms (Meta calls them WhatsApp Flows): their JSON judged, and the encrypted endpoint behind them |
//! | [`signature`] | `X-Hub-Signature-256`: is this delivery Meta's? |
//! | [`client`] | calls: send, mark as read, media, templates, phone numbers |
//! | [`error`] | every documented error code, and what to do about it |
//!
//! The crate knows nothing of what its caller does with messages: no database, no queue, no retry, no clock.
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
pub mod error;
pub mod form;
mod error_table;
mod judge;
pub mod message;
pub mod signature;
pub mod violation;
pub mod webhook;
