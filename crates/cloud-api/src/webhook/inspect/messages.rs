//! Messages, statuses and what else comes with them, in words.

use serde_json::Value as Json;

use super::super::{
    CallPermission, CardOrigin, Content, HistoryChunk, Interactive, Message, MessageKind, NfmName,
    PreferenceValue, StandbyEcho, Status, StatusType, UserAction, UserPreference, WireError,
};
use super::walk::{Place, Walk, items};
use super::{Event, Who, quoted, words};

/// The fields `messages`, `smb_message_echoes`, `history`, `standby` and `user_preferences`.
pub(super) fn tell(value: &Json, at: &str, walk: &mut Walk<'_>) {
    walk.each(value, at, "messages", |message, place| inbound("message", message, place));
    walk.each(value, at, "message_echoes", echo);
    walk.each(value, at, "statuses", status);
    walk.each(value, at, "errors", error);
    walk.each(value, at, "user_preferences", preference);
    walk.each(value, at, "user_actions", action);
    for (at, chunk) in items(value, at, "history") {
        history(chunk, at, walk);
    }
    for (at, standby) in items(value, at, "standby") {
        let before = walk.out.len();
        walk.each(standby, &at, "messages", |message, place| inbound("standby message", message, place));
        walk.each(standby, &at, "message_echoes", standby_echo);
        walk.each(standby, &at, "statuses", status);
        walk.each(standby, &at, "errors", error);
        if walk.out.len() == before {
            walk.out.push(Event { pointer: at, ..Event::new("empty", "a standby without anything in it") });
        }
    }
}

fn history(chunk: &Json, at: String, walk: &mut Walk<'_>) {
    let before = walk.out.len();
    walk.each(chunk, &at, "errors", error);
    for (at, thread) in items(chunk, &at, "threads") {
        let before = walk.out.len();
        walk.each(thread, &at, "messages", |message, place| inbound("history", message, place));
        if walk.out.len() == before {
            walk.out.push(Event { pointer: at, ..Event::new("empty", "a chat of before without messages") });
        }
    }
    if walk.out.len() == before {
        walk.one(chunk, at, |chunk: &HistoryChunk, _| {
            let progress = chunk.metadata.as_ref().and_then(|metadata| metadata.progress);
            let progress = progress.map_or(String::new(), |percent| format!(", {percent} %"));
            Event::new("history", format!("a part of the chats of before without chats{progress}"))
        });
    }
}

fn kind_of(message: &Message) -> &str {
    message.kind.as_ref().map_or("of no kind", MessageKind::as_str)
}

fn inbound(what: &str, message: &Message, place: &Place) -> Event {
    // In histories our own messages have an addressee, and no other message has one.
    let ours = message.to.is_some() || message.to_user_id.is_some();
    let who = if ours { addressee(message, place) } else { sender(message, place) };
    let name = who.clone().unwrap_or_default();
    let (said, more) = (said(message), circumstances(message));
    let summary = if ours { format!("to {name}: {said}{more}") } else { format!("{name} {said}{more}") };
    let quotes = message.context.as_ref().and_then(|context| context.id.as_ref());
    Event::new(format!("{what} {}", words(kind_of(message))), summary)
        .id(id_name(message), message.id.as_ref())
        .id("quotes", quotes)
        .id("target", target(message))
        .id("group", message.group_id.as_ref())
        .at(message.timestamp)
        .who(who)
}

fn sender(message: &Message, place: &Place) -> Option<Who> {
    place.who(message.from.as_ref(), message.from_user_id.as_ref(), message.from_parent_user_id.as_ref())
}

fn addressee(message: &Message, place: &Place) -> Option<Who> {
    place.who(message.to.as_ref(), message.to_user_id.as_ref(), message.to_parent_user_id.as_ref())
}

/// Voicemail is a message whose id is a call's.
fn id_name(message: &Message) -> &'static str {
    match message.id.as_deref() {
        Some(id) if id.starts_with("wacid.") => "wacid",
        _ => "wamid",
    }
}

/// The message this one is about.
fn target(message: &Message) -> Option<&super::super::Id> {
    match &message.content {
        Content::Reaction(reaction) => reaction.message_id.as_ref(),
        Content::Edit(edit) => edit.original_message_id.as_ref(),
        Content::Revoke(revoke) => revoke.original_message_id.as_ref(),
        _ => None,
    }
}

fn echo(message: &Message, place: &Place) -> Event {
    let to = place.who(message.to.as_ref(), message.to_user_id.as_ref(), message.to_parent_user_id.as_ref());
    let name = to.clone().unwrap_or_default();
    let summary = format!("to {name} from the WhatsApp Business app: {}", said(message));
    Event::new(format!("echo {}", words(kind_of(message))), summary)
        .id("wamid", message.id.as_ref())
        .id("target", target(message))
        .at(message.timestamp)
        .who(to)
}

fn standby_echo(echo: &StandbyEcho, _: &Place) -> Event {
    let kind = echo.kind().unwrap_or("of no kind");
    let to = echo.recipient().unwrap_or("somebody");
    Event::new(
        format!("standby echo {}", words(kind)),
        format!("another responder sent {to} a message of kind {}", words(kind)),
    )
    .id("wamid", echo.id.as_ref())
    .id("recipient", echo.recipient())
    .at(echo.timestamp)
}

/// What somebody did, as the end of a sentence.
fn said(message: &Message) -> String {
    let with = |what: &str, words: &Option<String>| match words {
        Some(words) => format!("sent {what} with the words {}", quoted(words)),
        None => format!("sent {what}"),
    };
    match &message.content {
        Content::Text(text) => format!("wrote {}", quoted(text.body.as_deref().unwrap_or_default())),
        Content::Image(media) => with("a picture", &media.caption),
        Content::Video(media) => with("a video", &media.caption),
        Content::Audio(media) if media.voice == Some(true) => "sent a voice note".to_owned(),
        Content::Audio(_) => "sent a sound".to_owned(),
        Content::Document(media) => {
            let name = media.filename.as_deref().map_or(String::new(), |name| format!(" {}", quoted(name)));
            with(&format!("the file{name}"), &media.caption)
        }
        Content::Sticker(_) => "sent a sticker".to_owned(),
        Content::Location(place) => {
            let name = place.name.as_deref().map_or(String::new(), |name| format!(" {}", quoted(name)));
            format!("sent a place{name}")
        }
        Content::Contacts(cards) => match cards.first().and_then(|card| card.origin.as_ref()) {
            Some(CardOrigin::ContactRequest) => "answered our request for their number".to_owned(),
            _ => format!("shared contact cards: {}", cards.len()),
        },
        Content::Button(button) => {
            format!("tapped the template's button {}", quoted(button.text.as_deref().unwrap_or_default()))
        }
        Content::Interactive(reply) => answered(reply),
        Content::Order(order) => format!("ordered; lines: {}", order.product_items.iter().flatten().count()),
        Content::Reaction(_) if message.is_reaction_removed() => "took a reaction back".to_owned(),
        Content::Reaction(reaction) => {
            format!("reacted with {}", quoted(reaction.emoji.as_deref().unwrap_or_default()))
        }
        Content::System(system) => match &system.body {
            Some(body) => format!("changed: {}", quoted(body)),
            None => "changed".to_owned(),
        },
        Content::Unsupported(unsupported) => {
            let kind = unsupported.kind.as_ref().map_or("unknown", |kind| kind.as_str());
            format!("sent something the Cloud API can't show ({})", words(kind))
        }
        Content::Edit(edit) => match &edit.message {
            Some(message) => format!("changed a message; now: {}", said(message)),
            None => "changed a message".to_owned(),
        },
        Content::Revoke(_) => "deleted a message".to_owned(),
        Content::Other { kind, .. } => format!("sent a message of kind {}", words(kind)),
        Content::None => without_content(message),
    }
}

fn without_content(message: &Message) -> String {
    match &message.kind {
        Some(MessageKind::RequestWelcome) => "opened the chat for the first time".to_owned(),
        Some(MessageKind::MediaPlaceholder) => "sent media whose details come later".to_owned(),
        Some(kind) => format!("sent a message of kind {} without content", words(kind.as_str())),
        None => "sent a message of no kind".to_owned(),
    }
}

fn answered(reply: &Interactive) -> String {
    if let Some(button) = &reply.button_reply {
        return format!("tapped the button {}", quoted(button.title.as_deref().unwrap_or_default()));
    }
    if let Some(row) = &reply.list_reply {
        return format!("chose {}", quoted(row.title.as_deref().unwrap_or_default()));
    }
    if let Some(answers) = &reply.nfm_reply {
        return match &answers.name {
            Some(NfmName::AddressMessage) => "answered with an address".to_owned(),
            _ => "answered a form".to_owned(),
        };
    }
    match reply.call_permission_reply.as_ref().and_then(|reply| reply.response.as_ref()) {
        Some(CallPermission::Accept) => "allows to be called".to_owned(),
        Some(CallPermission::Reject) => "doesn't allow to be called".to_owned(),
        _ => {
            let kind = reply.kind.as_ref().map_or("of no kind", |kind| kind.as_str());
            format!("answered ({})", words(kind))
        }
    }
}

fn circumstances(message: &Message) -> String {
    let mut out = String::new();
    if message.group_id.is_some() {
        out.push_str(", in a group");
    }
    if let Some(context) = &message.context {
        if context.frequently_forwarded == Some(true) {
            out.push_str(", forwarded many times");
        } else if context.forwarded == Some(true) {
            out.push_str(", forwarded");
        } else if context.referred_product.is_some() {
            out.push_str(", about a product");
        } else if context.id.is_some() {
            out.push_str(", as a reply");
        }
    }
    if message.referral.is_some() {
        out.push_str(", coming from an advertisement or post");
    }
    out.push_str(&reasons(message.errors.as_deref()));
    out
}

/// Errors as the end of a sentence.
pub(super) fn reasons(errors: Option<&[WireError]>) -> String {
    errors.into_iter().flatten().map(|error| format!("; error {}", reason(error))).collect()
}

fn reason(error: &WireError) -> String {
    let code = error.code.map_or("without a code".to_owned(), |code| code.to_string());
    let title = error.title.as_ref().or(error.message.as_ref());
    let text = match (title, error.details()) {
        (Some(title), Some(details)) if title != details => format!(" {title}: {details}"),
        (_, Some(text)) => format!(" {text}"),
        (Some(text), None) => format!(" {text}"),
        (None, None) => String::new(),
    };
    format!("{code}{text}")
}

pub(super) fn error(error: &WireError, _: &Place) -> Event {
    Event::new("error", format!("error {}", reason(error)))
}

fn status(status: &Status, place: &Place) -> Event {
    let word = status.status.as_ref().map_or("of no kind", |kind| kind.as_str());
    let user = status.recipient_participant_user_id.as_ref().or(status.recipient_user_id.as_ref());
    let parent =
        status.recipient_participant_parent_user_id.as_ref().or(status.recipient_parent_user_id.as_ref());
    let in_group = matches!(status.recipient_type, Some(super::super::RecipientType::Group));
    let phone = status.participant().or(status.recipient_id.as_ref().filter(|_| !in_group));
    let who = place.who(phone, user, parent);
    let name = who.clone().unwrap_or_default();
    let what = match &status.kind {
        Some(StatusType::Payment) => "payment",
        Some(StatusType::Call) => "call",
        _ => "status",
    };
    let subject = if what == "status" { "message" } else { what };
    let group = if in_group { " in a group" } else { "" };
    let summary = format!(
        "{subject} to {name}{group}: {}{}{}",
        words(word),
        price(status),
        reasons(status.errors.as_deref())
    );
    Event::new(format!("{what} {}", words(word)), summary)
        .id("wamid", status.id.as_ref())
        .id("group", status.recipient_id.as_ref().filter(|_| in_group))
        .id("conversation", status.conversation.as_ref().and_then(|conversation| conversation.id.as_ref()))
        .id("payment", status.payment.as_ref().and_then(|payment| payment.reference_id.as_ref()))
        .id("callback_data", status.biz_opaque_callback_data.as_ref())
        .at(status.timestamp)
        .who(who)
}

fn price(status: &Status) -> String {
    let Some(pricing) = &status.pricing else { return String::new() };
    let category = pricing.category.as_ref().map_or("no category", |category| category.as_str());
    match pricing.kind.as_ref().map(|kind| kind.as_str()) {
        Some("regular") => format!(", billed as {}", words(category)),
        Some(free) => format!(", {} ({})", words(category), words(free)),
        None => format!(", {}", words(category)),
    }
}

fn preference(preference: &UserPreference, place: &Place) -> Event {
    let who =
        place.who(preference.wa_id.as_ref(), preference.user_id.as_ref(), preference.parent_user_id.as_ref());
    let word = preference.value.as_ref().map_or("of no kind", |value| value.as_str());
    let what = match &preference.value {
        Some(PreferenceValue::Stop) => "wants no marketing".to_owned(),
        Some(PreferenceValue::Resume) => "wants marketing again".to_owned(),
        Some(PreferenceValue::SignUp) => "signed up for marketing".to_owned(),
        _ => format!("has the preference {}", words(word)),
    };
    let summary = format!("{} {what}", who.clone().unwrap_or_default());
    Event::new(format!("preference {}", words(word)), summary)
        .id("signup", preference.signup_id.as_ref())
        .at(preference.timestamp)
        .who(who)
}

fn action(action: &UserAction, _: &Place) -> Event {
    let word = action.action_type.as_ref().map_or("of no kind", |kind| kind.as_str());
    let click = action.link_click.as_ref();
    let component = click.and_then(|click| click.click_component.as_ref());
    let part = component.map_or(String::new(), |component| format!(" ({})", component.as_str()));
    Event::new(format!("action {}", words(word)), format!("a customer did: {}{part}", words(word)))
        .id("click", click.and_then(|click| click.click_id.as_ref()))
        .at(action.timestamp)
}
