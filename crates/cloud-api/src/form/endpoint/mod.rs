//! The endpoint behind a form: what it is asked, what it answers, and the encryption around both.
//!
//! Meta posts `{"encrypted_flow_data", "encrypted_aes_key", "initial_vector"}`, signed as webhooks are
//! ([`crate::signature`]), and expects an answer within ten seconds: status 200, `text/plain`, base64. An
//! [`EndpointError`] knows its status. Meta: WhatsApp Flows > Guides > Implementing your Flow Endpoint.
//!
//! ```
//! use cloud_api::form::endpoint::{self, EndpointError, Keys, Kind, Response};
//! use cloud_api::signature;
//!
//! fn answer(keys: &Keys, secret: &str, header: Option<&str>, body: &[u8]) -> Result<String, EndpointError> {
//!     signature::verify(&[secret], header, body)?;
//!     let (request, session) = endpoint::open(keys, body)?;
//!     let response = match request.kind() {
//!         Kind::Ping => Response::Pong,
//!         Kind::ErrorNotification { .. } => Response::Acknowledged,
//!         _ if request.flow_token.as_deref() != Some("known") => {
//!             return Err(EndpointError::TokenInvalid { message: "This form was already sent.".into() });
//!         }
//!         Kind::Submitted { screen: "SLOT", data } if !data.contains_key("slot") => {
//!             Response::error("SLOT", "Please choose a time.")
//!         }
//!         _ => Response::success("known"),
//!     };
//!     Ok(session.seal(&response))
//! }
//! ```

pub mod client;
mod crypto;
mod keys;
mod media;
mod request;
mod response;
mod token;

use serde::Deserialize;
use serde_json::Value;

pub use keys::{KeyError, Keys};
pub use media::{EncryptionMetadata, MediaError, Upload, open_media};
pub use request::{Action, Kind, Request};
pub use response::Response;
pub use token::TokenError;

use crate::signature::SignatureError;

/// Content type of an answer.
pub const CONTENT_TYPE: &str = "text/plain";

/// Why a request isn't answered as it wishes, and what the phone does about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The body isn't what Meta sends. 400: the phone shows an error.
    #[error("form request is malformed: {0}")]
    Malformed(&'static str),
    /// None of our keys opens it. 421: the phone fetches the public key again and tries once more.
    #[error("form request can't be decrypted")]
    Undecryptable,
    /// The flow token is used up. 427: the form closes with this text, and its button is disabled.
    #[error("flow token isn't valid any more")]
    TokenInvalid {
        /// Shown to the person.
        message: String,
    },
    /// The delivery isn't Meta's. 432.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The flow token isn't Meta's. 432.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl EndpointError {
    /// HTTP status to answer with. Meta: WhatsApp Flows > Reference > Error codes > Endpoint.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Undecryptable => 421,
            Self::TokenInvalid { .. } => 427,
            Self::Signature(_) | Self::Token(_) => 432,
        }
    }

    /// Body to answer with, as JSON and unencrypted. Empty but for 427.
    pub fn body(&self) -> String {
        match self {
            Self::TokenInvalid { message } => serde_json::json!({ "error_msg": message }).to_string(),
            _ => String::new(),
        }
    }
}

/// What is needed to answer a request: its key and its initial vector.
pub struct Session {
    key: [u8; crypto::KEY_LENGTH],
    vector: [u8; crypto::VECTOR_LENGTH],
    version: Option<String>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Session {
    /// The body of the answer: base64, for [`CONTENT_TYPE`]. It says the version the request said. Takes the session:
    /// key and initial vector are good for one answer only, as two under the same would betray each other (AES-GCM).
    pub fn seal(self, response: &Response) -> String {
        let mut json = response.to_json();
        if let (Some(version), Value::Object(map)) = (&self.version, &mut json) {
            map.entry("version").or_insert_with(|| version.as_str().into());
        }
        crypto::base64(&crypto::seal(&self.key, &crypto::inverted(&self.vector), json.to_string().as_bytes()))
    }
}

#[derive(Deserialize)]
struct Envelope {
    encrypted_flow_data: String,
    encrypted_aes_key: String,
    initial_vector: String,
}

/// Opens what Meta posted. Check its signature first; this doesn't.
///
/// # Errors
/// [`EndpointError::Malformed`] when the body or its contents have another shape, [`EndpointError::Undecryptable`] when
/// no key fits or the data were changed on their way.
pub fn open(keys: &Keys, body: &[u8]) -> Result<(Request, Session), EndpointError> {
    let envelope: Envelope = serde_json::from_slice(body)
        .map_err(|_| EndpointError::Malformed("not the JSON of an encrypted request"))?;
    let bytes = |text: &str| crypto::unbase64(text).ok_or(EndpointError::Malformed("a field isn't base64"));
    let sealed_key = bytes(&envelope.encrypted_aes_key)?;
    let data = bytes(&envelope.encrypted_flow_data)?;
    let vector = <[u8; crypto::VECTOR_LENGTH]>::try_from(bytes(&envelope.initial_vector)?)
        .map_err(|_| EndpointError::Malformed("the initial vector hasn't 16 bytes"))?;
    // A wrong private key gives either no key, or one that opens nothing: the next one is tried in both cases.
    let mut opened =
        keys.open_all(&sealed_key).filter_map(|key| Some((key, crypto::open(&key, &vector, &data)?)));
    let (key, plain) = opened.next().ok_or(EndpointError::Undecryptable)?;
    let json: Value = serde_json::from_slice(&plain)
        .map_err(|_| EndpointError::Malformed("the decrypted data aren't JSON"))?;
    let request =
        Request::from_json(json).ok_or(EndpointError::Malformed("the decrypted data have no action"))?;
    let session = Session { key, vector, version: request.version.clone() };
    Ok((request, session))
}
