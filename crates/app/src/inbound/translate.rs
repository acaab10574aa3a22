//! From Meta's webhook words to ours.

use cloud_api::webhook::{self, Content, Field, MessagesValue, Status, StatusKind, UnixTime, WireError};
use model::{
    Timestamp,
    contact::{Identity, IdentityKind, Sighting},
    id::MessageId,
    message::{MessageError, MessageState},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a delivery says, in our words.
pub(super) struct Parsed {
    pub(super) updates: Vec<Update>,
    /// What was in it, counted: `messages: 2, statuses: 1`.
    pub(super) summary: String,
}

/// One thing that happened.
pub(super) enum Update {
    /// On one of our numbers.
    Number {
        /// Meta's id of the number.
        phone_number_id: String,
        /// What.
        body: Body,
    },
    /// To an account or a portfolio: its numbers may have other limits now.
    Account {
        /// Meta's id.
        id: String,
    },
}

pub(super) enum Body {
    Message(Box<Inbound>),
    Echo(Box<Inbound>),
    Status(Box<Report>),
}

impl Update {
    /// What orders work on this update's contact.
    pub(super) fn lane(&self) -> Option<&str> {
        match self {
            Self::Number { body: Body::Message(message) | Body::Echo(message), .. } => {
                message.sighting.lane_key()
            }
            Self::Number { body: Body::Status(report), .. } => report.lane.as_deref(),
            Self::Account { .. } => None,
        }
    }
}

/// Fields that tell of numbers and accounts. What they say in particular is read from Meta: it is the newest then, in
/// whatever order they came.
const OF_ACCOUNTS: [&str; 5] = [
    "account_update",
    "account_settings_update",
    "business_capability_update",
    "phone_number_name_update",
    "phone_number_quality_update",
];

/// A message of a contact's, or an echo of one that was written to a contact elsewhere.
pub(super) struct Inbound {
    /// Meta's id, if it gives one.
    pub(super) wamid: Option<String>,
    /// Which message of its delivery it is: tells those without an id apart.
    pub(super) place: usize,
    pub(super) sighting: Sighting,
    pub(super) kind: String,
    /// `{"type": kind, kind: {…}}` and what else says how to read it.
    pub(super) content: Value,
    pub(super) written_at: Option<Timestamp>,
    pub(super) reply_to: Option<String>,
    pub(super) media: Option<InboundMedia>,
    pub(super) reaction: Option<InboundReaction>,
    /// Whether it opens the contact's service window; messages in groups open the group's.
    pub(super) opens_window: bool,
    /// Whether the contact wrote it to us alone, so that it wants an answer: not in a group, and not WhatsApp itself
    /// that tells of a new number.
    pub(super) wants_answer: bool,
}

pub(super) struct InboundMedia {
    pub(super) meta_media_id: String,
    pub(super) mime_type: String,
    pub(super) filename: Option<String>,
}

pub(super) struct InboundReaction {
    pub(super) target: String,
    /// Empty when it was taken back.
    pub(super) emoji: String,
}

/// What became of a message of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Report {
    pub(super) wamid: String,
    /// The stored word of the state.
    pub(super) state: String,
    /// Unix seconds; absent when Meta gave none.
    pub(super) at: Option<i64>,
    pub(super) status_key: String,
    /// Our message, when Meta gave back what we sent along.
    pub(super) ours: Option<MessageId>,
    pub(super) error: Option<ReportError>,
    #[serde(skip)]
    pub(super) lane: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ReportError {
    code: Option<i64>,
    title: String,
    detail: Option<String>,
}

impl Report {
    pub(super) fn message_state(&self) -> Option<MessageState> {
        MessageState::parse(&self.state)
    }

    pub(super) fn at(&self) -> Option<Timestamp> {
        self.at.and_then(|s| Timestamp::from_second(s).ok())
    }

    pub(super) fn message_error(&self) -> Option<MessageError> {
        let error = self.error.clone()?;
        Some(MessageError { code: error.code, title: error.title, detail: error.detail })
    }
}

/// Reads a delivery. Whatever isn't a message or a status stays in the delivery and is counted.
pub(super) fn read(body: &[u8]) -> Result<Parsed, String> {
    let envelope = webhook::parse(body).map_err(|e| e.to_string())?;
    let mut updates = Vec::new();
    let mut counts = BTreeMap::<String, usize>::new();
    let mut count = |what: &str, many: usize| {
        if many > 0 {
            *counts.entry(what.to_owned()).or_default() += many;
        }
    };
    for (entry, change) in envelope.changes() {
        let field = change.field.as_ref().map_or("", Field::as_str);
        match &change.value {
            webhook::Value::Messages(value) if matches!(field, "messages" | "smb_message_echoes") => {
                let before = updates.len();
                messages(value, &mut updates);
                count("messages", value.messages.iter().flatten().count());
                count("statuses", value.statuses.iter().flatten().count());
                count("echoes", value.message_echoes.iter().flatten().count());
                count("errors", value.errors.iter().flatten().count());
                if updates.len() == before && value.errors.is_none() {
                    count(field, 1);
                }
            }
            _ => {
                if let (true, Some(id)) = (OF_ACCOUNTS.contains(&field), &entry.id) {
                    updates.push(Update::Account { id: id.to_string() });
                }
                count(if field.is_empty() { "unnamed change" } else { field }, 1);
            }
        }
    }
    count("not understood", envelope.surprises().len());
    for (place, update) in updates.iter_mut().enumerate() {
        if let Update::Number { body: Body::Message(message) | Body::Echo(message), .. } = update {
            message.place = place;
        }
    }
    let summary = counts.iter().map(|(what, many)| format!("{what}: {many}")).collect::<Vec<_>>().join(", ");
    Ok(Parsed { updates, summary })
}

fn messages(value: &MessagesValue, updates: &mut Vec<Update>) {
    let Some(number) = value.metadata.as_ref().and_then(|m| m.phone_number_id.as_ref()) else { return };
    let mut push = |body| updates.push(Update::Number { phone_number_id: number.to_string(), body });
    for message in value.messages.iter().flatten() {
        push(Body::Message(Box::new(inbound(value, message))));
    }
    for echo in value.message_echoes.iter().flatten() {
        push(Body::Echo(Box::new(echoed(echo))));
    }
    for status in value.statuses.iter().flatten() {
        if let Some(report) = report(status) {
            push(Body::Status(Box::new(report)));
        }
    }
}

fn inbound(value: &MessagesValue, message: &webhook::Message) -> Inbound {
    let mut inbound = common(message);
    inbound.sighting.at = inbound.written_at;
    let from = [
        (IdentityKind::Bsuid, &message.from_user_id),
        (IdentityKind::ParentBsuid, &message.from_parent_user_id),
        (IdentityKind::Phone, &message.from),
    ];
    let mut identities = identities(&from);
    if let Content::System(system) = &message.content {
        // The known identities first: they find the contact that the new ones belong to.
        identities.splice(0..0, self::identities(&[(IdentityKind::Bsuid, &system.previous_user_id)]));
        identities.extend(self::identities(&[
            (IdentityKind::Bsuid, &system.user_id),
            (IdentityKind::Phone, &system.wa_id),
        ]));
    }
    let contacts = value.contacts.iter().flatten();
    let contact = contacts.clone().find(|c| {
        let same = |a: &Option<webhook::Id>, b: &Option<webhook::Id>| a.is_some() && a == b;
        same(&c.user_id, &message.from_user_id) || same(&c.wa_id, &message.from)
    });
    if let Some(contact) = contact {
        identities.extend(self::identities(&[
            (IdentityKind::Bsuid, &contact.user_id),
            (IdentityKind::ParentBsuid, &contact.parent_user_id),
            (IdentityKind::Phone, &contact.wa_id),
        ]));
        let profile = contact.profile.as_ref();
        inbound.sighting.name = profile.and_then(|p| p.name.clone());
        let username = profile.and_then(|p| p.username.as_deref()).map(|u| u.trim_start_matches('@'));
        identities.extend(username.map(|u| Identity::new(IdentityKind::Username, u)));
    }
    inbound.sighting.identities = unique(identities);
    inbound
}

fn echoed(message: &webhook::Message) -> Inbound {
    let to = [
        (IdentityKind::Bsuid, &message.to_user_id),
        (IdentityKind::ParentBsuid, &message.to_parent_user_id),
        (IdentityKind::Phone, &message.to),
    ];
    let mut echo = common(message);
    echo.sighting.identities = unique(identities(&to));
    echo.opens_window = false;
    echo
}

fn common(message: &webhook::Message) -> Inbound {
    let kind = message.kind.as_ref().map_or("unknown", |k| k.as_str()).to_owned();
    let whole = serde_json::to_value(message).unwrap_or(Value::Null);
    let mut content = json!({"type": kind});
    for key in [kind.as_str(), "errors", "referral", "identity", "group_id", "context"] {
        if let Some(part) = whole.get(key) {
            content[key] = part.clone();
        }
    }
    let reaction = match &message.content {
        Content::Reaction(reaction) => reaction.message_id.as_ref().map(|target| InboundReaction {
            target: target.to_string(),
            emoji: reaction.emoji.clone().unwrap_or_default(),
        }),
        _ => None,
    };
    Inbound {
        wamid: message.id.as_ref().map(ToString::to_string),
        place: 0,
        sighting: Sighting::default(),
        media: media(&content, &kind),
        opens_window: message.group_id.is_none() && kind != "system",
        wants_answer: message.group_id.is_none() && kind != "system",
        kind,
        content,
        written_at: message.timestamp.and_then(moment),
        reply_to: message.context.as_ref().and_then(|c| c.id.as_ref()).map(ToString::to_string),
        reaction,
    }
}

fn media(content: &Value, kind: &str) -> Option<InboundMedia> {
    if !matches!(kind, "image" | "video" | "audio" | "document" | "sticker" | "voice") {
        return None;
    }
    let body = &content[kind];
    Some(InboundMedia {
        meta_media_id: body["id"].as_str()?.to_owned(),
        mime_type: body["mime_type"].as_str().unwrap_or("application/octet-stream").to_owned(),
        filename: body["filename"].as_str().map(str::to_owned),
    })
}

fn identities(ids: &[(IdentityKind, &Option<webhook::Id>)]) -> Vec<Identity> {
    ids.iter()
        .filter_map(|(kind, id)| id.as_ref().map(|id| Identity::new(*kind, id.as_str())))
        .filter(|identity| !identity.value.is_empty())
        .collect()
}

fn unique(identities: Vec<Identity>) -> Vec<Identity> {
    let mut seen = Vec::with_capacity(identities.len());
    for identity in identities {
        if !seen.contains(&identity) {
            seen.push(identity);
        }
    }
    seen
}

fn moment(time: UnixTime) -> Option<Timestamp> {
    Timestamp::from_second(time.seconds()).ok()
}

/// A status about the way of a message; statuses of payments and calls, and words that are not about delivery, are
/// none.
fn report(status: &Status) -> Option<Report> {
    if status.kind.is_some() {
        return None;
    }
    let state = match status.status.as_ref()? {
        StatusKind::Accepted => MessageState::Accepted,
        StatusKind::Sent => MessageState::Sent,
        StatusKind::Delivered => MessageState::Delivered,
        StatusKind::Read | StatusKind::Played => MessageState::Read,
        StatusKind::Failed => MessageState::Failed,
        _ => return None,
    };
    let word = status.status.as_ref()?.as_str();
    let participant =
        status.recipient_participant_user_id.as_ref().or(status.recipient_participant_id.as_ref());
    let lane = status.recipient_id.as_ref().or(status.recipient_user_id.as_ref());
    Some(Report {
        wamid: status.id.as_ref()?.to_string(),
        state: state.as_str().to_owned(),
        at: status.timestamp.map(UnixTime::seconds),
        status_key: participant.map_or_else(|| word.to_owned(), |p| format!("{word}:{p}")),
        ours: status.biz_opaque_callback_data.as_deref().and_then(|data| data.parse().ok()),
        error: status.errors.iter().flatten().next().map(report_error),
        lane: lane.map(ToString::to_string),
    })
}

fn report_error(error: &WireError) -> ReportError {
    ReportError {
        code: error.code,
        title: error.title.clone().or_else(|| error.message.clone()).unwrap_or_else(|| "failed".into()),
        detail: error.details().map(str::to_owned),
    }
}
