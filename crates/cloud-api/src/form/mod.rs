//! Forms: what Meta calls WhatsApp Flows. Their JSON, judged; and the endpoint that answers them, encrypted.
//!
//! | | |
//! |---|---|
//! | [`check`] | every rule of form JSON, at once, with the place of each violation |
//! | [`validation_errors`] | the same, as Meta answers it: with lines and columns of the source |
//! | [`Form`] | which screens a form has, and what it collects |
//! | [`Versions`] | which versions may be sent and published |
//! | [`endpoint`] | data exchange: keys, requests, responses, uploaded files |
//!
//! Meta: WhatsApp Flows > Reference > Flow JSON, Components, Error codes.
//!
//! ```
//! use cloud_api::form;
//!
//! let source = r#"{
//!   "version": "7.3",
//!   "screens": [{
//!     "id": "ASK", "title": "Your name", "terminal": true,
//!     "layout": {"type": "SingleColumnLayout", "children": [
//!       {"type": "TextInput", "name": "name", "label": "Name"},
//!       {"type": "Footer", "label": "Send", "on-click-action": {
//!         "name": "complete", "payload": {"name": "${form.nmae}"}}}
//!     ]}
//!   }]
//! }"#;
//! let violations = form::check(&serde_json::from_str(source)?).unwrap_err();
//! assert_eq!(violations[0].pointer, "/screens/0/layout/children/1/on-click-action/payload/name");
//!
//! let errors = form::validation_errors(source, &violations);
//! assert_eq!((errors[0].span.line_start, errors[0].span.column_start), (8, 49));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod action;
mod branches;
mod check;
mod component;
mod data;
pub mod endpoint;
mod errors;
mod expression;
mod facts;
mod fields;
mod lists;
mod parts;
mod reference;
mod routing;
mod source;
mod values;
mod version;

pub use check::check;
pub use errors::{Pointer, ValidationError, check_source, validation_errors};
pub use fields::{Field, Form, Screen};
pub use source::Span;
pub use version::{Version, Versions};
