//! Threads: listing, reading, answering.

use crate::{
    auth::Signed,
    extract::{Id, IdempotencyKey, Json as JsonBody, Query},
    page,
    problem::{
        Problem, Result,
        documented::{OnChange, OnFind, OnList},
    },
    routes::accepted,
    views::{
        content::Content,
        conversation::{
            ConversationCountsOut, ConversationOut, ConversationPage, ConversationPatchIn, ConversationState,
        },
        message::{MessageOut, MessagePage},
    },
};
use app::ConversationPatch;
use axum::{Json, response::Response};
use http::StatusCode;
use model::{
    conversation::{AssigneeFilter, ConversationFilter, ConversationState as ModelState},
    id::{ConversationId, MessageId},
    page::PageRequest,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those in this state.
    #[param(value_type = Option<ConversationState>)]
    state: Option<String>,
    /// Only those of `me`, of `none`, or of a user, `usr_…`.
    assignee: Option<String>,
    /// Only those over this number, `pho_…`.
    phone_number: Option<String>,
    /// Only those with this contact, `con_…`.
    contact: Option<String>,
    /// Only those whose contact's name or identity contains this text.
    q: Option<String>,
    /// Rows wanted, 1 to 200; 50 without it.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

impl ListQuery {
    fn read(self, signed: &Signed) -> Result<(ConversationFilter, PageRequest)> {
        let assignee = match self.assignee.as_deref() {
            None | Some("") => None,
            Some("none") => Some(AssigneeFilter::Nobody),
            Some("me") => {
                let nobody = || Problem::invalid("assignee", "a key is nobody: name a user, usr_…");
                Some(AssigneeFilter::User(signed.caller.user().ok_or_else(nobody)?))
            }
            Some(id) => page::parsed("assignee", Some(id))?.map(AssigneeFilter::User),
        };
        let filter = ConversationFilter {
            state: page::word("state", self.state.as_deref(), ModelState::parse)?,
            assignee,
            phone_number: page::parsed("phone_number", self.phone_number.as_deref())?,
            contact: page::parsed("contact", self.contact.as_deref())?,
            search: page::search(self.q),
        };
        Ok((filter, page::request::<page::TimeAndId>(self.limit.as_deref(), "after", self.after)?))
    }
}

/// List conversations
///
/// The one with the newest message first.
#[utoipa::path(get, path = "/v1/conversations", operation_id = "conversations.list", tag = "conversations",
    params(ListQuery), responses((status = 200, description = "A page of conversations", body = ConversationPage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<ListQuery>) -> Result<Json<ConversationPage>> {
    let (filter, request) = query.read(&signed)?;
    let page = signed.app().conversations(signed.organization(), filter, request).await?;
    let now = signed.app().now();
    Ok(ConversationPage::of(page, |conversation| ConversationOut::new(conversation, now)))
}

/// Counts of open conversations
#[utoipa::path(get, path = "/v1/conversations/counts", operation_id = "conversations.counts", tag = "conversations",
    responses((status = 200, description = "The counts", body = ConversationCountsOut), OnList))]
pub(crate) async fn counts(signed: Signed) -> Result<Json<ConversationCountsOut>> {
    let counts = signed.app().conversation_counts(&signed.caller).await?;
    Ok(Json(counts.into()))
}

/// One conversation
#[utoipa::path(get, path = "/v1/conversations/{id}", operation_id = "conversations.get", tag = "conversations",
    params(("id" = String, Path, description = "`cnv_…`")),
    responses((status = 200, description = "The conversation", body = ConversationOut), OnFind))]
pub(crate) async fn get(signed: Signed, Id(id): Id<ConversationId>) -> Result<Json<ConversationOut>> {
    let conversation = signed.app().conversation(signed.organization(), id).await?;
    Ok(Json(ConversationOut::new(conversation, signed.app().now())))
}

/// Change state or assignee
#[utoipa::path(patch, path = "/v1/conversations/{id}", operation_id = "conversations.update", tag = "conversations",
    params(("id" = String, Path, description = "`cnv_…`")), request_body = ConversationPatchIn,
    responses((status = 200, description = "The conversation", body = ConversationOut), OnChange))]
pub(crate) async fn update(
    signed: Signed,
    Id(id): Id<ConversationId>,
    JsonBody(patch): JsonBody<ConversationPatchIn>,
) -> Result<Json<ConversationOut>> {
    let assignee = match patch.assignee_id {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => Some(Some(page::parsed("assignee_id", Some(&text))?.ok_or_else(no_user)?)),
    };
    let patch = ConversationPatch { state: patch.state.map(ModelState::from), assignee };
    let conversation = signed.app().update_conversation(&signed.caller, id, patch).await?;
    Ok(Json(ConversationOut::new(conversation, signed.app().now())))
}

fn no_user() -> Problem {
    Problem::invalid("assignee_id", "null, or a user's id, usr_…")
        .with_status(StatusCode::UNPROCESSABLE_ENTITY)
}

/// Which part of a thread.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ThreadQuery {
    /// `next` of the page before: older messages than that.
    before: Option<String>,
    /// Rows wanted, 1 to 200; 50 without it.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Messages of a conversation, newest first
#[utoipa::path(get, path = "/v1/conversations/{id}/messages", operation_id = "conversations.messages",
    tag = "conversations", params(("id" = String, Path, description = "`cnv_…`"), ThreadQuery),
    responses((status = 200, description = "A page of messages", body = MessagePage), OnFind))]
pub(crate) async fn messages(
    signed: Signed,
    Id(id): Id<ConversationId>,
    Query(query): Query<ThreadQuery>,
) -> Result<Json<MessagePage>> {
    let request = page::request::<MessageId>(query.limit.as_deref(), "before", query.before)?;
    let page = signed.app().thread(signed.organization(), id, request).await?;
    Ok(MessagePage::of(page, MessageOut::from))
}

/// Send into a conversation
///
/// Every limit of the Cloud API is checked here: 422 names field and limit. Outside the service window only a template
/// may go.
#[utoipa::path(post, path = "/v1/conversations/{id}/messages", operation_id = "conversations.reply",
    tag = "conversations",
    params(("id" = String, Path, description = "`cnv_…`"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 characters: the same key sends once. It becomes `client_id`.")),
    request_body = Content, responses((status = 202, description = "The message", body = MessageOut), OnChange))]
pub(crate) async fn reply(
    signed: Signed,
    Id(id): Id<ConversationId>,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody(content): JsonBody<Content>,
) -> Result<Response> {
    let message = signed.app().reply(&signed.caller, id, content.into_value(), key).await?;
    Ok(accepted(Json(MessageOut::from(message))))
}

/// Mark as read
///
/// Everything up to now is read by people; the contact sees the read receipt.
#[utoipa::path(post, path = "/v1/conversations/{id}/read", operation_id = "conversations.read",
    tag = "conversations", params(("id" = String, Path, description = "`cnv_…`")),
    responses((status = 204, description = "Read"), OnChange))]
pub(crate) async fn read(signed: Signed, Id(id): Id<ConversationId>) -> Result<StatusCode> {
    signed.app().mark_read(&signed.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
