//! A contact's message becomes a row, a window, a reopened conversation, and perhaps an automatic answer.

use super::{
    apply::Place,
    translate::{Inbound, InboundMedia},
};
use crate::{
    Result,
    events::tell,
    jobs,
    outbound::{self, Draft},
};
use flow::Effect;
use model::{
    Timestamp,
    cause::Cause,
    contact::Contact,
    event::{EventKind, Subject},
    id::{ContactId, ConversationId, MediaId, MessageId},
    media::{Media, MediaState},
    message::{Direction, Message, MessageState, ReplyTo, Transition},
};
use store::{
    Writer, contacts,
    conversations::{self, Thread},
    media, messages,
    outbound::Priority,
    reactions, rules,
};

/// Applies a contact's message. One that is there already changes nothing.
pub(super) fn apply(w: &mut Writer<'_>, place: &Place<'_>, inbound: &Inbound) -> Result<()> {
    let Some((contact, mut thread)) = thread(w, place, inbound)? else { return Ok(()) };
    let written_at = inbound.written_at.unwrap_or(place.context.now);
    let message = row(place, inbound, &thread, written_at, Direction::Inbound);
    if !messages::insert(w, place.org, &message)? {
        return Ok(());
    }
    if let Some(file) = &message.media {
        media::insert(w, place.org, file)?;
        jobs::fetch_media(w, place.org, place.number.id, file, place.context.ids.next(), place.context.now)?;
    }
    transition(w, place, &message, MessageState::Received, written_at)?;
    let late = thread.window == thread.window.opened_by(written_at);
    if inbound.opens_window {
        if !thread.window.is_open(place.context.now) {
            store::outbound::window_opened(w, place.number.id, contact.id)?;
        }
        thread.window = thread.window.opened_by(written_at.min(place.context.now));
    }
    if late {
        react_late(w, place, &message, written_at)?;
    }
    if let Some(reaction) = &inbound.reaction {
        conversations::contact_wrote(w, place.org, &thread, place.context.now)?;
        return react(w, place, &reaction.target, &reaction.emoji, written_at, &message);
    }
    if inbound.kind != "system" {
        thread.state = thread.state.after_inbound();
    }
    conversations::contact_wrote(w, place.org, &thread, place.context.now)?;
    announce(w, place, &message)?;
    if inbound.wants_answer { answer(w, place, &contact, &thread, &message) } else { Ok(()) }
}

/// Applies an echo: something written to a contact in the WhatsApp Business app or by another responder.
pub(super) fn apply_echo(w: &mut Writer<'_>, place: &Place<'_>, echo: &Inbound) -> Result<()> {
    let Some((_, thread)) = thread(w, place, echo)? else { return Ok(()) };
    let written_at = echo.written_at.unwrap_or(place.context.now);
    let message = row(place, echo, &thread, written_at, Direction::Outbound);
    if !messages::insert(w, place.org, &message)? {
        return Ok(());
    }
    if let Some(file) = &message.media {
        media::insert(w, place.org, file)?;
        jobs::fetch_media(w, place.org, place.number.id, file, place.context.ids.next(), place.context.now)?;
    }
    transition(w, place, &message, MessageState::Sent, written_at)?;
    conversations::we_wrote(w, place.org, thread.id, place.context.now)?;
    announce(w, place, &message)
}

/// The contact and the conversation, made if they are new. `None` when nobody is named at all.
fn thread(w: &mut Writer<'_>, place: &Place<'_>, inbound: &Inbound) -> Result<Option<(Contact, Thread)>> {
    let context = place.context;
    if inbound.sighting.identities.is_empty() {
        tracing::warn!(delivery.id = %context.delivery, "a message names nobody");
        return Ok(None);
    }
    let new_id = ContactId(context.ids.next());
    let sighted = contacts::sight(w, place.org, &inbound.sighting, new_id, context.now)?;
    let contact = sighted.contact;
    if sighted.changed {
        let subject = Subject { contact: Some(contact.id), ..Subject::default() };
        tell(w, place.org, EventKind::ContactUpdated, subject, context.cause(), context.now)?;
    }
    let new_id = ConversationId(context.ids.next());
    let thread = conversations::open_thread(w, place.org, place.number.id, contact.id, new_id, context.now)?;
    Ok(Some((contact, thread)))
}

fn row(
    place: &Place<'_>,
    inbound: &Inbound,
    thread: &Thread,
    written_at: Timestamp,
    direction: Direction,
) -> Message {
    let context = place.context;
    let reply_to = inbound.reply_to.clone().map(|wamid| ReplyTo { wamid, message: None });
    let new_message = messages::New {
        id: MessageId(context.ids.next()),
        thread: *thread,
        direction,
        state: if direction == Direction::Inbound { MessageState::Received } else { MessageState::Sent },
        content: inbound.content.clone(),
        cause: context.cause(),
        created_at: written_at,
    };
    let media = inbound.media.as_ref().map(|file| pending(file, MediaId(context.ids.next()), context.now));
    // A message without an id of Meta's is told apart by where it came from, so that a replay is silent for it too.
    let wamid = inbound.wamid.clone().unwrap_or_else(|| format!("{}/{}", context.delivery, inbound.place));
    Message {
        kind: inbound.kind.clone(),
        wamid: Some(wamid),
        reply_to,
        media,
        sent_at: Some(written_at),
        ..new_message.into_message()
    }
}

fn pending(file: &InboundMedia, id: MediaId, now: Timestamp) -> Media {
    Media {
        id,
        state: MediaState::Pending,
        mime_type: file.mime_type.clone(),
        filename: file.filename.clone(),
        size: None,
        meta_media_id: Some(file.meta_media_id.clone()),
        created_at: now,
    }
}

fn transition(
    w: &mut Writer<'_>,
    place: &Place<'_>,
    message: &Message,
    state: MessageState,
    at: Timestamp,
) -> Result<()> {
    let context = place.context;
    let transition = Transition { state, at, recorded_at: context.now, cause: context.cause(), detail: None };
    let row_id = context.ids.next();
    let key = Some(state.as_str());
    Ok(messages::add_transition(w, place.org, message.id, row_id, key, &transition)?)
}

fn announce(w: &mut Writer<'_>, place: &Place<'_>, message: &Message) -> Result<()> {
    let subject = Subject {
        conversation: Some(message.conversation_id),
        message: Some(message.id),
        contact: Some(message.contact_id),
        phone_number: Some(place.number.id),
        ..Subject::default()
    };
    tell(w, place.org, EventKind::MessageCreated, subject, place.context.cause(), place.context.now)
}

/// Puts a reaction on the message that it is on; on one that we don't have, it stays a row of its own.
fn react(
    w: &mut Writer<'_>,
    place: &Place<'_>,
    target: &str,
    emoji: &str,
    at: Timestamp,
    reaction: &Message,
) -> Result<()> {
    let Some(target) = messages::locate(w, place.org, place.number.id, target)? else { return Ok(()) };
    messages::react(w, place.org, target.id, Direction::Inbound, emoji, at)?;
    let subject = Subject {
        conversation: Some(reaction.conversation_id),
        message: Some(target.id),
        ..Subject::default()
    };
    tell(w, place.org, EventKind::MessageUpdated, subject, place.context.cause(), place.context.now)
}

/// Puts reactions on a message that came before it. Something else had come from this contact by the message's own time:
/// only then can there be any.
fn react_late(w: &mut Writer<'_>, place: &Place<'_>, message: &Message, written_at: Timestamp) -> Result<()> {
    for (content, at) in reactions::since(w, place.org, message.conversation_id, written_at)? {
        if content["reaction"]["message_id"].as_str() == message.wamid.as_deref() {
            let emoji = content["reaction"]["emoji"].as_str().unwrap_or_default();
            messages::react(w, place.org, message.id, Direction::Inbound, emoji, at)?;
        }
    }
    Ok(())
}

/// Lets the rules answer; their answer goes through the same door as everybody's.
fn answer(
    w: &mut Writer<'_>,
    place: &Place<'_>,
    contact: &Contact,
    thread: &Thread,
    message: &Message,
) -> Result<()> {
    let rules = rules::enabled(w, place.org)?;
    for Effect::Send { rule, content } in flow::rule::decide(&rules, &message.content) {
        let name = rules.iter().find(|r| r.id == rule).map(|r| r.name.clone());
        let draft = Draft {
            id: MessageId(place.context.ids.next()),
            org: place.org,
            contact: contact.clone(),
            thread: *thread,
            content,
            client_id: None,
            cause: Cause::Rule(rule),
            author_name: name,
            order: Priority::Automatic.into(),
            now: place.context.now,
            row_id: place.context.ids.next(),
        };
        // A rule whose answer may not be sent now must not keep the contact's message from being kept.
        match outbound::enqueue(w, &draft) {
            Ok(_) => {}
            Err(error @ (crate::Error::RuleViolated { .. } | crate::Error::Invalid { .. })) => {
                tracing::warn!(rule.id = %rule, message.id = %message.id, %error, "a rule's answer was not sent");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
