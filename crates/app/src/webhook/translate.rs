//! Meta's signature, checked against our apps.

use cloud_api::signature::{SignatureError, verify};
use store::phone_numbers::MetaApp;

/// The app whose secret signed these bytes.
pub(super) fn signer<'a>(apps: &'a [MetaApp], signature: Option<&str>, body: &[u8]) -> Option<&'a MetaApp> {
    let secrets: Vec<&str> = apps.iter().map(|app| app.app_secret.as_str()).collect();
    verify(&secrets, signature, body).ok().and_then(|index| apps.get(index))
}

/// Whether the header has the form of a signature at all.
pub(super) fn is_signature(signature: Option<&str>) -> bool {
    let nobody: [&str; 1] = [""];
    !matches!(verify(&nobody, signature, b""), Err(SignatureError::Missing | SignatureError::Malformed))
}
