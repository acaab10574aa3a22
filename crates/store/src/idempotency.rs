//! Idempotency keys: a repeated request finds the message that the first one made.

use crate::{Reader, Result, Writer, binds};
use model::{
    Timestamp,
    id::{MessageId, OrganizationId},
};

/// What an earlier request with the same key was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// SHA-256 of what was asked.
    pub request_hash: Vec<u8>,
    /// The message that it made.
    pub message: MessageId,
}

/// The request that used this key before.
pub fn find(r: &mut Reader<'_>, org: OrganizationId, key: &str) -> Result<Option<Seen>> {
    r.first(
        "SELECT request_hash, message_id FROM idempotency_keys WHERE organization_id = $1 AND key = $2",
        binds![org, key],
    )?
    .map(|row| Ok(Seen { request_hash: row.get(0)?, message: row.get(1)? }))
    .transpose()
}

/// Remembers the request of a key; [`crate::Error::Conflict`] when another one used it meanwhile.
pub fn insert(w: &mut Writer<'_>, org: OrganizationId, key: &str, seen: &Seen, now: Timestamp) -> Result<()> {
    w.exec(
        "INSERT INTO idempotency_keys (organization_id, key, request_hash, message_id, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        binds![org, key, seen.request_hash.as_slice(), seen.message, now],
    )
    .map(drop)
}
