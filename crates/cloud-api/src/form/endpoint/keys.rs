//! The private keys of an endpoint.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use pkcs8::EncryptedPrivateKeyInfoRef;

use super::crypto;

/// Why a key can't be used. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no `-----BEGIN …-----` block, or what is in it isn't base64.
    #[error("key isn't PEM")]
    NotPem,
    /// It is of a kind that isn't read. A key that `openssl` encrypted in its old way (`Proc-Type: 4,ENCRYPTED`) is
    /// turned into one that is with `openssl pkcs8 -topk8`.
    #[error("key is neither PKCS#8 nor PKCS#1")]
    Unsupported,
    /// It is encrypted and no passphrase was given.
    #[error("key is encrypted and needs its passphrase")]
    PassphraseNeeded,
    /// The passphrase doesn't open it, or it is encrypted in a way that isn't read (PBES2 with AES is).
    #[error("key can't be decrypted with this passphrase")]
    WrongPassphrase,
    /// It isn't an RSA key of 2048 to 8192 bits. Meta wants 2048.
    #[error("key isn't an RSA key of 2048 to 8192 bits")]
    NotRsa,
}

/// One private key or several, so that a new one can be uploaded while phones still use the old one.
pub struct Keys(Vec<OaepPrivateDecryptingKey>, String);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

impl Keys {
    /// Reads a private key: PKCS#8 (`BEGIN PRIVATE KEY`), PKCS#1 (`BEGIN RSA PRIVATE KEY`), or PKCS#8 under a passphrase
    /// (`BEGIN ENCRYPTED PRIVATE KEY`). A passphrase that isn't needed is ignored.
    ///
    /// # Errors
    /// [`KeyError`] says what is wrong with it.
    pub fn from_pem(pem: &str, passphrase: Option<&str>) -> Result<Self, KeyError> {
        let (label, der) = read_pem(pem)?;
        let der = match label {
            "PRIVATE KEY" => der,
            "RSA PRIVATE KEY" => pkcs8(&der),
            "ENCRYPTED PRIVATE KEY" => {
                let info = EncryptedPrivateKeyInfoRef::try_from(der.as_slice())
                    .map_err(|_| KeyError::Unsupported)?;
                let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
                let plain = info.decrypt(passphrase).map_err(|_| KeyError::WrongPassphrase)?;
                plain.as_bytes().to_vec()
            }
            _ => return Err(KeyError::Unsupported),
        };
        let key = PrivateDecryptingKey::from_pkcs8(&der).map_err(|_| KeyError::NotRsa)?;
        let public = key.public_key().as_der().map_err(|_| KeyError::NotRsa)?;
        let public = write_pem("PUBLIC KEY", public.as_ref());
        Ok(Self(vec![OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::NotRsa)?], public))
    }

    /// These keys, and after them the ones used before. Requests are tried with each in turn.
    #[must_use]
    pub fn or(mut self, older: Self) -> Self {
        self.0.extend(older.0);
        self
    }

    /// The public key that belongs to the newest key, as `POST /{phone number id}/whatsapp_business_encryption` takes it.
    pub fn public_pem(&self) -> &str {
        &self.1
    }

    /// What each key makes of an encrypted AES key, where it makes one of the right length.
    pub(super) fn open_all(&self, sealed: &[u8]) -> impl Iterator<Item = [u8; crypto::KEY_LENGTH]> {
        self.0.iter().filter_map(move |key| {
            let mut buffer = vec![0; key.min_output_size()];
            let plain = key.decrypt(&OAEP_SHA256_MGF1SHA256, sealed, &mut buffer, None).ok()?;
            <[u8; crypto::KEY_LENGTH]>::try_from(&*plain).ok()
        })
    }
}

/// A public key as a business uploads it: `BEGIN PUBLIC KEY`.
pub(super) fn public_key(pem: &str) -> Result<OaepPublicEncryptingKey, KeyError> {
    let (label, der) = read_pem(pem)?;
    if label != "PUBLIC KEY" {
        return Err(KeyError::Unsupported);
    }
    let key = PublicEncryptingKey::from_der(&der).map_err(|_| KeyError::NotRsa)?;
    OaepPublicEncryptingKey::new(key).map_err(|_| KeyError::NotRsa)
}

/// The first block of a PEM text. Line lengths don't matter: keys travel through environment variables and forms, which
/// fold and unfold them, or write a line break as `\n`.
fn read_pem(pem: &str) -> Result<(&str, Vec<u8>), KeyError> {
    let (_, after) = pem.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
    let (label, after) = after.split_once("-----").ok_or(KeyError::NotPem)?;
    let (inside, _) = after.split_once("-----END ").ok_or(KeyError::NotPem)?;
    if inside.contains(':') {
        return Err(KeyError::Unsupported);
    }
    let inside: String = inside.replace("\\n", "").chars().filter(|c| !c.is_whitespace()).collect();
    let der = crypto::unbase64(&inside).filter(|der| !der.is_empty()).ok_or(KeyError::NotPem)?;
    Ok((label, der))
}

fn write_pem(label: &str, der: &[u8]) -> String {
    let encoded = crypto::base64(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for (i, c) in encoded.chars().enumerate() {
        if i > 0 && i % 64 == 0 {
            pem.push('\n');
        }
        pem.push(c);
    }
    pem.push_str(&format!("\n-----END {label}-----\n"));
    pem
}

/// DER of `AlgorithmIdentifier { rsaEncryption, NULL }`.
const RSA_ENCRYPTION: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A PKCS#1 key inside the PKCS#8 structure that says it is one. RFC 5208.
fn pkcs8(pkcs1: &[u8]) -> Vec<u8> {
    let mut inside = vec![0x02, 0x01, 0x00];
    inside.extend_from_slice(RSA_ENCRYPTION);
    inside.extend(tagged(0x04, pkcs1));
    tagged(0x30, &inside)
}

/// DER: tag, length, contents.
fn tagged(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = contents.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match significant.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most eight bytes of a length.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(contents);
    out
}
