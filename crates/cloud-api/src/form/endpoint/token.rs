//! `flow_token_signature`: a JWT, HS256 under the app secret, whose payload holds the flow token.

use hmac::Mac as _;
use serde_json::{Map, Value, json};

use super::crypto;
use crate::signature::mac;

/// Why a flow token isn't trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// There is no signature.
    #[error("flow token signature is missing")]
    Missing,
    /// It isn't a JWT with HS256.
    #[error("flow token signature is malformed")]
    Malformed,
    /// None of the secrets made it.
    #[error("flow token signature matches no known secret")]
    Mismatch,
    /// It is genuine, but for another flow token than the request's.
    #[error("flow token signature is for another token")]
    OtherToken,
}

/// The claims of a genuine signature. The algorithm is fixed: what the header says can only forbid.
pub(super) fn verify(secrets: &[impl AsRef<str>], jwt: &str) -> Result<Map<String, Value>, TokenError> {
    let (signed, signature) = jwt.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    let header = object(header).ok_or(TokenError::Malformed)?;
    if header.get("alg").and_then(Value::as_str) != Some("HS256") {
        return Err(TokenError::Malformed);
    }
    let signature = crypto::unbase64_url(signature).ok_or(TokenError::Malformed)?;
    let genuine = |secret: &str| mac(secret, signed.as_bytes()).verify_slice(&signature).is_ok();
    if !secrets.iter().any(|secret| genuine(secret.as_ref())) {
        return Err(TokenError::Mismatch);
    }
    object(claims).ok_or(TokenError::Malformed)
}

pub(super) fn sign(secret: &str, flow_token: &str) -> String {
    let [header, claims] = [json!({"alg": "HS256", "typ": "JWT"}), json!({"flow_token": flow_token})]
        .map(|json| crypto::base64_url(json.to_string().as_bytes()));
    let signed = format!("{header}.{claims}");
    let signature = crypto::base64_url(&mac(secret, signed.as_bytes()).finalize().into_bytes());
    format!("{signed}.{signature}")
}

fn object(encoded: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&crypto::unbase64_url(encoded)?).ok()
}
