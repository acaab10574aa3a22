//! Conversations: our threads with contacts.

use crate::{Error, LAST, Reader, Result, Row, Writer, binds, contacts};
use model::{
    Timestamp,
    contact::Contact,
    conversation::{
        AssigneeFilter, Conversation, ConversationCounts, ConversationFilter, ConversationState, LastMessage,
        PhoneNumberRef, ServiceWindow, UserRef,
    },
    id::{ContactId, ConversationId, MessageId, OrganizationId, PhoneNumberId, UserId},
    message::{Direction, MessageState},
    page::{Page, PageRequest},
};
use uuid::Uuid;

/// As much of a conversation as applying a message needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thread {
    /// Our id.
    pub id: ConversationId,
    /// With whom.
    pub contact_id: ContactId,
    /// Over which number of ours.
    pub phone_number_id: PhoneNumberId,
    /// Where it stands.
    pub state: ConversationState,
    /// Whether free-form sending is open.
    pub window: ServiceWindow,
}

const THREAD: &str = "id, contact_id, phone_number_id, state, window_expires_at";

fn thread(row: &Row) -> Result<Thread> {
    Ok(Thread {
        id: row.get(0)?,
        contact_id: row.get(1)?,
        phone_number_id: row.get(2)?,
        state: row.word(3, ConversationState::parse)?,
        window: ServiceWindow { expires_at: row.get(4)? },
    })
}

/// The thread with this id.
pub fn thread_by_id(r: &mut Reader<'_>, org: OrganizationId, id: ConversationId) -> Result<Option<Thread>> {
    r.first(
        &format!("SELECT {THREAD} FROM conversations WHERE organization_id = $1 AND id = $2"),
        binds![org, id],
    )?
    .as_ref()
    .map(thread)
    .transpose()
}

/// The thread of a number and a contact; made with `new_id` when there is none.
pub fn open_thread(
    w: &mut Writer<'_>,
    org: OrganizationId,
    phone_number: PhoneNumberId,
    contact: ContactId,
    new_id: ConversationId,
    now: Timestamp,
) -> Result<Thread> {
    // Inside, only the unique index fits; see `messages::locate`.
    let find = format!(
        "SELECT {THREAD} FROM (SELECT {THREAD}, organization_id FROM conversations
                               WHERE phone_number_id = $2 AND contact_id = $3 LIMIT 1) AS c
         WHERE organization_id = $1"
    );
    if let Some(row) = w.first(&find, binds![org, phone_number, contact])? {
        return thread(&row);
    }
    w.run(
        "INSERT INTO conversations (id, organization_id, phone_number_id, contact_id, state, created_at, last_message_at)
         VALUES ($1, $2, $3, $4, 'open', $5, $5) ON CONFLICT (phone_number_id, contact_id) DO NOTHING",
        binds![new_id, org, phone_number, contact, now],
    )?;
    let row = w.first(&find, binds![org, phone_number, contact])?;
    thread(&row.ok_or_else(|| Error::Database("the new conversation is not there".into()))?)
}

/// Records that the contact wrote: the thread is open again and its window runs.
pub fn contact_wrote(w: &mut Writer<'_>, org: OrganizationId, thread: &Thread, now: Timestamp) -> Result<()> {
    w.run(
        "UPDATE conversations SET state = $3, window_expires_at = $4, last_message_at = $5
         WHERE organization_id = $1 AND id = $2",
        binds![org, thread.id, thread.state.as_str(), thread.window.expires_at, now],
    )
}

/// Records that we wrote.
pub fn we_wrote(w: &mut Writer<'_>, org: OrganizationId, id: ConversationId, now: Timestamp) -> Result<()> {
    w.run(
        "UPDATE conversations SET last_message_at = $3 WHERE organization_id = $1 AND id = $2",
        binds![org, id, now],
    )
}

/// Changes where a conversation stands; `false` when there is none.
pub fn set_state(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: ConversationId,
    state: ConversationState,
) -> Result<bool> {
    let count = w.exec(
        "UPDATE conversations SET state = $3 WHERE organization_id = $1 AND id = $2",
        binds![org, id, state.as_str()],
    )?;
    Ok(count > 0)
}

/// Gives a conversation to a person, or to nobody; `false` when there is none.
pub fn assign(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: ConversationId,
    to: Option<UserId>,
) -> Result<bool> {
    let count = w.exec(
        "UPDATE conversations SET assignee_id = $3 WHERE organization_id = $1 AND id = $2",
        binds![org, id, to],
    )?;
    Ok(count > 0)
}

/// Marks everything up to the newest message as seen by people, and tells the newest inbound message that was unread.
pub fn mark_read(w: &mut Writer<'_>, org: OrganizationId, id: ConversationId) -> Result<Option<MessageId>> {
    let unread = w.first(
        "SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id
         WHERE c.organization_id = $1 AND c.id = $2 AND m.direction = 'inbound'
           AND m.kind NOT IN ('reaction', 'system')
           AND (c.read_up_to IS NULL OR m.id > c.read_up_to) ORDER BY m.id DESC LIMIT 1",
        binds![org, id],
    )?;
    let Some(unread) = unread else { return Ok(None) };
    let newest: MessageId = unread.get(0)?;
    w.run(
        "UPDATE conversations SET read_up_to = $3 WHERE organization_id = $1 AND id = $2",
        binds![org, id, newest],
    )?;
    Ok(Some(newest))
}

const LISTED: &str = "
    SELECT c.id, c.state, c.window_expires_at, c.created_at, c.last_message_at,
           k.id, k.name, k.created_at, k.updated_at,
           p.id, p.display_phone_number, p.verified_name,
           u.id, u.name,
           (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'inbound'
               AND m.kind NOT IN ('reaction', 'system') AND (c.read_up_to IS NULL OR m.id > c.read_up_to)),
           l.id, l.preview, l.kind, l.direction, l.state, l.cause_kind, l.author_name, l.created_at
    FROM conversations c
    JOIN contacts k ON k.id = c.contact_id
    JOIN phone_numbers p ON p.id = c.phone_number_id
    LEFT JOIN users u ON u.id = c.assignee_id
    LEFT JOIN messages l ON l.id = (SELECT m.id FROM messages m WHERE m.conversation_id = c.id AND m.kind <> 'reaction'
                                    ORDER BY m.id DESC LIMIT 1)";

fn listed(r: &mut Reader<'_>, row: &Row) -> Result<Conversation> {
    let contact_id: ContactId = row.get(5)?;
    let assignee: Option<UserId> = row.get(12)?;
    let last: Option<MessageId> = row.get(15)?;
    Ok(Conversation {
        id: row.get(0)?,
        state: row.word(1, ConversationState::parse)?,
        window: ServiceWindow { expires_at: row.get(2)? },
        created_at: row.get(3)?,
        last_message_at: row.get(4)?,
        contact: Contact {
            id: contact_id,
            name: row.get(6)?,
            identities: contacts::identities(r, contact_id)?,
            created_at: row.get(7)?,
            updated_at: row.get(8)?,
        },
        phone_number: PhoneNumberRef {
            id: row.get(9)?,
            display_phone_number: row.get(10)?,
            verified_name: row.get(11)?,
        },
        assignee: assignee.map(|id| Ok::<_, Error>(UserRef { id, name: row.get(13)? })).transpose()?,
        unread_count: row.get(14)?,
        last_message: last.map(|id| last_message(id, row)).transpose()?,
    })
}

fn last_message(id: MessageId, row: &Row) -> Result<LastMessage> {
    Ok(LastMessage {
        id,
        preview: row.get(16)?,
        kind: row.get(17)?,
        direction: row.word(18, Direction::parse)?,
        state: row.word(19, MessageState::parse)?,
        cause_kind: row.get(20)?,
        author_name: row.get(21)?,
        created_at: row.get(22)?,
    })
}

/// The conversation with this id, as the inbox shows it.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: ConversationId) -> Result<Option<Conversation>> {
    let row = r.first(&format!("{LISTED} WHERE c.organization_id = $1 AND c.id = $2"), binds![org, id])?;
    row.map(|row| listed(r, &row)).transpose()
}

/// Conversations, those with the newest message first.
pub fn list(
    r: &mut Reader<'_>,
    org: OrganizationId,
    filter: &ConversationFilter,
    page: &PageRequest,
) -> Result<Page<Conversation>> {
    let (after_at, after_id) = page.after.as_deref().and_then(read_cursor).unwrap_or((i64::MAX, LAST));
    let (whose, assignee) = match filter.assignee {
        None => (0_i64, None),
        Some(AssigneeFilter::Nobody) => (1, None),
        Some(AssigneeFilter::User(id)) => (2, Some(id)),
    };
    let sql = format!(
        "{LISTED} WHERE c.organization_id = $1
           AND (c.last_message_at < $2 OR (c.last_message_at = $2 AND c.id < $3))
           AND c.state = coalesce($4, c.state)
           AND ($5 = 0 OR ($5 = 1 AND c.assignee_id IS NULL) OR c.assignee_id = $6)
           AND c.phone_number_id = coalesce($7, c.phone_number_id) AND c.contact_id = coalesce($8, c.contact_id)
           AND (k.search_name LIKE $9 ESCAPE '\\'
                OR EXISTS (SELECT 1 FROM contact_identities i WHERE i.contact_id = k.id AND lower(i.value) LIKE $9 ESCAPE '\\'))
         ORDER BY c.last_message_at DESC, c.id DESC LIMIT $10"
    );
    let rows = r.query(
        &sql,
        binds![
            org,
            after_at,
            after_id,
            filter.state.map(ConversationState::as_str),
            whose,
            assignee,
            filter.phone_number,
            filter.contact,
            contacts::pattern(filter.search.as_deref().unwrap_or_default()),
            page.limit + 1
        ],
    )?;
    let all = rows.iter().map(|row| listed(r, row)).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(all, page.limit, |c| format!("{}.{}", c.last_message_at.as_microsecond(), c.id.0.simple())))
}

fn read_cursor(text: &str) -> Option<(i64, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((at.parse().ok()?, Uuid::try_parse(id).ok()?))
}

/// How many open conversations there are, by who has them.
pub fn counts(r: &mut Reader<'_>, org: OrganizationId, me: Option<UserId>) -> Result<ConversationCounts> {
    let row = r.one(
        "SELECT count(*), count(CASE WHEN assignee_id IS NULL THEN 1 END), count(CASE WHEN assignee_id = $2 THEN 1 END)
         FROM conversations WHERE organization_id = $1 AND state = 'open'",
        binds![org, me],
    )?;
    Ok(ConversationCounts { all: row.get(0)?, unassigned: row.get(1)?, mine: row.get(2)? })
}
