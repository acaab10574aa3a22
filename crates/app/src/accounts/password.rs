//! Password hashing: Argon2id with the library's defaults (RFC 9106, second recommended option's memory).

use crate::{Error, Result};
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};

/// A hash that no password has; checked for unknown addresses.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IHNpZ25zIGlu$F3uAZcUs0Wd5/1aSJbdBjy6yPlgZP2dZzvVYfK5V3Xo";

pub(super) async fn hash(password: String, salt: [u8; 16]) -> Result<String> {
    blocking(move || {
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|h| h.to_string()).map_err(|e| Error::Internal(format!("password hashing: {e}")))
    })
    .await
}

pub(super) async fn verify(password: String, hash: String) -> Result<bool> {
    blocking(move || {
        let hash =
            PasswordHash::new(&hash).map_err(|e| Error::Internal(format!("stored password hash: {e}")))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

/// Hashing takes tens of milliseconds of a core by intention, which the runtime's threads can't spare.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))?
}
