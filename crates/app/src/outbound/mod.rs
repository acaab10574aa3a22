//! The one door out (invariant I5): everything that is sent is enqueued here, whoever wants it sent.

mod circuit;
mod course;
mod lane;
mod outcome;
mod send;
mod sender;
mod traffic;
pub(crate) mod translate;

pub(crate) use circuit::Circuits;
pub(crate) use course::Courses;
pub(crate) use outcome::settle_by_hand;
pub(crate) use sender::Sender;
pub(crate) use traffic::Traffic;

use crate::{Error, Result, events::tell};
use model::{
    Timestamp,
    cause::Cause,
    contact::{Address, Contact},
    event::{EventKind, Subject},
    id::{MediaId, MessageId, OrganizationId},
    media::{Media, MediaState},
    message::{Direction, Message, MessageState, ReplyTo, SendKind, Transition},
    policy,
};
use serde_json::Value;
use store::{
    Writer,
    conversations::{self, Thread},
    media, messages,
    outbound::{self, Outgoing, Priority, Turn},
};
use uuid::Uuid;

/// A message that somebody wants sent.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Its id, from outside, so that a repeated transaction makes the same message.
    pub(crate) id: MessageId,
    pub(crate) org: OrganizationId,
    pub(crate) contact: Contact,
    pub(crate) thread: Thread,
    /// Cloud-API-shaped without address; may name our messages (`msg_…`) and files (`med_…`).
    pub(crate) content: Value,
    pub(crate) client_id: Option<String>,
    pub(crate) cause: Cause,
    pub(crate) author_name: Option<String>,
    pub(crate) order: Order,
    pub(crate) now: Timestamp,
    /// Id of the first line of its story.
    pub(crate) row_id: Uuid,
}

/// How a message takes its turn; see [`store::outbound::Turn`].
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) priority: Priority,
    pub(crate) source: Option<String>,
    pub(crate) send_before: Option<Timestamp>,
}

impl From<Priority> for Order {
    fn from(priority: Priority) -> Self {
        Self { priority, source: None, send_before: None }
    }
}

/// Checks the message against Meta's limits, asks whether it may be sent, and writes it into its number's lane.
///
/// # Errors
/// [`Error::RuleViolated`] when it may not be sent now, [`Error::Invalid`] with the field that Meta would refuse.
pub(crate) fn enqueue(w: &mut Writer<'_>, draft: &Draft) -> Result<Message> {
    let content = translate::normal(&draft.content)?;
    translate::check_limits(&content)?;
    let kind = content["type"].as_str().unwrap_or_default().to_owned();
    let address = policy::may_send(&draft.contact, SendKind::of(&kind), draft.thread.window, draft.now)?;
    let links = resolve(w, draft, &content)?;
    let body = translate::wire(&content, &address, draft.id, &links)?;
    let message = Message {
        reply_to: links.quoted.clone().map(|(message, wamid)| ReplyTo { wamid, message: Some(message) }),
        client_id: draft.client_id.clone(),
        author_name: draft.author_name.clone(),
        media: links.file.clone(),
        ..messages::New {
            id: draft.id,
            thread: draft.thread,
            direction: Direction::Outbound,
            state: MessageState::Queued,
            content,
            cause: draft.cause,
            created_at: draft.now,
        }
        .into_message()
    };
    messages::add(w, draft.org, &message)?;
    put_in_lane(w, draft, &address, body)?;
    if let Some((target, emoji)) = &links.reaction {
        messages::react(w, draft.org, *target, Direction::Outbound, emoji, draft.now)?;
    }
    announce(w, draft, &message, links.reaction.map(|(target, _)| target))?;
    Ok(message)
}

fn put_in_lane(w: &mut Writer<'_>, draft: &Draft, address: &Address, body: Value) -> Result<()> {
    let (Address::Phone(address) | Address::Bsuid(address)) = address.clone();
    let outgoing = Outgoing {
        message_id: draft.id,
        organization_id: draft.org,
        phone_number_id: draft.thread.phone_number_id,
        contact_id: draft.contact.id,
        address,
        attempts: 0,
        // Only a template gets this far with a closed window.
        outreach: !draft.thread.window.is_open(draft.now),
        body,
    };
    let Order { priority, source, send_before } = &draft.order;
    let turn = Turn { priority: *priority, source: source.as_deref(), send_before: *send_before };
    outbound::insert(w, &outgoing, &turn, draft.now)?;
    let transition = Transition {
        state: MessageState::Queued,
        at: draft.now,
        recorded_at: draft.now,
        cause: draft.cause,
        detail: None,
    };
    messages::add_transition(w, draft.org, draft.id, draft.row_id, Some("queued"), &transition)?;
    Ok(conversations::we_wrote(w, draft.org, draft.thread.id, draft.now)?)
}

/// A reaction shows on the message that it is on, everything else as a message of its own.
fn announce(
    w: &mut Writer<'_>,
    draft: &Draft,
    message: &Message,
    reacted_to: Option<MessageId>,
) -> Result<()> {
    let kind = if reacted_to.is_some() { EventKind::MessageUpdated } else { EventKind::MessageCreated };
    let subject = Subject {
        conversation: Some(draft.thread.id),
        message: Some(reacted_to.unwrap_or(message.id)),
        contact: Some(draft.contact.id),
        phone_number: Some(draft.thread.phone_number_id),
        ..Subject::default()
    };
    tell(w, draft.org, kind, subject, draft.cause, draft.now)
}

/// What a draft's ids of ours stand for.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// The quoted message: ours and Meta's id.
    pub(crate) quoted: Option<(MessageId, String)>,
    /// The message reacted to, and the emoji.
    pub(crate) reaction: Option<(MessageId, String)>,
    /// Meta's id of the message reacted to.
    pub(crate) reaction_wamid: Option<String>,
    /// The message's own file.
    pub(crate) file: Option<Media>,
}

fn resolve(w: &mut Writer<'_>, draft: &Draft, content: &Value) -> Result<Links> {
    let mut links = Links::default();
    if let Some(id) = translate::quoted(content) {
        links.quoted = Some(target(w, draft, id, "/context/message_id")?);
    }
    if let Some((id, emoji)) = translate::reaction(content) {
        let (message, wamid) = target(w, draft, id, "/reaction/message_id")?;
        links.reaction = Some((message, emoji.to_owned()));
        links.reaction_wamid = Some(wamid);
    }
    for (pointer, id) in translate::files(content) {
        let file = id.parse::<MediaId>().ok().map(|id| media::get(w, draft.org, id)).transpose()?.flatten();
        let file = file.filter(|f| f.state == MediaState::Ready);
        let file = file.ok_or_else(|| Error::invalid(pointer, "names no file that was uploaded"))?;
        links.file.get_or_insert(file);
    }
    Ok(links)
}

/// The message that `id` names, ours or Meta's, in the same conversation.
fn target(w: &mut Writer<'_>, draft: &Draft, id: &str, field: &str) -> Result<(MessageId, String)> {
    let message = match id.parse::<MessageId>() {
        Ok(id) => messages::get(w, draft.org, id)?,
        Err(_) => messages::by_wamid(w, draft.org, draft.thread.phone_number_id, id)?,
    };
    let message = message.filter(|m| m.conversation_id == draft.thread.id);
    let message = message.ok_or_else(|| Error::invalid(field, "names no message of this conversation"))?;
    match message.wamid {
        Some(wamid) => Ok((message.id, wamid)),
        None => Err(Error::invalid(field, "names a message that WhatsApp has not taken yet")),
    }
}
