//! Meta's signature, checked against our apps.

use store::phone_numbers::MetaApp;

/// The app whose secret signed these bytes.
pub(super) fn signer<'a>(apps: &'a [MetaApp], signature: Option<&str>, body: &[u8]) -> Option<&'a MetaApp> {
    let secrets: Vec<&str> = apps.iter().map(|app| app.app_secret.as_str()).collect();
    cloud_api::signature::verify(&secrets, signature, body).ok().and_then(|index| apps.get(index))
}
