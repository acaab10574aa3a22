//! Files that a person uploaded in a form and that came by `data_exchange`: encrypted, on Meta's CDN.
//!
//! Files that came by `complete` are ordinary media ids. Meta: WhatsApp Flows > Reference > Media upload components.

use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::crypto;

/// How many bytes of the HMAC stand at the end of what the CDN gives.
const MAC_LENGTH: usize = 10;

/// A file in the data of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// Meta's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// Where it is, encrypted: a GET without a token. It stays for up to 20 days.
    pub cdn_url: String,
    /// What it is called on the phone. Not to be trusted as a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// How to open it.
    pub encryption_metadata: EncryptionMetadata,
    /// Fields this crate doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Keys and hashes of a file, each in base64. Its `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptionMetadata {
    /// AES-256.
    pub encryption_key: String,
    /// HMAC-SHA256.
    pub hmac_key: String,
    /// Initial vector of AES-CBC.
    pub iv: String,
    /// SHA-256 of the file.
    pub plaintext_hash: String,
    /// SHA-256 of what the CDN gives.
    pub encrypted_hash: String,
}

impl std::fmt::Debug for EncryptionMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncryptionMetadata").finish_non_exhaustive()
    }
}

/// Why a file can't be had. All but the first mean that it isn't the file the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The named field isn't base64, or hasn't the length it needs.
    #[error("{0} of an uploaded file is malformed")]
    Metadata(&'static str),
    /// What the CDN gave has another hash: often a download that broke off.
    #[error("encrypted file has another hash")]
    EncryptedHash,
    /// The bytes weren't made with the key.
    #[error("encrypted file isn't authentic")]
    Mac,
    /// They were, but aren't whole blocks with their padding.
    #[error("encrypted file can't be decrypted")]
    Undecryptable,
    /// What came out has another hash.
    #[error("decrypted file has another hash")]
    PlaintextHash,
}

/// Decrypts what the CDN gave for an upload. Nothing is decrypted before it is known to be authentic.
///
/// # Errors
/// [`MediaError`], in the order of the checks.
pub fn open_media(metadata: &EncryptionMetadata, cdn_bytes: &[u8]) -> Result<Vec<u8>, MediaError> {
    let key = field::<32>(&metadata.encryption_key, "encryption_key")?;
    let iv = field::<16>(&metadata.iv, "iv")?;
    let mac_key = crypto::unbase64(&metadata.hmac_key).ok_or(MediaError::Metadata("hmac_key"))?;
    let encrypted_hash = field::<32>(&metadata.encrypted_hash, "encrypted_hash")?;
    let plaintext_hash = field::<32>(&metadata.plaintext_hash, "plaintext_hash")?;

    if !same(&hash(cdn_bytes), &encrypted_hash) {
        return Err(MediaError::EncryptedHash);
    }
    let split = cdn_bytes.len().checked_sub(MAC_LENGTH).ok_or(MediaError::Mac)?;
    let (sealed, tag) = cdn_bytes.split_at(split);
    if !same(&mac(&mac_key, &iv, sealed), tag) {
        return Err(MediaError::Mac);
    }
    let plain = decrypt(&key, iv, sealed).ok_or(MediaError::Undecryptable)?;
    if !same(&hash(&plain), &plaintext_hash) {
        return Err(MediaError::PlaintextHash);
    }
    Ok(plain)
}

/// What the phone does: the bytes for the CDN, and the metadata that open them.
pub(super) fn seal(
    file: &[u8],
    key: &[u8; 32],
    mac_key: &[u8; 32],
    iv: [u8; 16],
) -> (Vec<u8>, EncryptionMetadata) {
    let mut bytes = encrypt(key, iv, file);
    let tag = mac(mac_key, &iv, &bytes);
    bytes.extend_from_slice(&tag);
    let metadata = EncryptionMetadata {
        encryption_key: crypto::base64(key),
        hmac_key: crypto::base64(mac_key),
        iv: crypto::base64(&iv),
        plaintext_hash: crypto::base64(&hash(file)),
        encrypted_hash: crypto::base64(&hash(&bytes)),
    };
    (bytes, metadata)
}

fn field<const N: usize>(encoded: &str, name: &'static str) -> Result<[u8; N], MediaError> {
    let bytes = crypto::unbase64(encoded).ok_or(MediaError::Metadata(name))?;
    bytes.try_into().map_err(|_| MediaError::Metadata(name))
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn mac(key: &[u8], iv: &[u8], sealed: &[u8]) -> [u8; MAC_LENGTH] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(iv);
    mac.update(sealed);
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    let mut tag = [0; MAC_LENGTH];
    tag.copy_from_slice(&whole[..MAC_LENGTH]);
    tag
}

fn decrypt(key: &[u8; 32], iv: [u8; 16], sealed: &[u8]) -> Option<Vec<u8>> {
    let key = UnboundCipherKey::new(&AES_256, key).and_then(PaddedBlockDecryptingKey::cbc_pkcs7).ok()?;
    let mut buffer = sealed.to_vec();
    let plain = key.decrypt(&mut buffer, DecryptionContext::Iv128(FixedLength::from(iv))).ok()?;
    Some(plain.to_vec())
}

fn encrypt(key: &[u8; 32], iv: [u8; 16], plain: &[u8]) -> Vec<u8> {
    let key = UnboundCipherKey::new(&AES_256, key)
        .and_then(PaddedBlockEncryptingKey::cbc_pkcs7)
        .expect("32 bytes are a key of AES-256");
    let mut buffer = plain.to_vec();
    key.less_safe_encrypt(&mut buffer, EncryptionContext::Iv128(FixedLength::from(iv)))
        .expect("CBC takes any plaintext and an IV of 16 bytes");
    buffer
}
