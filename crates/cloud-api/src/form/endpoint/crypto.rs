//! The primitives, in the sizes that forms use.

use aes_gcm::aead::{Aead, KeyInit, consts::U16};
use aes_gcm::{AesGcm, Nonce, aes::Aes128};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub(super) const KEY_LENGTH: usize = 16;
pub(super) const VECTOR_LENGTH: usize = 16;

/// AES-128-GCM with a nonce of 16 bytes, as long as its block: uncommon, but it is what Meta's phones use.
type Cipher = AesGcm<Aes128, U16>;

/// With or without padding: Meta pads, some of what stands between doesn't.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT.with_encode_padding(false));

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}

pub(super) fn base64_url(bytes: &[u8]) -> String {
    URL.encode(bytes)
}

pub(super) fn unbase64_url(text: &str) -> Option<Vec<u8>> {
    URL.decode(text).ok()
}

/// Ciphertext and tag.
pub(super) fn seal(key: &[u8; KEY_LENGTH], vector: &[u8; VECTOR_LENGTH], plain: &[u8]) -> Vec<u8> {
    let nonce = Nonce::<U16>::from(*vector);
    Cipher::new(&(*key).into())
        .encrypt(&nonce, plain)
        .expect("a form's data are far below the 64 GiB of AES-GCM")
}

/// `None` when the tag doesn't fit, whatever the length.
pub(super) fn open(key: &[u8; KEY_LENGTH], vector: &[u8; VECTOR_LENGTH], sealed: &[u8]) -> Option<Vec<u8>> {
    let nonce = Nonce::<U16>::from(*vector);
    Cipher::new(&(*key).into()).decrypt(&nonce, sealed).ok()
}

/// The vector of the answer: every bit of the request's, inverted.
pub(super) fn inverted(vector: &[u8; VECTOR_LENGTH]) -> [u8; VECTOR_LENGTH] {
    vector.map(|byte| !byte)
}
