//! A repeated request gives what the first one made (IETF draft "The Idempotency-Key HTTP Header Field").

use crate::{Error, Result};
use model::{
    Timestamp,
    id::{MessageId, OrganizationId},
    message::Message,
};
use sha2::{Digest, Sha256};
use store::{Writer, idempotency, messages};

/// What tells one request from another under the same key.
pub(crate) fn hash(parts: &[&str]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_vec()
}

/// The message that an earlier request with this key made.
pub(crate) fn seen(
    w: &mut Writer<'_>,
    org: OrganizationId,
    key: Option<&str>,
    hash: &[u8],
) -> Result<Option<Message>> {
    let Some(key) = key else { return Ok(None) };
    let Some(seen) = idempotency::find(w, org, key)? else { return Ok(None) };
    if seen.request_hash != hash {
        return Err(Error::Conflict("this idempotency key was used for another request".into()));
    }
    Ok(messages::get(w, org, seen.message)?)
}

/// Remembers what this key made.
pub(crate) fn remember(
    w: &mut Writer<'_>,
    org: OrganizationId,
    key: Option<&str>,
    hash: &[u8],
    message: MessageId,
    now: Timestamp,
) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    Ok(idempotency::insert(w, org, key, &idempotency::Seen { request_hash: hash.to_vec(), message }, now)?)
}
