//! The processes at work, as they say themselves every few seconds.

use crate::{Reader, Result, Writer, binds};
use model::{Timestamp, id::NodeId, node::Node};

/// Says that a process is at work.
pub fn beat(w: &mut Writer<'_>, node: &Node) -> Result<()> {
    w.run(
        "INSERT INTO nodes (id, roles, version, started_at, seen_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        binds![node.id, &node.roles, &node.version, node.started_at, node.seen_at],
    )
}

/// A process ends and says so.
pub fn remove(w: &mut Writer<'_>, id: NodeId) -> Result<()> {
    w.run("DELETE FROM nodes WHERE id = $1", binds![id])
}

/// Every process that hasn't said that it ended, the one that started first in front.
pub fn list(r: &mut Reader<'_>) -> Result<Vec<Node>> {
    r.query("SELECT id, roles, version, started_at, seen_at FROM nodes ORDER BY started_at, id", binds![])?
        .iter()
        .map(|row| {
            Ok(Node {
                id: row.get(0)?,
                roles: row.get(1)?,
                version: row.get(2)?,
                started_at: row.get(3)?,
                seen_at: row.get(4)?,
            })
        })
        .collect()
}

/// Forgets processes that were not seen since `before`.
pub fn prune(w: &mut Writer<'_>, before: Timestamp) -> Result<u64> {
    w.exec("DELETE FROM nodes WHERE seen_at < $1", binds![before])
}
