//! Looking at the world: threads, accepted messages, webhooks, the business itself.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bubble::{bubble, sent};
use super::customers::{known, number};
use super::{Answer, Control, ControlError};
use crate::clock::rfc3339;
use crate::world::World;
use crate::world::message::Direction;

/// Which part of a thread to show.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ThreadQuery {
    /// The business's number; the first when left out.
    pub phone_number_id: Option<String>,
    /// The newest so many bubbles (200 when left out).
    pub limit: Option<usize>,
    /// Only bubbles before this wamid.
    pub before: Option<String>,
    /// Also what the phone doesn't show: on its way, or failed.
    #[serde(default)]
    pub all: bool,
}

/// Which accepted messages to list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct MessageQuery {
    /// Only from this number.
    pub phone_number_id: Option<String>,
    /// Only to this customer, or to the group with this id.
    pub wa_id: Option<String>,
    /// Only with exactly this `biz_opaque_callback_data`.
    pub biz_opaque_callback_data: Option<String>,
    /// Only in this state.
    pub state: Option<String>,
    /// At most so many (1,000 when left out).
    pub limit: Option<usize>,
    /// Only those after this wamid.
    pub after: Option<String>,
}

/// Which webhooks to list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WebhookQuery {
    /// `pending`, `delivered`, `failed`, `dropped`, `unrouted`, or `undelivered`: all but `delivered`.
    pub state: Option<String>,
    /// `message` or `status`.
    pub kind: Option<String>,
    /// Only about this message.
    pub wamid: Option<String>,
    /// Only about this customer.
    pub wa_id: Option<String>,
    /// Part of the body; case does not matter.
    pub text: Option<String>,
    /// At most so many (100 when left out), the newest first.
    pub limit: Option<usize>,
    /// Only those older than this id.
    pub before: Option<u64>,
}

impl Control {
    /// `GET /_control/customers/{id}/thread`: what that phone shows, oldest first.
    ///
    /// # Errors
    /// An unknown customer or number.
    pub fn thread(&self, id: &str, query: &ThreadQuery) -> Answer {
        let burst = self.shared.config.pair_burst;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number_id = number(world, query.phone_number_id.as_deref())?;
            let business = &world.numbers[&number_id];
            let chat = world.chat_if_any(&number_id, &wa_id);
            let shown: Vec<Value> =
                chat.map(|chat| bubbles(world, &chat.messages, query)).unwrap_or_default();
            let until = chat.and_then(|c| c.window_until);
            Ok(json!({
                "customer": world.customers[&wa_id].to_json(world.now),
                "phone_number": {
                    "id": number_id, "display_phone_number": business.display_phone_number,
                    "verified_name": business.verified_name, "profile": business.profile,
                    "official": business.facts.official.as_deref() == Some("APPROVED"),
                },
                "service_window": {
                    "open": chat.is_some_and(|c| c.window_open(world.now)), "expires_at": until.map(rfc3339),
                },
                "typing": chat.is_some_and(|c| c.typing_until > world.now),
                "unread": chat.map_or(0, |c| c.unread.len()),
                "messaging_limit": world.limit_json(world.business_of(&number_id)),
                "pair_rate": { "burst": burst, "left": chat.map_or(burst, |c| c.pair_left(world.now, burst)) },
                "now": rfc3339(world.now),
                "messages": shown,
            }))
        })
    }

    /// `GET /_control/messages`: what the business sent and the platform accepted, oldest first.
    pub fn messages(&self, query: &MessageQuery) -> Value {
        self.shared.with(|world| {
            let wa_id =
                query.wa_id.as_deref().and_then(|id| world.find_customer(id)).map(|c| c.wa_id.clone());
            let fits =
                |want: &Option<String>, is: Option<&str>| want.as_deref().is_none_or(|w| Some(w) == is);
            let start = query.after.as_ref().and_then(|after| world.order.iter().position(|id| id == after));
            let list: Vec<Value> = world
                .order
                .iter()
                .skip(start.map_or(0, |p| p + 1))
                .filter_map(|id| world.messages.get(id))
                .filter(|m| m.direction == Direction::Outbound)
                .filter(|m| fits(&query.phone_number_id, Some(&m.phone_number_id)))
                .filter(|m| {
                    query.wa_id.is_none()
                        || wa_id.as_deref() == Some(m.wa_id.as_str())
                        || fits(&query.wa_id, Some(&m.wa_id))
                })
                .filter(|m| fits(&query.biz_opaque_callback_data, m.callback_data.as_deref()))
                .filter(|m| fits(&query.state, Some(m.state.name())))
                .take(query.limit.unwrap_or(1_000))
                .map(sent)
                .collect();
            json!({ "data": list })
        })
    }

    /// `GET /_control/webhooks`: deliveries with bodies and outcomes, the newest first.
    pub fn webhooks(&self, query: &WebhookQuery) -> Value {
        let fits = |want: &Option<String>, is: &str| want.as_deref().is_none_or(|w| w == is);
        let text = query.text.as_ref().map(|text| text.to_lowercase());
        self.shared.with(|world| {
            let list: Vec<Value> = world
                .log
                .iter()
                .rev()
                .filter(|d| query.before.is_none_or(|before| d.id < before))
                .filter(|d| {
                    d.about().iter().any(|part| {
                        fits(&query.kind, &part.kind)
                            && (query.wamid.is_none() || part.wamid == query.wamid)
                            && fits(&query.wa_id, &part.wa_id)
                    })
                })
                .filter(|d| text.as_ref().is_none_or(|t| d.body_text().to_lowercase().contains(t)))
                .map(|d| d.to_json())
                .filter(|d| match query.state.as_deref() {
                    None => true,
                    Some("undelivered") => d["state"] != "delivered",
                    Some(state) => d["state"] == state,
                })
                .take(query.limit.unwrap_or(100))
                .collect();
            json!({ "data": list })
        })
    }

    /// `GET /_control/webhooks/{id}`: one delivery, with the `X-Hub-Signature-256` that its bytes carry.
    ///
    /// # Errors
    /// No such delivery, or it is no longer kept.
    pub fn webhook(&self, id: u64) -> Answer {
        let unknown = || ControlError::not_found("webhook", &id.to_string());
        self.shared.with(|world| {
            let delivery = world.log.get(id).ok_or_else(unknown)?;
            let mut shown = delivery.to_json();
            if let Some(app) = world.apps.get(&delivery.app_id) {
                shown["signature"] = Value::from(cloud_api::signature::sign(&app.secret, &delivery.body));
            }
            Ok(shown)
        })
    }

    /// `POST /_control/webhooks/{id}/redeliver`: sends the same bytes once more, to where the app's callback is now.
    ///
    /// # Errors
    /// No such delivery, or nobody to deliver it to.
    pub fn redeliver(&self, id: u64) -> Answer {
        self.shared.with(|world| {
            let app = world.log.get(id).map(|d| d.app_id.clone());
            let app = app.ok_or_else(|| ControlError::not_found("webhook", &id.to_string()))?;
            let callback = world
                .apps
                .get(&app)
                .and_then(|a| a.subscriptions.get("whatsapp_business_account"))
                .map(|s| s.callback_url.clone());
            let delivery =
                world.log.get_mut(id).ok_or_else(|| ControlError::not_found("webhook", &id.to_string()))?;
            if let Some(url) = callback {
                delivery.url = Some(url);
            }
            if delivery.url.is_none() {
                return Err(ControlError::conflict("", "no callback is registered: PUT /_control/webhook"));
            }
            world.attempt(id);
            Ok(json!({ "id": id, "redelivered": true }))
        })
    }

    /// `GET /_control/world`: the business side, what there is of everything, and what is planned.
    pub fn world(&self) -> Value {
        let config = &self.shared.config;
        self.shared.with(|world| {
            json!({
                "now": rfc3339(world.now), "seed": config.seed, "public_url": config.public_url,
                "access_token": Some(&config.seed_world.access_token).filter(|token| world.tokens.contains_key(*token)),
                "apps": world.apps.values().map(|a| app(world, &a.id)).collect::<Vec<_>>(),
                "businesses": world.businesses.values().map(|b| json!({ "id": b.id, "name": b.name })).collect::<Vec<_>>(),
                "wabas": world.wabas.values().map(|w| json!({
                    "id": w.id, "name": w.name, "business_id": w.business_id,
                    "subscribed_apps": w.subscribed_apps.iter().map(|s| &s.app_id).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
                "phone_numbers": world.numbers.values().map(|n| json!({
                    "id": n.id, "waba_id": n.waba_id, "display_phone_number": n.display_phone_number,
                    "verified_name": n.verified_name, "registered": n.registered, "throughput_mps": n.throughput_mps,
                })).collect::<Vec<_>>(),
                "templates": world.templates.values().map(|t| t.to_json()).collect::<Vec<_>>(),
                "timing": config.timing,
                "counts": {
                    "customers": world.customers.len(), "messages": world.messages.len(),
                    "media": world.media.len(), "planned": world.schedule.len(), "faults": world.faults.list().len(),
                },
            })
        })
    }
}

fn bubbles(world: &World, wamids: &std::collections::VecDeque<String>, query: &ThreadQuery) -> Vec<Value> {
    let end = query.before.as_ref().and_then(|b| wamids.iter().position(|w| w == b)).unwrap_or(wamids.len());
    let mut newest_first: Vec<Value> = wamids
        .iter()
        .take(end)
        .rev()
        .filter_map(|w| world.messages.get(w))
        .filter(|m| m.kind != "reaction" && (query.all || m.on_phone()))
        .take(query.limit.unwrap_or(200))
        .map(|m| bubble(world, m))
        .collect();
    newest_first.reverse();
    newest_first
}

fn app(world: &World, id: &str) -> Value {
    let callback = world.apps.get(id).and_then(|a| a.subscriptions.get("whatsapp_business_account"));
    json!({
        "id": id, "callback_url": callback.map(|c| c.callback_url.as_str()),
        "fields": callback.map(|c| c.fields.clone()),
    })
}
