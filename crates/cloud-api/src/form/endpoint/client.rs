//! The other side: what Meta's phones do. For emulators, and for tests of an endpoint.
//!
//! Keys and vectors are arguments, so that a test can repeat itself; take them from a good source of randomness
//! otherwise. Only the padding of RSA-OAEP is random by itself, as it has to be.

use aws_lc_rs::rsa::OAEP_SHA256_MGF1SHA256;
use serde_json::{Value, json};

use super::keys::{KeyError, public_key};
use super::media::{self, EncryptionMetadata};
use super::request::Request;
use super::response::Response;
use super::{crypto, token};

/// Why an answer can't be read: it isn't base64, it was made with another key or vector, or it isn't JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("answer of a form endpoint can't be decrypted")]
pub struct ResponseError;

/// The body that asks an endpoint, for the public key its business uploaded.
///
/// # Errors
/// [`KeyError`] when the PEM isn't an RSA public key (`BEGIN PUBLIC KEY`).
pub fn seal_request(
    public_key_pem: &str,
    request: &Request,
    aes_key: &[u8; 16],
    initial_vector: &[u8; 16],
) -> Result<String, KeyError> {
    let key = public_key(public_key_pem)?;
    let mut buffer = vec![0; key.ciphertext_size()];
    let sealed_key =
        key.encrypt(&OAEP_SHA256_MGF1SHA256, aes_key, &mut buffer, None).map_err(|_| KeyError::NotRsa)?;
    let data = crypto::seal(aes_key, initial_vector, request.to_json().to_string().as_bytes());
    let body = json!({
        "encrypted_flow_data": crypto::base64(&data),
        "encrypted_aes_key": crypto::base64(sealed_key),
        "initial_vector": crypto::base64(initial_vector),
    });
    Ok(body.to_string())
}

/// Reads the body of an answer, with the key and the vector of the request.
///
/// # Errors
/// [`ResponseError`] when it can't be opened.
pub fn open_response(
    body: &str,
    aes_key: &[u8; 16],
    initial_vector: &[u8; 16],
) -> Result<Response, ResponseError> {
    let sealed = crypto::unbase64(body).ok_or(ResponseError)?;
    let plain = crypto::open(aes_key, &crypto::inverted(initial_vector), &sealed).ok_or(ResponseError)?;
    let json: Value = serde_json::from_slice(&plain).map_err(|_| ResponseError)?;
    Ok(Response::from_json(json))
}

/// The text for the person in the body of a 427: sealed as every other answer, as Meta's example endpoint does it, or plain JSON,
/// as Meta's page shows it. `None` when there is none.
pub fn open_ended(body: &str, aes_key: &[u8; 16], initial_vector: &[u8; 16]) -> Option<String> {
    let json = serde_json::from_str(body).ok().filter(Value::is_object);
    let json = json.or_else(|| Some(open_response(body, aes_key, initial_vector).ok()?.to_json()))?;
    json["error_msg"].as_str().map(str::to_owned)
}

/// `flow_token_signature`, as a form of `data_api_version` 4.0 sends it.
pub fn sign_token(app_secret: &str, flow_token: &str) -> String {
    token::sign(app_secret, flow_token)
}

/// Encrypts a file that a person uploads: the bytes for the CDN, and the metadata for the request.
pub fn seal_media(
    file: &[u8],
    encryption_key: &[u8; 32],
    hmac_key: &[u8; 32],
    initial_vector: &[u8; 16],
) -> (Vec<u8>, EncryptionMetadata) {
    media::seal(file, encryption_key, hmac_key, *initial_vector)
}
