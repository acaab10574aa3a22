//! `X-Hub-Signature-256`: proof that a webhook body comes from somebody who holds the app secret.
//!
//! The signature covers the **raw bytes** of the body. Meta escapes `/` and non-ASCII characters in a way that no
//! serialiser reproduces, so sign and verify what was on the wire, never a value that was parsed and written again.
//! Meta: Webhooks > Getting Started > Validate payloads.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Header that carries the signature of a webhook delivery.
pub const HEADER: &str = "X-Hub-Signature-256";

const PREFIX: &str = "sha256=";

/// Why a delivery isn't trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The delivery carries no signature header.
    #[error("webhook signature is missing")]
    Missing,
    /// The header isn't `sha256=` followed by 64 hexadecimal digits.
    #[error("webhook signature is malformed")]
    Malformed,
    /// None of the secrets made this signature for this body.
    #[error("webhook signature matches no known secret")]
    Mismatch,
}

/// The header value Meta would send for this body: `sha256=` and 64 lowercase hexadecimal digits.
pub fn sign(secret: &str, body: &[u8]) -> String {
    format!("{PREFIX}{}", hex(&mac(secret, body).finalize().into_bytes()))
}

/// Checks a delivery against every secret that may have signed it and says which one did.
///
/// Several secrets are normal: two apps on one callback URL, or a secret in rotation. Each comparison takes the same
/// time whatever the bytes are. The answer is an index into `secrets`; an empty slice matches nothing.
///
/// ```
/// use cloud_api::signature::{SignatureError, sign, verify};
///
/// let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
/// let header = sign("the old secret", body);
/// assert_eq!(verify(&["the new secret", "the old secret"], Some(&header), body), Ok(1));
/// assert_eq!(verify(&["the new secret"], Some(&header), body), Err(SignatureError::Mismatch));
/// ```
///
/// # Errors
/// [`SignatureError`] says whether the header was missing, unreadable or wrong; all three deserve a 401.
pub fn verify(
    secrets: &[impl AsRef<str>],
    header: Option<&str>,
    body: &[u8],
) -> Result<usize, SignatureError> {
    let header = header.ok_or(SignatureError::Missing)?;
    let digits = header.trim().strip_prefix(PREFIX).ok_or(SignatureError::Malformed)?;
    let given = unhex(digits).ok_or(SignatureError::Malformed)?;
    secrets
        .iter()
        .position(|secret| mac(secret.as_ref(), body).verify_slice(&given).is_ok())
        .ok_or(SignatureError::Mismatch)
}

/// `appsecret_proof`: shows Graph that the caller of an access token also holds the app's secret.
///
/// Lowercase hexadecimal HMAC-SHA256 of the token under the secret. Meta: Graph API > Securing requests.
pub fn appsecret_proof(app_secret: &str, access_token: &str) -> String {
    hex(&mac(app_secret, access_token.as_bytes()).finalize().into_bytes())
}

/// HMAC-SHA256 of a message under a secret.
pub(crate) fn mac(secret: &str, message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(message);
    mac
}

/// Lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

fn unhex(digits: &str) -> Option<[u8; 32]> {
    let digits = digits.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(out)
}
