//! Meta's WhatsApp Business Platform (Cloud API) for any Rust program: what goes over its wire, typed, and a client.
//!
//! | module | |
//! |---|---|
//! | [`message`] | outbound messages of every kind as types, and [`message::check`] with every limit Meta applies |
//! | [`template`] | template definitions as types, every rule they must keep, whether a message fits its template, and what a customer reads |
//! | [`webhook`] | everything Meta tells us, read without loss, known or not, and [told in words](webhook::inspect); the [handshake](webhook::challenge) |
//! | [`form`] | forms (Meta calls them WhatsApp Flows): their JSON judged, and the [encrypted endpoint](form::endpoint) behind them |
//! | [`signature`] | `X-Hub-Signature-256`: is this delivery Meta's? |
//! | [`client`] | calls: messages, media, phone numbers and their settings, users, calls, groups, accounts, templates, forms, analytics, partners, Embedded Signup, uploads |
//! | [`coverage`] | which method serves which of Meta's endpoints, and which of pywa's methods |
//! | [`error`] | every documented error code: what it means, who must act, what to do |
//! | [`violation`] | why Meta would refuse a body, place by place |
//! | [`number`] | phone numbers, and one person under several spellings |
//! | [`market`] | what a message costs, and where |
//!
//! The crate knows nothing of what its caller does with messages: no database, no queue, no clock, no dice. It repeats a call
//! only when told to, with the caller's own sleep ([`client::Retries`]). Examples to run are in `examples/`.
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
//!
//! # Trying again
//!
//! Graph has no idempotency key: a message whose answer was lost may have been sent. Every error says what that means
//! ([`error::Error::disposition`]), and a client that was given [`client::Retries`] repeats what was certainly refused, and
//! nothing else:
//!
//! ```no_run
//! # fn client() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use cloud_api::client::{Client, Config, Retries};
//!
//! let retries = Retries::new(4, Duration::from_secs(60), tokio::time::sleep);
//! let client = Client::new(Config::new("access token"))?.with_retries(retries);
//! # Ok(()) }
//! ```
//!
//! # Templates
//!
//! ```
//! use cloud_api::message::{Content, Template};
//! use cloud_api::template::{Definition, check_send, parameters_needed, render};
//!
//! let definition = Definition::utility("order_shipped", "en_US")
//!     .body("Hi {{1}}, your order {{2}} is on its way. Thanks!", ["Ana", "42"]);
//! assert_eq!(definition.validate(), Ok(()));
//! assert_eq!(parameters_needed(&definition.components).body.len(), 2);
//!
//! let message = Content::from(Template::new("order_shipped", "en_US").body(["Ben", "43"]));
//! assert_eq!(check_send(&definition.components, &message.payload()), Ok(()));
//! let read = render(&definition.components, &message.payload());
//! assert_eq!(read.body.as_deref(), Some("Hi Ben, your order 43 is on its way. Thanks!"));
//! ```
//!
//! # The endpoint of a form
//!
//! ```
//! use cloud_api::form::endpoint::{self, EndpointError, Keys, Kind, Response};
//! use cloud_api::signature;
//!
//! fn exchange(keys: &Keys, app_secret: &str, header: Option<&str>, body: &[u8]) -> Result<String, EndpointError> {
//!     signature::verify(&[app_secret], header, body)?;
//!     let (request, session) = endpoint::open(keys, body)?;
//!     let response = match request.kind() {
//!         Kind::Ping => Response::Pong,
//!         Kind::ErrorNotification { .. } => Response::Acknowledged,
//!         _ => Response::success(request.flow_token.clone().unwrap_or_default()),
//!     };
//!     // Answer with it as text/plain; an EndpointError knows its status and body.
//!     Ok(session.seal(&response))
//! }
//! ```
//!
//! # Prices
//!
//! ```
//! use cloud_api::market::{Date, Delivery, Market, PricingCategory, price};
//! use cloud_api::number::PhoneNumber;
//!
//! let number: PhoneNumber = "+525512345678".parse()?;
//! let day = Date::new(2026, 11, 20).expect("a real day");
//! let charge = price(&Delivery::new(Market::of(&number, day), &PricingCategory::Marketing, day));
//! let rate = charge.and_then(|charge| charge.rate).expect("Mexico is on the card");
//! assert_eq!(rate.to_string(), "0.0397");
//! # Ok::<(), cloud_api::number::NumberError>(())
//! ```
//!
//! # Limits of this crate
//!
//! - It speaks Graph API v25.0 and was written from Meta's documentation as of late 2026, from samples of webhooks and from an
//!   emulator: never from a contract with Meta. Where the documentation contradicts itself, reading takes both, checks
//!   refuse only what is certainly refused, and the item's documentation says what is uncertain.
//! - Checks see one body. What depends on Meta's state (does the template exist, is the service window open, may this number
//!   do that?) only the answer tells; its errors are typed.
//! - A new field, kind or word of Meta's is kept and listed as a [surprise](webhook::Envelope::surprises), but nothing here
//!   understands it until somebody adds it. A new kind of message is refused as unknown while the client checks
//!   ([`client::Config::validate`]); a new endpoint is reached by [`client::Client::raw`].
//! - Prices are third-party transcriptions of Meta's cards, in US dollars, incomplete: good for budgets, not for invoices.
//!   Another card is read with [`market::RateCard::parse`].
//! - No server, no handlers, no media conversion, no audio of calls (SDP is passed on as text), no On-Premises API.
//! - Asynchronous only, on tokio (through `reqwest`) with rustls. What isn't a call needs no runtime.

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
