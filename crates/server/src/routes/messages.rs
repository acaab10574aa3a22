//! Sending to anybody, and what became of each message.

use crate::{
    auth::Signed,
    extract::{Id, IdempotencyKey, Json as JsonBody, Query},
    page,
    problem::{
        Problem, Result,
        documented::{OnChange, OnFind, OnList},
    },
    routes::{accepted, phone_numbers::NumberName},
    views::{
        content::NewMessage,
        message::{Choice, MessageOut, MessagePage, MessageState, RetriedOut, RetryIn, Settlement},
    },
};
use app::{NewSend, RetryFilter, SettleChoice};
use axum::{Json, response::Response};
use http::StatusCode;
use model::{
    id::{ConversationId, MessageId, PhoneNumberId},
    message::{MessageFilter, MessageState as ModelState},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those of this conversation, `cnv_…`.
    conversation: Option<String>,
    /// Only those in this state.
    #[param(value_type = Option<MessageState>)]
    state: Option<String>,
    /// Rows wanted, 1 to 200; 50 without it.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List messages
///
/// Newest first.
#[utoipa::path(get, path = "/v1/messages", operation_id = "messages.list", tag = "messages", params(ListQuery),
    responses((status = 200, description = "A page of messages", body = MessagePage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<ListQuery>) -> Result<Json<MessagePage>> {
    let conversation = page::parsed::<ConversationId>("conversation", query.conversation.as_deref())?;
    let state = page::word("state", query.state.as_deref(), ModelState::parse)?;
    let request = page::request::<MessageId>(query.limit.as_deref(), "after", query.after)?;
    let filter = MessageFilter { conversation, state };
    let page = signed.app().messages(signed.organization(), filter, request).await?;
    Ok(MessagePage::of(page, MessageOut::from))
}

/// Send a message
///
/// The body has the Cloud API's shape, with `from`. 202 once it is kept: `GET /v1/messages/{id}` tells what becomes of
/// it. Every limit of the Cloud API is checked here: 422 names field and limit.
#[utoipa::path(post, path = "/v1/messages", operation_id = "messages.send", tag = "messages",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 characters: the same key sends once. It becomes `client_id`.")),
    request_body = NewMessage, responses((status = 202, description = "The message", body = MessageOut), OnChange))]
pub(crate) async fn send(
    signed: Signed,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody(NewMessage(body)): JsonBody<NewMessage>,
) -> Result<Response> {
    let new = new_send(&signed, body).await?;
    let message = signed.app().send(&signed.caller, new, key).await?;
    Ok(accepted(Json(MessageOut::from(message))))
}

/// Takes the ends of a message out of its body; the rest is content.
async fn new_send(signed: &Signed, mut body: Map<String, Value>) -> Result<NewSend> {
    let from = text(&mut body, "from")?
        .ok_or_else(|| wrong("from", "missing: our phone number, pho_…, or Meta's phone_number_id"))?;
    let from = sender(signed, &from).await?;
    let to = text(&mut body, "to")?;
    let recipient = text(&mut body, "recipient")?;
    let bulk = match body.remove("bulk") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(bulk)) => bulk,
        Some(_) => return Err(wrong("bulk", "expected true or false")),
    };
    let send_before = text(&mut body, "send_before")?.map(|moment| moment.parse()).transpose();
    let send_before = send_before.map_err(|_| wrong("send_before", "expected a moment as in RFC 3339"))?;
    // What every Cloud API body says, and what goes without saying here.
    if body.get("messaging_product").is_some_and(|product| product == "whatsapp") {
        body.remove("messaging_product");
    }
    if body.get("recipient_type").is_some_and(|kind| kind == "individual") {
        body.remove("recipient_type");
    }
    Ok(NewSend { from, to, recipient, content: Value::Object(body), bulk, send_before })
}

/// The number that `from` names, by our id or by Meta's.
async fn sender(signed: &Signed, from: &str) -> Result<PhoneNumberId> {
    let unclear = |_| wrong("from", "expected our phone number's id, pho_…, or Meta's phone_number_id");
    let id = match from.parse().map_err(unclear)? {
        NumberName::Ours(id) => return Ok(id),
        NumberName::Metas(id) => id,
    };
    match signed.app().phone_number_by_meta_id(signed.organization(), &id).await {
        Ok(number) => Ok(number.id),
        Err(app::Error::NotFound) => Err(wrong("from", "names no phone number of ours")),
        Err(error) => Err(error.into()),
    }
}

fn text(body: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>> {
    match body.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(name, "expected a text")),
    }
}

fn wrong(name: &'static str, detail: &'static str) -> Problem {
    Problem::invalid(name, detail).with_status(StatusCode::UNPROCESSABLE_ENTITY)
}

/// One message with its transitions
#[utoipa::path(get, path = "/v1/messages/{id}", operation_id = "messages.get", tag = "messages",
    params(("id" = String, Path, description = "`msg_…`")),
    responses((status = 200, description = "The message", body = MessageOut), OnFind))]
pub(crate) async fn get(signed: Signed, Id(id): Id<MessageId>) -> Result<Json<MessageOut>> {
    let found = signed.app().message(signed.organization(), id).await?;
    Ok(Json(MessageOut::with_transitions(found)))
}

/// Try a failed message again
///
/// A new message with the same content; the failed one stays as it is.
#[utoipa::path(post, path = "/v1/messages/{id}/retry", operation_id = "messages.retry", tag = "messages",
    params(("id" = String, Path, description = "`msg_…`")),
    responses((status = 202, description = "The message", body = MessageOut), OnChange))]
pub(crate) async fn retry(signed: Signed, Id(id): Id<MessageId>) -> Result<Response> {
    let message = signed.app().retry_message(&signed.caller, id).await?;
    Ok(accepted(Json(MessageOut::from(message))))
}

/// Try failed messages again
///
/// The oldest first, up to 1,000 at a time, each as a new message. Those whose code says that they can't succeed are left
/// alone, and none is sent again twice.
#[utoipa::path(post, path = "/v1/messages/retry", operation_id = "messages.retry_all", tag = "messages",
    request_body = RetryIn, responses((status = 200, description = "What came of it", body = RetriedOut), OnChange))]
pub(crate) async fn retry_all(
    signed: Signed,
    JsonBody(filter): JsonBody<RetryIn>,
) -> Result<Json<RetriedOut>> {
    let number = match filter.from {
        Some(from) => Some(sender(&signed, &from).await?),
        None => None,
    };
    let RetryIn { code, since, until, .. } = filter;
    let filter = RetryFilter { code, number, since, until };
    Ok(Json(signed.app().retry_messages(&signed.caller, filter).await?.into()))
}

/// Settle an unknown outcome
///
/// For a message that left without an answer, when no status came: a person decides.
#[utoipa::path(post, path = "/v1/messages/{id}/settle", operation_id = "messages.settle", tag = "messages",
    params(("id" = String, Path, description = "`msg_…`")), request_body = Settlement,
    responses((status = 200, description = "The message", body = MessageOut), OnChange))]
pub(crate) async fn settle(
    signed: Signed,
    Id(id): Id<MessageId>,
    JsonBody(settlement): JsonBody<Settlement>,
) -> Result<Json<MessageOut>> {
    let choice = match settlement.choice {
        Choice::Sent => SettleChoice::Sent,
        Choice::SendAgain => SettleChoice::SendAgain,
    };
    let message = signed.app().settle_message(&signed.caller, id, choice).await?;
    Ok(Json(message.into()))
}
