//! Leases: something belongs to one node until a moment, unless it renews.

use crate::{Reader, Result, Writer, binds};
use model::{Timestamp, id::NodeId};

/// Takes or renews a lease; `false` when another node holds it. `taken` in the answer tells a new holder from a
/// renewing one.
pub fn hold(w: &mut Writer<'_>, name: &str, node: NodeId, now: Timestamp, until: Timestamp) -> Result<Lease> {
    let before = w.first("SELECT node_id FROM leases WHERE name = $1", binds![name])?;
    let holder: Option<NodeId> = before.map(|row| row.get(0)).transpose()?;
    let held = w.exec(
        "INSERT INTO leases (name, node_id, expires_at) VALUES ($1, $2, $4)
         ON CONFLICT (name) DO UPDATE SET node_id = excluded.node_id, expires_at = excluded.expires_at
         WHERE leases.node_id = excluded.node_id OR leases.expires_at <= $3",
        binds![name, node, now, until],
    )? > 0;
    Ok(match (held, holder == Some(node)) {
        (false, _) => Lease::Elsewhere,
        (true, true) => Lease::Renewed,
        (true, false) => Lease::Taken,
    })
}

/// What [`hold`] came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// It was free or had run out, and is ours now: what its last holder left half done is ours to settle.
    Taken,
    /// It was ours and still is.
    Renewed,
    /// Another node holds it.
    Elsewhere,
}

/// Whether a lease is this node's at a moment.
pub fn is_held(r: &mut Reader<'_>, name: &str, node: NodeId, now: Timestamp) -> Result<bool> {
    let row = r.first(
        "SELECT 1 FROM leases WHERE name = $1 AND node_id = $2 AND expires_at > $3",
        binds![name, node, now],
    )?;
    Ok(row.is_some())
}

/// Gives back every lease of a node that ends.
pub fn release_all(w: &mut Writer<'_>, node: NodeId) -> Result<()> {
    w.run("DELETE FROM leases WHERE node_id = $1", binds![node])
}

/// Gives back one lease, if this node has it.
pub fn release(w: &mut Writer<'_>, name: &str, node: NodeId) -> Result<()> {
    w.run("DELETE FROM leases WHERE name = $1 AND node_id = $2", binds![name, node])
}

/// Frees every lease, whoever has it: for a database that no other process can have open.
pub fn free_all(w: &mut Writer<'_>) -> Result<()> {
    w.run("DELETE FROM leases", binds![])
}
