//! `POST /{phone number id}/messages`: every check that is answered at once, then the message is accepted.

use cloud_api::template::Category;
use serde_json::{Map, Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call, group_messages, thread_control};
use crate::config::{Config, UnknownRecipients};
use crate::open_questions::StaleUserId;
use crate::phone;
use crate::wamid;
use crate::world::World;
use crate::world::account::DAY;
use crate::world::call_permissions::asks_permission;
use crate::world::message::{Addressed, Direction, Marks, Message, Moments, State, media_part};
use crate::world::template::direct;
use crate::world::template::send::{TemplateUse, Via, shown};

/// How long the phone shows that the business is typing.
const TYPING_MS: i64 = 25_000;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "messages", "POST", Scope::Messaging),
    edge(Kind::Number, "marketing_messages", "POST", Scope::Messaging),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    call.with(|world| {
        let body = call.params.message();
        thread_control::before_sending(world, call, &body)?;
        let answer = if call.what().1 == "marketing_messages" {
            post_marketing(world, call.config(), call.id, body.clone())?
        } else {
            post(world, call.config(), call.id, body.clone())?
        };
        thread_control::after_sending(world, call, &body, &answer);
        Ok(answer)
    })
}

/// Accepts a message, or marks one as read.
fn post(
    world: &mut World,
    config: &Config,
    phone_number_id: &str,
    mut body: Value,
) -> Result<Value, GraphError> {
    check_product(&body)?;
    if body.get("status").is_some() {
        cloud_api::message::check(&body).map_err(refuse)?;
        return mark_read(world, phone_number_id, &body);
    }
    // Graph takes a number for `to` as well as text.
    if let Some(to) = body.get("to").and_then(Value::as_u64) {
        body["to"] = Value::from(to.to_string());
    }
    check_body(&body)?;
    let via = if direct::wanted(&body) { Via::DirectSend } else { Via::CloudApi };
    send(world, config, phone_number_id, via, &body)
}

/// `/marketing_messages`: a marketing template over the Marketing Messages API.
fn post_marketing(world: &mut World, config: &Config, phone_number_id: &str, mut body: Value) -> Answer {
    check_product(&body)?;
    if let Some(to) = body.get("to").and_then(Value::as_u64) {
        body["to"] = Value::from(to.to_string());
    }
    cloud_api::message::check_marketing(&body).map_err(|violations| {
        // Whatever isn't a template has no business here.
        let kind = body.get("type").and_then(Value::as_str);
        if kind.is_some_and(|kind| kind != "template" && cloud_api::message::limits::KINDS.contains(&kind)) {
            return GraphError::message(131_055);
        }
        refuse(violations)
    })?;
    send(world, config, phone_number_id, Via::MarketingMessages, &body)
}

/// Everything that is checked at once whichever door a message came through; then it is accepted.
fn send(world: &mut World, config: &Config, phone_number_id: &str, via: Via, body: &Value) -> Answer {
    let number = world
        .numbers
        .get(phone_number_id)
        .ok_or_else(|| GraphError::unknown_object("post", phone_number_id))?;
    if !number.registered {
        return Err(GraphError::message(133_010));
    }
    if body["recipient_type"] == "group" {
        super::standing::check(world, phone_number_id, body, body["to"].as_str().unwrap_or(""))?;
        return group_messages::send(world, config, phone_number_id, body);
    }
    let recipient = recipient(world, config, phone_number_id, body)?;
    super::standing::check(world, phone_number_id, body, &recipient.wa_id)?;
    let template = match (body["type"].as_str(), via) {
        (Some("template"), _) => {
            Some(world.template_to_send(config, phone_number_id, via, &body["template"])?.id.clone())
        }
        (_, Via::DirectSend) => Some(world.direct_template(config, phone_number_id, body)?),
        _ => None,
    };
    check_code_recipient(world, template.as_deref(), &recipient)?;
    let form_id = world.sendable_form(phone_number_id, body, template.as_deref())?;
    let media_id = check_media(world, phone_number_id, body)?;
    let asks_to_call = check_call_request(world, phone_number_id, &recipient, body, template.as_ref())?;
    check_rates(world, config, phone_number_id, &recipient.wa_id)?;
    if let Some(id) = form_id {
        world.form_sent(&id);
    }
    let mut message = compose(world, phone_number_id, body, &recipient);
    message.media_id = media_id;
    if let Some(id) = template {
        use_template(world, &mut message, (&id, via), body);
    }
    let answer = accepted(world, &message, &recipient);
    if asks_to_call {
        world.asked_to_call(phone_number_id, &recipient.wa_id, &message.wamid);
    }
    if recipient.by_phone {
        world.phone_met(phone_number_id, &recipient.wa_id);
    }
    world.accept(config, message);
    Ok(answer)
}

pub(super) fn compose(
    world: &mut World,
    phone_number_id: &str,
    body: &Value,
    recipient: &Recipient,
) -> Message {
    let kind = body["type"].as_str().unwrap_or("text").to_owned();
    Message {
        wamid: wamid::new(&mut world.ids, &recipient.wa_id, true),
        phone_number_id: phone_number_id.to_owned(),
        wa_id: recipient.wa_id.clone(),
        direction: Direction::Outbound,
        content: content(body, &kind),
        context: body["context"]["message_id"].as_str().map(str::to_owned),
        callback_data: body["biz_opaque_callback_data"].as_str().map(str::to_owned),
        addressed: Some(Addressed { input: recipient.input.clone(), by_phone: recipient.by_phone }),
        state: State::Accepted,
        at: Moments { accepted: Some(world.now), ..Moments::default() },
        error: None,
        price: None,
        priced: false,
        reactions: Vec::new(),
        rendered: None,
        media_id: None,
        expires_at: None,
        template: None,
        group: None,
        marks: Marks::default(),
        recovers: false,
        kind,
    }
}

fn check_product(body: &Value) -> Result<(), GraphError> {
    match body.get("messaging_product") {
        None => Err(GraphError::required("messaging_product")),
        Some(Value::String(product)) if product.eq_ignore_ascii_case("whatsapp") => Ok(()),
        Some(other) => {
            let given = other.as_str().map_or_else(|| other.to_string(), |s| format!("\"{s}\""));
            Err(GraphError::parameter(format!(
                "Param messaging_product must be one of {{WHATSAPP}} - got {given}."
            )))
        }
    }
}

/// The checks of a body, but for the label of a form's button: Meta's pages say 20 characters, its OpenAPI file says
/// 30, and the platform takes those.
fn check_body(body: &Value) -> Result<(), GraphError> {
    let Err(mut violations) = cloud_api::message::check(body) else { return Ok(()) };
    violations.retain(|v| {
        !(v.pointer == "/interactive/action/parameters/flow_cta"
            && v.given.is_some_and(|n| (21..=30).contains(&n)))
    });
    if violations.is_empty() { Ok(()) } else { Err(refuse(violations)) }
}

/// The platform names the first problem; more than one are joined.
fn refuse(violations: Vec<cloud_api::message::Violation>) -> GraphError {
    let code = violations.first().map_or(100, cloud_api::message::Violation::code);
    let same = violations.iter().filter(|v| v.code() == code).take(3);
    let details: Vec<&str> = same.map(|v| v.message.as_str()).collect();
    GraphError::message(code).details(details.join("; "))
}

fn content(body: &Value, kind: &str) -> Value {
    let mut content = Map::new();
    content.insert("type".to_owned(), Value::from(kind));
    if let Some(part) = body.get(kind) {
        content.insert(kind.to_owned(), part.clone());
    }
    if let Some(hash) = body.get("recipient_identity_key_hash") {
        content.insert("recipient_identity_key_hash".to_owned(), hash.clone());
    }
    Value::Object(content)
}

pub(super) struct Recipient {
    pub wa_id: String,
    pub input: String,
    pub by_phone: bool,
}

/// Whom the message goes to. `to` wins over `recipient`; a number nobody knows gets a customer, if so configured.
pub(super) fn recipient(
    world: &mut World,
    config: &Config,
    phone_number_id: &str,
    body: &Value,
) -> Result<Recipient, GraphError> {
    let Some(to) = body["to"].as_str() else {
        let user_id = body["recipient"].as_str().unwrap_or("");
        let business = world.business_of(phone_number_id);
        // What the platform does with a stale user id is not documented: it is taken, and fails.
        let stale =
            world.who_was(business, user_id).filter(|_| world.open.stale_user_id == StaleUserId::Fails);
        let wa_id = world.who(business, user_id).or(stale);
        let wa_id = wa_id.map(str::to_owned).ok_or_else(|| {
            let code = if world.who_was(business, user_id).is_some() { 100 } else { 131_009 };
            GraphError::message(code).details("Param recipient is not a user of this business portfolio")
        })?;
        return Ok(Recipient { wa_id, input: user_id.to_owned(), by_phone: false });
    };
    let digits = phone::digits(to)
        .ok_or_else(|| GraphError::message(131_009).details("Param to must be a valid phone number"))?;
    let wa_id = if world.customers.contains_key(&digits) { digits } else { phone::wa_id(&digits) };
    if world.numbers.get(phone_number_id).is_some_and(|n| n.wa_id == wa_id) {
        return Err(GraphError::message(131_021));
    }
    let left = world.registry.former_numbers.contains(&wa_id);
    if !world.customers.contains_key(&wa_id)
        && !left
        && config.unknown_recipients == UnknownRecipients::Deliver
    {
        let name = phone::display(&wa_id);
        world.add_customer(config, wa_id.clone(), name, None);
    }
    Ok(Recipient { wa_id, input: to.to_owned(), by_phone: true })
}

/// One-time codes go to phone numbers only.
fn check_code_recipient(
    world: &World,
    template: Option<&str>,
    recipient: &Recipient,
) -> Result<(), GraphError> {
    let template = template.and_then(|id| world.templates.get(id));
    if !recipient.by_phone && template.is_some_and(|t| t.category == Category::Authentication) {
        return Err(GraphError::message(131_062));
    }
    Ok(())
}

/// Writes the template into the message: what the phone shows, what is charged, and how long delivery is tried.
fn use_template(world: &mut World, message: &mut Message, (id, via): (&str, Via), body: &Value) {
    let held = world.must_wait(id);
    let Some(template) = world.templates.get(id) else { return };
    if message.kind == "template" {
        message.rendered = Some(shown(template, &body["template"]));
    }
    let expiry = if via == Via::DirectSend { direct::expiry(body, world.now) } else { None };
    message.expires_at = expiry.or(Some(template.expiry(world.now)));
    message.template =
        Some(TemplateUse { id: id.to_owned(), via, category: template.category.clone(), held });
}

/// A file sent by id must be one of this number's.
pub(super) fn check_media(
    world: &World,
    phone_number_id: &str,
    body: &Value,
) -> Result<Option<String>, GraphError> {
    let Some(id) = media_part(body).and_then(|part| part["id"].as_str()) else { return Ok(None) };
    let usable =
        world.media.get(id).is_some_and(|m| m.phone_number_id == phone_number_id && m.expires_at > world.now);
    if usable {
        return Ok(Some(id.to_owned()));
    }
    Err(GraphError::message(131_009)
        .details(format!("{id} is not a valid whatsapp business account media attachment ID")))
}

/// Whether the message asks for the permission to call, which must not happen too often.
fn check_call_request(
    world: &World,
    phone_number_id: &str,
    recipient: &Recipient,
    body: &Value,
    template: Option<&String>,
) -> Result<bool, GraphError> {
    let components = template.map_or(&[][..], |id| world.templates[id].components.as_slice());
    let asks = asks_permission(body, components);
    if asks {
        world.may_ask_to_call(phone_number_id, &recipient.wa_id)?;
    }
    Ok(asks)
}

fn check_rates(
    world: &mut World,
    config: &Config,
    phone_number_id: &str,
    wa_id: &str,
) -> Result<(), GraphError> {
    if world.load {
        return Ok(());
    }
    let now = world.now;
    let chat = world.chat(phone_number_id, wa_id);
    let before = chat.pair_repaid_at;
    if config.pair_burst > 0 && !chat.borrow(now, config.pair_burst) {
        return Err(GraphError::message(131_056));
    }
    let Some(number) = world.numbers.get_mut(phone_number_id) else { return Ok(()) };
    let per_second = number.throughput_mps;
    if !number.throughput.admit(now, per_second) {
        // What is refused costs the pair nothing.
        world.chat(phone_number_id, wa_id).pair_repaid_at = before;
        return Err(GraphError::message(130_429));
    }
    Ok(())
}

fn accepted(world: &World, message: &Message, recipient: &Recipient) -> Value {
    let mut contact = json!({ "input": recipient.input });
    if recipient.by_phone {
        contact["wa_id"] = Value::from(recipient.wa_id.as_str());
    } else if let Some(customer) = world.customers.get(&recipient.wa_id) {
        contact["user_id"] = Value::from(world.user_id(&message.phone_number_id, customer));
    } else {
        contact["user_id"] = Value::from(recipient.input.as_str());
    }
    let mut accepted = json!({ "id": message.wamid });
    if message.kind == "template" {
        let held = message.template.as_ref().is_some_and(|used| used.held);
        accepted["message_status"] =
            Value::from(if held { "held_for_quality_assessment" } else { "accepted" });
    }
    json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [accepted] })
}

/// A read receipt: this message and all earlier ones of the chat are read; optionally the business is typing.
fn mark_read(world: &mut World, phone_number_id: &str, body: &Value) -> Result<Value, GraphError> {
    let wamid = body["message_id"].as_str().unwrap_or("");
    let now = world.now;
    let known = world.messages.get(wamid).filter(|m| {
        m.phone_number_id == phone_number_id
            && m.direction == Direction::Inbound
            && now - m.at.sent.unwrap_or(now) <= 30 * DAY
    });
    if known.is_some_and(|m| m.group.is_some()) {
        return Err(GraphError::message(131_009).details("Messages in groups can't be marked as read"));
    }
    let Some(wa_id) = known.map(|m| m.wa_id.clone()) else {
        let outgoing = world
            .messages
            .get(wamid)
            .is_some_and(|m| m.phone_number_id == phone_number_id && m.direction == Direction::Outbound);
        return Err(GraphError::message(100).details(if outgoing {
            format!(
                "Message supplied to mark message as read API with message ID: {wamid} is outgoing. Please use an \
                 incoming message ID."
            )
        } else {
            "Please check the message ID you have provided.".to_owned()
        }));
    };
    let typing = body.get("typing_indicator").is_some();
    let chat = world.chat(phone_number_id, &wa_id);
    if typing {
        chat.typing_until = now + TYPING_MS;
    }
    let until = chat.messages.iter().position(|id| id == wamid).unwrap_or(0);
    let earlier: Vec<String> = chat.messages.iter().take(until + 1).rev().cloned().collect();
    for id in earlier {
        let Some(message) = world.messages.get_mut(&id).filter(|m| m.direction == Direction::Inbound) else {
            continue;
        };
        if message.state == State::Read {
            break;
        }
        message.state = State::Read;
        message.at.set(State::Read, now);
    }
    world.announce("status", phone_number_id, &wa_id, Some(wamid));
    if typing {
        world.announce("typing", phone_number_id, &wa_id, None);
    }
    Ok(json!({ "success": true }))
}
