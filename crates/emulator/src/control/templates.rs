//! What Meta does to templates, at a word: the reviewer, decisions, pauses, quality, categories, pacing.

use cloud_api::template::Category;
use serde_json::{Value, json};

use super::{Answer, Control, ControlError, customers};
use crate::config::{Config, Delay};
use crate::world::World;
use crate::world::account::{DAY, HOUR, WabaSettings};
use crate::world::message::Message;
use crate::world::template::pacing::Pacing;
use crate::world::template::review::ReviewRule;
use crate::world::template::{Pause, Rejection, Score, Status, Template};

/// How long held messages wait when nothing is said.
const HELD: u64 = 30 * 60 * 1_000;

impl Control {
    /// `GET /_control/reviewer`: what the reviewer was told.
    pub fn reviewer(&self) -> Value {
        self.shared.with(|world| json!({ "rules": world.templating.reviewer }))
    }

    /// `PUT /_control/reviewer {rules: [{match: {name?, category?, text?}, decision?, reason?, rejection_info?, category?,
    /// after_ms?}]}`: tells the reviewer what to do with templates handed in from now on. The first rule that fits counts; without
    /// one, what Meta is known to refuse is refused and everything else approved.
    ///
    /// # Errors
    /// Anything that isn't such a list.
    pub fn put_reviewer(&self, body: &Value) -> Answer {
        let rules: Vec<ReviewRule> = serde_json::from_value(body["rules"].clone())
            .map_err(|error| ControlError::invalid("rules", &error.to_string()))?;
        self.shared.with(|world| {
            world.changes += 1;
            world.templating.reviewer = rules;
            Ok(json!({ "rules": world.templating.reviewer }))
        })
    }

    /// `GET /_control/templates`: all templates, with what only the platform knows of them.
    pub fn templates(&self) -> Value {
        self.shared.with(|world| json!({ "data": world.templates.values().map(known).collect::<Vec<_>>() }))
    }

    /// `PUT /_control/templates {name, language, category?, status?, parameter_format?, message_send_ttl_seconds?, waba_id?,
    /// components}`: adds a template, or changes the one of that name in that language, as if it had always been so: no review,
    /// no webhook, and what was planned for it doesn't happen.
    ///
    /// # Errors
    /// A missing name, language or component list, or a status that isn't one.
    pub fn put_template(&self, body: &Value) -> Answer {
        let needed = |field: &str| {
            body[field].as_str().map(str::to_owned).ok_or_else(|| ControlError::invalid(field, "is required"))
        };
        let (name, language) = (needed("name")?, needed("language")?);
        let waba_id = body["waba_id"].as_str().unwrap_or(&self.shared.config.seed_world.waba_id);
        self.shared.with(|world| {
            let mut template = match world.template_named(waba_id, &name, &language) {
                Some(template) => template.clone(),
                None if body["components"].is_array() => {
                    Template::new(world.ids.numeric_id(16), waba_id, &name, &language)
                }
                None => return Err(ControlError::invalid("components", "is required, as Meta lists them")),
            };
            set(&mut template, body)?;
            let answer = template.to_json();
            world.changes += 1;
            world.templates.insert(template.id.clone(), template);
            Ok(answer)
        })
    }

    /// `POST /_control/customers/{id}/click {message_id?, title? | index?, phone_number_id?}`: opens the link of a template's
    /// button on the phone. It counts in the template's analytics; in a message of the Marketing Messages API it is also
    /// reported, as `user_actions`.
    ///
    /// # Errors
    /// An unknown customer or number, or no such button on the phone.
    pub fn click(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let wa_id = customers::known(world, id)?;
            let number = customers::number(world, body["phone_number_id"].as_str())?;
            let wanted = body["message_id"].as_str();
            let chat = world.chat_if_any(&number, &wa_id);
            let newest = chat.into_iter().flat_map(|chat| chat.messages.iter().rev());
            let mut shown = newest
                .filter(|wamid| wanted.is_none_or(|wanted| wanted == *wamid))
                .filter_map(|wamid| world.messages.get(wamid).filter(|message| message.on_phone()));
            let found = shown.find_map(|message| Some((message.wamid.clone(), link(message, body)?)));
            let (wamid, (label, url)) =
                found.ok_or_else(|| ControlError::invalid("title", "the phone shows no such link"))?;
            world.follow_link(config, &wamid, &label);
            Ok(json!({ "message_id": wamid, "title": label, "url": url }))
        })
    }

    /// `POST /_control/templates/{id}/{action}`: something happens to a template, with its webhook. `CONTROL.md` lists
    /// the actions and their bodies.
    ///
    /// # Errors
    /// No such template or action, or a body that doesn't say what the action needs.
    pub fn act_on_template(&self, id: &str, action: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            if !world.templates.contains_key(id) {
                return Err(ControlError::not_found("template", id));
            }
            world.changes += 1;
            act(world, config, id, (action, body))?;
            let gone = || json!({ "id": id, "status": "DELETED" });
            Ok(world.templates.get(id).map_or_else(gone, known))
        })
    }
}

fn set(template: &mut Template, body: &Value) -> Result<(), ControlError> {
    if let Some(components) = body["components"].as_array() {
        template.components.clone_from(components);
    }
    if let Some(category) = body["category"].as_str() {
        template.category = Category::from(category);
    }
    if let Some(format) = body["parameter_format"].as_str() {
        template.parameter_format = format.to_ascii_uppercase();
    }
    if let Some(seconds) = body["message_send_ttl_seconds"].as_i64() {
        template.ttl_seconds = Some(seconds);
    }
    if let Some(word) = body["status"].as_str() {
        let status = Status::named(word);
        template.status =
            status.ok_or_else(|| ControlError::invalid("status", "is none of Meta's statuses"))?;
        template.review.round += 1;
        template.pause = None;
    }
    Ok(())
}

/// Label and address of a template message's link button.
fn link(message: &Message, wanted: &Value) -> Option<(String, String)> {
    let buttons = message.rendered.as_ref()?["buttons"].as_array()?;
    let mut links = buttons.iter().filter(|button| button["type"] == "URL");
    let button = match (wanted["index"].as_u64(), wanted["title"].as_str()) {
        (Some(index), _) => links.nth(usize::try_from(index).ok()?),
        (None, Some(title)) => links.find(|button| button["text"] == title),
        (None, None) => links.next(),
    }?;
    Some((button["text"].as_str()?.to_owned(), button["url"].as_str()?.to_owned()))
}

fn act(
    world: &mut World,
    config: &Config,
    id: &str,
    (action, body): (&str, &Value),
) -> Result<(), ControlError> {
    match action {
        "approve" => world.approve(config, id),
        "reject" => world.reject(config, id, rejection(body)),
        "pause" => pause(world, config, id, body),
        "unpause" => world.unpause(config, id),
        "disable" => world.disable(config, id),
        "quality" => {
            let score = body["score"].as_str().and_then(Score::named);
            let problem = || ControlError::invalid("score", "is one of GREEN, YELLOW, RED and UNKNOWN");
            world.rate(config, id, score.ok_or_else(problem)?);
        }
        "recategorize" => {
            let notice =
                body["notice_seconds"].as_i64().map_or(DAY, |seconds| seconds.clamp(0, 1_000_000) * 1_000);
            world.recategorize(config, id, category(body, "category")?, notice);
        }
        "miscategorize" => world.miscategorized(config, id, &category(body, "correct_category")?),
        "archive" => world.archive(config, id),
        "unarchive" => world.unarchive(config, id),
        "delete" => world.delete_template(config, id),
        "pacing" => set_pacing(world, id, body)?,
        "release" => world.release_held_messages(config, id),
        "drop" => world.drop_paced(config, id),
        other => return Err(ControlError::not_found("action", other)),
    }
    Ok(())
}

fn rejection(body: &Value) -> Rejection {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let info = &body["rejection_info"];
    let info = text(&info["reason"]).map(|why| (why, text(&info["recommendation"]).unwrap_or_default()));
    Rejection { reason: text(&body["reason"]).unwrap_or_else(|| "INVALID_FORMAT".to_owned()), info }
}

/// Without a title it is the next step of the ladder that low quality climbs.
fn pause(world: &mut World, config: &Config, id: &str, body: &Value) {
    let by_pacing = body["pacing"] == true;
    let Some(title) = body["title"].as_str() else { return world.pause_for_quality(config, id, by_pacing) };
    let seconds = body["seconds"].as_i64().unwrap_or(3 * HOUR / 1_000).clamp(1, 365 * 24 * 3_600);
    let pause = Pause { at: world.now, until: world.now + seconds * 1_000, by_pacing };
    world.pause(config, id, pause, (title, body["description"].as_str().unwrap_or("Paused")));
}

fn set_pacing(world: &mut World, id: &str, body: &Value) -> Result<(), ControlError> {
    let template = world.templates.get_mut(id).ok_or_else(|| ControlError::not_found("template", id))?;
    if body["off"] == true {
        if template.pacing.as_ref().is_some_and(|pacing| !pacing.held.is_empty()) {
            return Err(ControlError::conflict("off", "messages are held; release or drop them first"));
        }
        template.pacing = None;
        return Ok(());
    }
    let first = body["first"].as_u64().and_then(|first| u32::try_from(first).ok());
    let first = first.ok_or_else(|| ControlError::invalid("first", "how many messages go out at once"))?;
    let wait = body["hold_seconds"].as_u64().map_or(HELD, |seconds| seconds.min(1_000_000) * 1_000);
    let held = template.pacing.take().map(|pacing| pacing.held).unwrap_or_default();
    template.pacing = Some(Pacing { held, ..Pacing::new(first, Delay::Fixed(wait)) });
    Ok(())
}

fn category(body: &Value, field: &str) -> Result<Category, ControlError> {
    match body[field].as_str().map(Category::from) {
        Some(category @ (Category::Authentication | Category::Marketing | Category::Utility)) => Ok(category),
        _ => Err(ControlError::invalid(field, "is one of AUTHENTICATION, MARKETING and UTILITY")),
    }
}

/// A template with what the Graph API doesn't tell.
fn known(template: &Template) -> Value {
    let mut node = template.to_json();
    node["waba_id"] = Value::from(template.waba_id.as_str());
    node["auto_generated"] = Value::from(template.auto_generated);
    node["pauses"] = Value::from(template.pauses);
    let paused = template.pause.filter(|_| template.status == Status::Paused);
    node["paused_until"] = json!(paused.map(|pause| crate::clock::rfc3339(pause.until)));
    node["pacing"] = json!(template.pacing.as_ref().map(|pacing| json!({
        "left": pacing.left, "held": pacing.held.len(), "decided_at": pacing.decide_at.map(crate::clock::rfc3339),
    })));
    node
}

/// What `PUT /_control/wabas` says about a WABA's switches.
pub(super) fn put_settings(settings: &mut WabaSettings, body: &Value) {
    if let Some(on) = body["direct_send"].as_bool() {
        settings.direct_send = on;
        settings.direct_send_restricted_until = None;
        settings.strikes = 0;
    }
    if let Some(on) = body["is_enabled_for_insights"].as_bool() {
        settings.insights = on;
    }
    if let Some(off) = body["disable_marketing_messages_on_cloud_api"].as_bool() {
        settings.no_marketing_on_cloud_api = off;
    }
    if let Some(status) = body["marketing_messages_onboarding_status"].as_str() {
        settings.marketing_onboarding = status.to_ascii_uppercase();
    }
    if let Some(limit) = body["template_limit"].as_u64() {
        settings.template_limit = u32::try_from(limit).ok();
    }
}
