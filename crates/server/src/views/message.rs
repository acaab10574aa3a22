//! Messages, how far they came and why.

use super::{content::open_object, mirror, page_of};
use jiff::Timestamp;
use model::{
    cause::Cause,
    media::{Media, MediaState as ModelMediaState},
    message::{
        Direction as ModelDirection, Message, MessageError, MessageState as ModelState, Reaction, ReplyTo,
        Transition,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

mirror! {
    /// Whose message it is: the contact's or ours.
    Direction = ModelDirection { Inbound Outbound }
}
mirror! {
    /// How far a message came. Statuses arrive in any order; the state never moves backwards.
    MessageState = ModelState { Received Queued Accepted Sent Delivered Read Failed }
}
mirror! {
    /// How far a file has come to us.
    MediaState = ModelMediaState { Pending Ready Failed }
}

/// One item of a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageOut {
    #[schema(example = "msg_0199c0ffee0070008000000000000001")]
    id: String,
    conversation_id: String,
    contact_id: String,
    /// Our phone number, `pho_…`.
    phone_number_id: String,
    direction: Direction,
    /// Meta's `type`: an open set.
    kind: String,
    state: MessageState,
    /// As sent or received, in the Cloud API's shape.
    #[schema(schema_with = open_object)]
    content: Value,
    /// Meta's id, once there is one.
    #[schema(required = true)]
    wamid: Option<String>,
    #[schema(required = true)]
    reply_to: Option<ReplyToOut>,
    /// The `Idempotency-Key` it was sent with.
    #[schema(required = true)]
    client_id: Option<String>,
    author: Author,
    cause: CauseOut,
    #[schema(required = true)]
    error: Option<MessageErrorOut>,
    #[schema(required = true)]
    media: Option<MessageMedia>,
    reactions: Vec<ReactionOut>,
    /// Since when nobody knows whether Meta took it: the request left, and no answer came.
    #[schema(required = true)]
    outcome_unknown_since: Option<Timestamp>,
    created_at: Timestamp,
    #[schema(required = true)]
    accepted_at: Option<Timestamp>,
    #[schema(required = true)]
    sent_at: Option<Timestamp>,
    #[schema(required = true)]
    delivered_at: Option<Timestamp>,
    #[schema(required = true)]
    read_at: Option<Timestamp>,
    #[schema(required = true)]
    failed_at: Option<Timestamp>,
    /// Every move with its time and cause, oldest first; only when one message is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    transitions: Option<Vec<TransitionOut>>,
}

page_of!(MessagePage, MessageOut);

impl From<Message> for MessageOut {
    fn from(message: Message) -> Self {
        let error = message.error.as_ref().map(|error| MessageErrorOut::new(error, app::can_retry(&message)));
        let inbound = message.direction == ModelDirection::Inbound;
        let who = if inbound { Some(message.contact_id.to_string()) } else { message.cause.id() };
        Self {
            id: message.id.to_string(),
            conversation_id: message.conversation_id.to_string(),
            contact_id: message.contact_id.to_string(),
            phone_number_id: message.phone_number_id.to_string(),
            direction: message.direction.into(),
            kind: message.kind,
            state: message.state.into(),
            content: message.content,
            wamid: message.wamid,
            reply_to: message.reply_to.map(ReplyToOut::from),
            client_id: message.client_id,
            author: Author::new(inbound, message.cause.kind(), who, message.author_name),
            cause: message.cause.into(),
            error,
            media: message.media.map(MessageMedia::from),
            reactions: message.reactions.into_iter().map(ReactionOut::from).collect(),
            outcome_unknown_since: message.unknown_since,
            created_at: message.created_at,
            accepted_at: message.accepted_at,
            sent_at: message.sent_at,
            delivered_at: message.delivered_at,
            read_at: message.read_at,
            failed_at: message.failed_at,
            transitions: None,
        }
    }
}

impl MessageOut {
    /// With every move of it.
    pub(crate) fn with_transitions((message, transitions): (Message, Vec<Transition>)) -> Self {
        let transitions = transitions.into_iter().map(TransitionOut::from).collect();
        Self { transitions: Some(transitions), ..Self::from(message) }
    }
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthorKind {
    Contact,
    Agent,
    Rule,
    Api,
    System,
}

/// Who wrote it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Author {
    #[schema(inline)]
    kind: AuthorKind,
    #[schema(required = true)]
    id: Option<String>,
    #[schema(required = true)]
    name: Option<String>,
}

impl Author {
    pub(crate) fn new(inbound: bool, cause: &str, id: Option<String>, name: Option<String>) -> Self {
        let kind = match cause {
            _ if inbound => AuthorKind::Contact,
            "agent" => AuthorKind::Agent,
            "rule" => AuthorKind::Rule,
            "api" => AuthorKind::Api,
            _ => AuthorKind::System,
        };
        Self { kind, id, name }
    }
}

/// Why something happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
pub(crate) struct CauseOut {
    /// delivery, agent, api, rule, sender or system.
    kind: String,
    #[schema(required = true)]
    id: Option<String>,
}

impl From<Cause> for CauseOut {
    fn from(cause: Cause) -> Self {
        Self { kind: cause.kind().to_owned(), id: cause.id() }
    }
}

/// Why it failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageError)]
pub(crate) struct MessageErrorOut {
    /// Meta's code; null when the failure is ours.
    #[schema(required = true)]
    code: Option<i64>,
    title: String,
    #[schema(required = true)]
    detail: Option<String>,
    /// What it means, in plain words.
    explanation: String,
    /// Whether trying again may work.
    can_retry: bool,
}

impl MessageErrorOut {
    fn new(error: &MessageError, can_retry: bool) -> Self {
        let known = error.code.and_then(app::explain).map(str::to_owned);
        Self {
            code: error.code,
            title: error.title.clone(),
            detail: error.detail.clone(),
            explanation: known.or_else(|| error.detail.clone()).unwrap_or_else(|| error.title.clone()),
            can_retry,
        }
    }
}

/// The file of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageMedia {
    /// Its bytes are at `/v1/media/{id}` once it is ready.
    #[schema(required = true)]
    id: Option<String>,
    #[schema(inline)]
    state: MediaState,
    #[schema(required = true)]
    mime_type: Option<String>,
    #[schema(required = true)]
    filename: Option<String>,
    /// Bytes.
    #[schema(required = true)]
    size: Option<u64>,
}

impl From<Media> for MessageMedia {
    fn from(media: Media) -> Self {
        Self {
            id: Some(media.id.to_string()),
            state: media.state.into(),
            mime_type: Some(media.mime_type).filter(|mime| !mime.is_empty()),
            filename: media.filename,
            size: media.size,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReactionFrom {
    Contact,
    Us,
}

/// An emoji on a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reaction)]
pub(crate) struct ReactionOut {
    emoji: String,
    #[schema(inline)]
    from: ReactionFrom,
}

impl From<Reaction> for ReactionOut {
    fn from(reaction: Reaction) -> Self {
        let from = match reaction.direction {
            ModelDirection::Inbound => ReactionFrom::Contact,
            ModelDirection::Outbound => ReactionFrom::Us,
        };
        Self { emoji: reaction.emoji, from }
    }
}

/// What a message answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplyTo)]
pub(crate) struct ReplyToOut {
    /// Ours, when we have it.
    #[schema(required = true)]
    message_id: Option<String>,
    #[schema(required = true)]
    wamid: Option<String>,
}

impl From<ReplyTo> for ReplyToOut {
    fn from(quoted: ReplyTo) -> Self {
        Self { message_id: quoted.message.map(|id| id.to_string()), wamid: Some(quoted.wamid) }
    }
}

/// One move of a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transition)]
pub(crate) struct TransitionOut {
    state: MessageState,
    /// When it happened, by whoever reported it.
    at: Timestamp,
    /// When we recorded it.
    recorded_at: Timestamp,
    cause: CauseOut,
    #[schema(required = true)]
    detail: Option<String>,
}

impl From<Transition> for TransitionOut {
    fn from(moved: Transition) -> Self {
        Self {
            state: moved.state.into(),
            at: moved.at,
            recorded_at: moved.recorded_at,
            cause: moved.cause.into(),
            detail: moved.detail,
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Choice {
    /// It arrived; it counts as sent.
    Sent,
    /// It did not arrive; it is sent again.
    SendAgain,
}

/// What a person decides about a send whose outcome is unknown.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Settlement {
    #[schema(inline)]
    pub choice: Choice,
}

/// Which failed messages; each part that is given narrows it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Retry)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetryIn {
    /// Meta's code, such as 131026.
    pub code: Option<i64>,
    /// Over this number of ours: `pho_…`, or Meta's `phone_number_id`.
    pub from: Option<String>,
    /// Failed at this moment or later.
    pub since: Option<Timestamp>,
    /// Failed before this moment.
    pub until: Option<Timestamp>,
}

/// What came of sending failed messages again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retried)]
pub(crate) struct RetriedOut {
    /// Sent again now, or had been already.
    sent_again: u64,
    /// May not be sent now, for instance because a service window has closed.
    refused: u64,
    /// Whether more of them are left: ask again.
    more: bool,
}

impl From<app::Retried> for RetriedOut {
    fn from(retried: app::Retried) -> Self {
        let app::Retried { sent_again, refused, more } = retried;
        Self { sent_again, refused, more }
    }
}
