//! Reactions that came before the message they are on.

use crate::{Reader, Result, binds};
use model::{
    Timestamp,
    id::{ConversationId, OrganizationId},
};
use serde_json::Value;

/// What contacts reacted with in a conversation since `since`, whatever it is on, oldest first: content and moment.
pub fn since(
    r: &mut Reader<'_>,
    org: OrganizationId,
    conversation: ConversationId,
    since: Timestamp,
) -> Result<Vec<(Value, Timestamp)>> {
    r.query(
        "SELECT content, created_at FROM messages
         WHERE organization_id = $1 AND conversation_id = $2 AND kind = 'reaction' AND direction = 'inbound'
           AND created_at >= $3 ORDER BY created_at, id",
        binds![org, conversation, since],
    )?
    .iter()
    .map(|row| Ok((row.json(0)?, row.get(1)?)))
    .collect()
}
