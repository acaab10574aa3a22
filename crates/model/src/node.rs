//! A node: a running `waypost` process.

use crate::{Timestamp, id::NodeId};

/// A process as it describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id, new with every start.
    pub id: NodeId,
    /// What it does, words separated by commas.
    pub roles: String,
    /// The version of Waypost that it runs.
    pub version: String,
    /// Since when, by its own clock.
    pub started_at: Timestamp,
    /// When it last said so, by its own clock.
    pub seen_at: Timestamp,
}
