//! People on the other side: whom the business has blocked, whose phones it keeps, what became of a message.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::registration::product;
use super::{Answer, Call, page};
use crate::config::Config;
use crate::phone;
use crate::world::World;
use crate::world::message::{Message, Moments};
use crate::world::registry::history_id;

/// Users in one request.
const PER_REQUEST: usize = 1_000;
/// Users on a number's list.
const LIST_MAX: usize = 64_000;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "block_users", "GET POST DELETE", Scope::Messaging),
    edge(Kind::Number, "contact_book", "DELETE", Scope::Messaging),
    edge(Kind::Number, "message_history", "GET", Scope::Messaging),
    edge(Kind::History, "events", "GET", Scope::Messaging),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    call.with(|world| match call.what() {
        ("GET", "block_users") => blocked(world, config, id, params),
        ("POST", "block_users") => change(world, id, params, true),
        (_, "block_users") => change(world, id, params, false),
        (_, "contact_book") => forget(world, id, params),
        (_, "message_history") => history(world, config, id, params),
        _ => events(world, config, id, params),
    })
}

fn blocked(world: &World, config: &Config, id: &str, params: &Params) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let users =
        number.facts.blocked.iter().filter_map(|(wa_id, _)| world.customers.get(wa_id)).map(|customer| {
            let mut user = json!({ "messaging_product": "whatsapp", "user_id": world.user_id(id, customer) });
            if world.phone_shown(id, customer) {
                user["wa_id"] = Value::from(customer.wa_id.as_str());
            }
            user
        });
    page::page(config, params, users.collect())
}

/// Blocks or unblocks, user by user; when some fail the answer is an error that lists both.
fn change(world: &mut World, id: &str, params: &Params, block: bool) -> Answer {
    product(params)?;
    let users = params.get("block_users").and_then(Value::as_array).filter(|users| !users.is_empty());
    let users = users.ok_or_else(|| GraphError::required("block_users"))?;
    if users.len() > PER_REQUEST {
        let details = format!("block_users: at most {PER_REQUEST} users in a request");
        return Err(GraphError::message(100).details(details));
    }
    if !world.numbers.contains_key(id) {
        return Err(GraphError::unknown_object("post", id));
    }
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for user in users {
        let input = user["user"].as_str().or(user["user_id"].as_str()).unwrap_or("").to_owned();
        match change_one(world, id, user, block) {
            Ok(mut entry) => {
                entry["input"] = Value::from(input);
                done.push(entry);
            }
            Err((mut entry, code, details)) => {
                let error = super::error::webhook_error(code, details.map(str::to_owned));
                entry["input"] = Value::from(input);
                entry["errors"] =
                    json!([{ "message": error["title"], "code": code, "error_data": error["error_data"] }]);
                failed.push(entry);
            }
        }
    }
    world.announce("number", id, "", None);
    let key = if block { "added_users" } else { "removed_users" };
    let mut lists = json!({ (key): done });
    if failed.is_empty() {
        return Ok(json!({ "messaging_product": "whatsapp", "block_users": lists }));
    }
    lists["failed_users"] = Value::from(failed);
    let verb = if block { "block" } else { "unblock" };
    let details = format!("Failed to {verb} some users, see the block_users response list for details");
    let body = json!({ "messaging_product": "whatsapp", "block_users": lists });
    Err(GraphError::message(139_100).details(details).beside(body))
}

type Refused = (Value, i64, Option<&'static str>);

fn change_one(world: &mut World, id: &str, user: &Value, block: bool) -> Result<Value, Refused> {
    let nobody = || (json!({}), 131_026, Some("The user is not on WhatsApp, or not known to this business"));
    let by_phone = user["user"].as_str();
    let wa_id = match (by_phone, user["user_id"].as_str()) {
        (Some(phone), _) => phone::digits(phone).and_then(|d| Some(world.find_customer(&d)?.wa_id.clone())),
        (None, Some(parent)) if parent.contains(".ENT.") => None,
        (None, Some(user_id)) => world.who(world.business_of(id), user_id).map(str::to_owned),
        (None, None) => None,
    };
    let customer = wa_id.as_ref().and_then(|wa_id| world.customers.get(wa_id)).ok_or_else(nobody)?;
    let wa_id = customer.wa_id.clone();
    let mut entry = json!({ "user_id": world.user_id(id, customer) });
    if by_phone.is_some() || world.phone_shown(id, customer) {
        entry["wa_id"] = Value::from(wa_id.as_str());
    }
    let now = world.now;
    let wrote = world.chat_if_any(id, &wa_id).is_some_and(|chat| chat.window_open(now));
    let Some(number) = world.numbers.get_mut(id) else { return Err(nobody()) };
    let list = &mut number.facts.blocked;
    let there = list.iter().any(|(blocked, _)| *blocked == wa_id);
    match (block, there) {
        (true, true) => {}
        (true, false) if !wrote => {
            let why = "The user has not sent a message to this phone number in the last 24 hours.";
            return Err((entry, 131_047, Some(why)));
        }
        (true, false) if list.len() >= LIST_MAX => return Err((entry, 139_101, None)),
        (true, false) => list.push((wa_id.clone(), now)),
        (false, true) => list.retain(|(blocked, _)| *blocked != wa_id),
        (false, false) => return Err((entry, 131_009, Some("The user is not blocked"))),
    }
    world.announce("customer", id, &wa_id, None);
    Ok(entry)
}

/// `DELETE /{number}/contact_book`: the portfolio forgets a phone.
fn forget(world: &mut World, id: &str, params: &Params) -> Answer {
    product(params)?;
    let user_id = params.text("bsuid").ok_or_else(|| GraphError::required("bsuid"))?;
    if !cloud_api::message::is_bsuid(user_id) || user_id.contains(".ENT.") {
        return Err(
            GraphError::message(100).details("bsuid must be a business-scoped user ID, not a parent's")
        );
    }
    let business = world.business_of(id).to_owned();
    let wa_id = world.who(&business, user_id).map(str::to_owned);
    let wa_id = wa_id
        .ok_or_else(|| GraphError::message(100).details("bsuid is not a user of this business portfolio"))?;
    let book = world.businesses.get_mut(&business).and_then(|business| business.facts.contact_book.as_mut());
    let deleted = book.is_some_and(|book| book.remove(&wa_id));
    world.announce("customer", id, &wa_id, None);
    Ok(json!({ "messaging_product": "whatsapp", "success": true, "deleted": deleted }))
}

/// What became of the messages that a number sent, the newest first.
fn history(world: &World, config: &Config, id: &str, params: &Params) -> Answer {
    let wanted = params.text("message_id");
    let sent = world.order.iter().rev().filter_map(|wamid| world.messages.get(wamid)).filter(|message| {
        message.phone_number_id == id
            && message.addressed.is_some()
            && wanted.is_none_or(|wanted| message.wamid == wanted)
    });
    let nodes = sent.map(|message| json!({ "id": history_id(&message.wamid), "message_id": message.wamid }));
    let mut answer = page::page(config, params, nodes.collect())?;
    // Looked up for this page alone: each goes through the log.
    for node in answer.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(message) = node["message_id"].as_str().and_then(|wamid| world.messages.get(wamid)) {
            node["events"] = json!({ "data": occurrences(world, message) });
        }
    }
    Ok(answer)
}

fn events(world: &World, config: &Config, id: &str, params: &Params) -> Answer {
    let message = world.history_of(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let filter = params.text("status_filter");
    let nodes = occurrences(world, message)
        .into_iter()
        .filter(|event| filter.is_none_or(|filter| event["delivery_status"] == filter))
        .map(|mut event| {
            event["occurrence_timestamp"] = event["timestamp"].clone();
            json!({ "node": event })
        });
    page::page(config, params, nodes.collect())
}

/// Each step of the delivery with the webhook that told of it. That Meta took the message, or that somebody listened to it,
/// is none.
fn occurrences(world: &World, message: &Message) -> Vec<Value> {
    let Moments { sent, delivered, read, failed, .. } = message.at.clone();
    let moments = [("SENT", sent), ("DELIVERED", delivered), ("READ", read), ("FAILED", failed)];
    let told = world.log.iter().rfind(|d| d.wamid.as_deref() == Some(message.wamid.as_str()));
    moments
        .into_iter()
        .filter_map(|(status, at)| Some((status, at?)))
        .map(|(status, at)| {
            let mut event = json!({
                "id": history_id(&format!("{}:{status}", message.wamid)), "delivery_status": status,
                "timestamp": at.div_euclid(1_000),
            });
            if let Some(delivery) = told {
                event["application"] = json!({ "id": delivery.app_id });
                let arrived = delivery.attempts.last().is_some_and(|attempt| attempt.ok());
                event["webhook_update_state"] = Value::from(if arrived { "DELIVERED" } else { "PENDING" });
                if let Some(url) = &delivery.url {
                    event["webhook_uri"] = Value::from(url.as_str());
                }
            }
            if let Some(error) = message.error.as_ref().filter(|_| status == "FAILED") {
                event["error_description"] = error["title"].clone();
            }
            event
        })
        .collect()
}
