//! Messages, their transitions and the reactions on them.

mod course;

pub use course::*;

use crate::{Bind, Error, LAST, Reader, Result, Row, Writer, binds, conversations::Thread};
use model::{
    Timestamp,
    cause::Cause,
    id::{ContactId, ConversationId, MessageId, OrganizationId, PhoneNumberId},
    media::{Media, MediaState},
    message::{Direction, Message, MessageError, MessageFilter, MessageState, Reaction, ReplyTo},
    page::{Page, PageRequest},
};
use uuid::Uuid;

const COLUMNS: &str = "
    m.id, m.conversation_id, m.contact_id, m.phone_number_id, m.direction, m.kind, m.state, m.content, m.wamid,
    m.reply_to_wamid, q.id, m.client_id, m.cause_kind, m.cause_id, m.author_name, m.error_code, m.error_title,
    m.error_detail, f.id, f.state, f.mime_type, f.filename, f.size, f.meta_media_id, f.created_at,
    ri.emoji, ro.emoji, m.unknown_since, m.created_at, m.accepted_at, m.sent_at, m.delivered_at, m.read_at, m.failed_at";

const TABLES: &str = "
    FROM messages m
    LEFT JOIN messages q ON q.phone_number_id = m.phone_number_id AND q.wamid = m.reply_to_wamid
    LEFT JOIN media f ON f.id = m.media_id
    LEFT JOIN reactions ri ON ri.message_id = m.id AND ri.direction = 'inbound' AND ri.emoji <> ''
    LEFT JOIN reactions ro ON ro.message_id = m.id AND ro.direction = 'outbound' AND ro.emoji <> ''";

fn message(row: &Row) -> Result<Message> {
    let cause_kind: String = row.get(12)?;
    let cause_id: Option<String> = row.get(13)?;
    let reply_to: Option<String> = row.get(9)?;
    let error_title: Option<String> = row.get(16)?;
    // A message that failed and then arrived after all keeps the reason in its story only.
    let state = row.word(6, MessageState::parse)?;
    let reactions = [(25, Direction::Inbound), (26, Direction::Outbound)];
    Ok(Message {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        contact_id: row.get(2)?,
        phone_number_id: row.get(3)?,
        direction: row.word(4, Direction::parse)?,
        kind: row.get(5)?,
        state,
        content: row.json(7)?,
        wamid: row.get(8)?,
        reply_to: reply_to
            .map(|wamid| Ok::<_, Error>(ReplyTo { wamid, message: row.get(10)? }))
            .transpose()?,
        client_id: row.get(11)?,
        cause: cause(&cause_kind, cause_id.as_deref())?,
        author_name: row.get(14)?,
        error: error_title
            .filter(|_| state == MessageState::Failed)
            .map(|title| Ok::<_, Error>(MessageError { code: row.get(15)?, title, detail: row.get(17)? }))
            .transpose()?,
        media: media(row)?,
        reactions: reactions
            .into_iter()
            .filter_map(|(i, direction)| match row.get::<Option<String>>(i) {
                Ok(emoji) => emoji.map(|emoji| Ok(Reaction { emoji, direction })),
                Err(error) => Some(Err(error)),
            })
            .collect::<Result<_>>()?,
        unknown_since: row.get(27)?,
        created_at: row.get(28)?,
        accepted_at: row.get(29)?,
        sent_at: row.get(30)?,
        delivered_at: row.get(31)?,
        read_at: row.get(32)?,
        failed_at: row.get(33)?,
    })
}

fn media(row: &Row) -> Result<Option<Media>> {
    let id: Option<Uuid> = row.get(18)?;
    id.map(|id| {
        Ok(Media {
            id: model::id::MediaId(id),
            state: row.word(19, MediaState::parse)?,
            mime_type: row.get(20)?,
            filename: row.get(21)?,
            size: row.get(22)?,
            meta_media_id: row.get(23)?,
            created_at: row.get(24)?,
        })
    })
    .transpose()
}

fn cause(kind: &str, id: Option<&str>) -> Result<Cause> {
    Cause::from_parts(kind, id).ok_or_else(|| Error::Database(format!("unknown cause {kind}")))
}

/// What every new message has; the rest is absent until somebody says otherwise.
#[derive(Debug, Clone)]
pub struct New {
    /// Our id.
    pub id: MessageId,
    /// In which thread.
    pub thread: Thread,
    /// Whose it is.
    pub direction: Direction,
    /// How far it came.
    pub state: MessageState,
    /// Cloud-API-shaped.
    pub content: serde_json::Value,
    /// Why it exists.
    pub cause: Cause,
    /// When it was written or enqueued.
    pub created_at: Timestamp,
}

impl New {
    /// The message with nothing more said about it.
    pub fn into_message(self) -> Message {
        Message {
            id: self.id,
            conversation_id: self.thread.id,
            contact_id: self.thread.contact_id,
            phone_number_id: self.thread.phone_number_id,
            direction: self.direction,
            kind: self.content["type"].as_str().unwrap_or("unknown").to_owned(),
            state: self.state,
            content: self.content,
            wamid: None,
            reply_to: None,
            client_id: None,
            cause: self.cause,
            author_name: None,
            error: None,
            media: None,
            reactions: Vec::new(),
            unknown_since: None,
            created_at: self.created_at,
            accepted_at: None,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
        }
    }
}

/// Adds a message; `false` when one with this number and wamid is there, which makes a replay silent.
pub fn insert(w: &mut Writer<'_>, org: OrganizationId, m: &Message) -> Result<bool> {
    let added =
        w.exec(&format!("{INSERT} ON CONFLICT (phone_number_id, wamid) DO NOTHING"), values(org, m))?;
    Ok(added > 0)
}

/// Adds a message of ours, which nobody has given a wamid yet.
pub fn add(w: &mut Writer<'_>, org: OrganizationId, m: &Message) -> Result<()> {
    w.run(INSERT, values(org, m))
}

const INSERT: &str =
    "INSERT INTO messages (id, organization_id, conversation_id, contact_id, phone_number_id, direction, kind, state,
         content, preview, wamid, reply_to_wamid, client_id, cause_kind, cause_id, author_name, media_id, created_at,
         sent_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

fn values(org: OrganizationId, m: &Message) -> Vec<Bind> {
    binds![
        m.id,
        org,
        m.conversation_id,
        m.contact_id,
        m.phone_number_id,
        m.direction.as_str(),
        &m.kind,
        m.state.as_str(),
        &m.content,
        model::message::preview(&m.content),
        m.wamid.as_ref(),
        m.reply_to.as_ref().map(|r| &r.wamid),
        m.client_id.as_ref(),
        m.cause.kind(),
        m.cause.id(),
        m.author_name.as_ref(),
        m.media.as_ref().map(|f| f.id),
        m.created_at,
        m.sent_at
    ]
}

/// The message with this id.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: MessageId) -> Result<Option<Message>> {
    r.first(
        &format!("SELECT {COLUMNS} {TABLES} WHERE m.organization_id = $1 AND m.id = $2"),
        binds![org, id],
    )?
    .as_ref()
    .map(message)
    .transpose()
}

/// The message that Meta calls `wamid` on one of our numbers.
pub fn by_wamid(
    r: &mut Reader<'_>,
    org: OrganizationId,
    phone_number: PhoneNumberId,
    wamid: &str,
) -> Result<Option<Message>> {
    r.first(
        &format!("SELECT {COLUMNS} {TABLES} WHERE m.organization_id = $1 AND m.phone_number_id = $2 AND m.wamid = $3"),
        binds![org, phone_number, wamid],
    )?
    .as_ref()
    .map(message)
    .transpose()
}

/// As much of a message as a status needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// Our id.
    pub id: MessageId,
    /// In which thread.
    pub conversation_id: ConversationId,
    /// With whom.
    pub contact_id: ContactId,
    /// How far it came.
    pub state: MessageState,
    /// Whether Meta's id of it is known.
    pub has_wamid: bool,
}

fn located(row: &Row) -> Result<Located> {
    Ok(Located {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        contact_id: row.get(2)?,
        state: row.word(3, MessageState::parse)?,
        has_wamid: row.get::<Option<String>>(4)?.is_some(),
    })
}

const LOCATED: &str = "id, conversation_id, contact_id, state, wamid";

/// Finds a message by Meta's id.
pub fn locate(
    r: &mut Reader<'_>,
    org: OrganizationId,
    phone_number: PhoneNumberId,
    wamid: &str,
) -> Result<Option<Located>> {
    r.first(
        // Inside, only the unique index fits. With the organization beside it PostgreSQL may plan, while the table is
        // still small, to look through everything that the organization has, and keeps that plan.
        &format!(
            "SELECT {LOCATED} FROM (SELECT {LOCATED}, organization_id FROM messages
                                    WHERE phone_number_id = $2 AND wamid = $3 LIMIT 1) AS m
             WHERE organization_id = $1"
        ),
        binds![org, phone_number, wamid],
    )?
    .as_ref()
    .map(located)
    .transpose()
}

/// Finds one of our messages by our id, on the number that it went out over.
pub fn locate_ours(
    r: &mut Reader<'_>,
    org: OrganizationId,
    phone_number: PhoneNumberId,
    id: MessageId,
) -> Result<Option<Located>> {
    r.first(
        &format!(
            "SELECT {LOCATED} FROM messages WHERE organization_id = $1 AND phone_number_id = $2 AND id = $3
             AND direction = 'outbound'"
        ),
        binds![org, phone_number, id],
    )?
    .as_ref()
    .map(located)
    .transpose()
}

/// The messages that carry this file: one, or none while it is only uploaded.
pub fn with_media(
    r: &mut Reader<'_>,
    org: OrganizationId,
    media: model::id::MediaId,
) -> Result<Vec<Located>> {
    r.query(
        &format!("SELECT {LOCATED} FROM messages WHERE organization_id = $1 AND media_id = $2 LIMIT 10"),
        binds![org, media],
    )?
    .iter()
    .map(located)
    .collect()
}

/// A conversation's messages, newest first, without reactions, which belong to the messages they are on.
pub fn thread(
    r: &mut Reader<'_>,
    org: OrganizationId,
    conversation: ConversationId,
    page: &PageRequest,
) -> Result<Page<Message>> {
    let before = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(MessageId(LAST));
    let rows = r.query(
        &format!(
            "SELECT {COLUMNS} {TABLES} WHERE m.organization_id = $1 AND m.conversation_id = $2 AND m.kind <> 'reaction'
             AND m.id < $3 ORDER BY m.id DESC LIMIT $4"
        ),
        binds![org, conversation, before, page.limit + 1],
    )?;
    let messages = rows.iter().map(message).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(messages, page.limit, |m| m.id.to_string()))
}

/// Messages of the whole organization or of a conversation, newest first, reactions included.
pub fn list(
    r: &mut Reader<'_>,
    org: OrganizationId,
    filter: &MessageFilter,
    page: &PageRequest,
) -> Result<Page<Message>> {
    let before = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(MessageId(LAST));
    let rows = r.query(
        &format!(
            "SELECT {COLUMNS} {TABLES} WHERE m.organization_id = $1 AND m.id < $2
             AND m.state = coalesce($3, m.state) AND m.conversation_id = coalesce($4, m.conversation_id)
             ORDER BY m.id DESC LIMIT $5"
        ),
        binds![org, before, filter.state.map(MessageState::as_str), filter.conversation, page.limit + 1],
    )?;
    let messages = rows.iter().map(message).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(messages, page.limit, |m| m.id.to_string()))
}
