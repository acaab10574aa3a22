//! A template on its way to a customer: whether it may be sent, whether its values fit, and what the phone shows.

use cloud_api::market::PricingCategory;
use cloud_api::message::{Rule, Violation};
use cloud_api::template::{self, Category, Rendered, RenderedButton};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Status, Template, library};
use crate::config::Config;
use crate::graph::error::GraphError;
use crate::world::World;

/// How long delivery of an authentication template is tried when it doesn't say, in seconds.
const CODE_LIFETIME: i64 = 600;
/// And of all others: 30 days.
const LIFETIME: i64 = 30 * 24 * 3_600;

/// Which door a template was sent through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Via {
    /// `/messages`.
    CloudApi,
    /// `/marketing_messages`.
    MarketingMessages,
    /// Content with a category, for which the platform finds or makes the template.
    DirectSend,
}

/// The template behind a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TemplateUse {
    pub id: String,
    pub via: Via,
    /// The category at that moment, which is what is charged.
    pub category: Category,
    /// Kept back until the template's quality is known.
    pub held: bool,
}

impl TemplateUse {
    pub(crate) fn pricing(&self) -> PricingCategory {
        match self.via {
            Via::MarketingMessages => PricingCategory::MarketingLite,
            _ => PricingCategory::any_case(self.category.as_str()),
        }
    }
}

impl World {
    /// The template that a message names, when it may be sent through this door and its values fit.
    pub(crate) fn template_to_send(
        &self,
        config: &Config,
        phone_number_id: &str,
        via: Via,
        sent: &Value,
    ) -> Result<&Template, GraphError> {
        let name = sent["name"].as_str().unwrap_or("");
        let language = sent["language"]["code"].as_str().unwrap_or("");
        let waba_id = self.numbers.get(phone_number_id).map_or("", |n| n.waba_id.as_str());
        let template =
            self.template_named(waba_id, name, language).ok_or_else(|| unknown_template(name, language))?;
        match template.status {
            Status::Approved => {}
            Status::Paused => return Err(GraphError::message(132_015)),
            Status::Disabled => return Err(GraphError::message(132_016)),
            _ => return Err(unknown_template(name, language)),
        }
        self.check_door(config, template, via)?;
        fit(template, sent)?;
        Ok(template)
    }

    fn check_door(&self, config: &Config, template: &Template, via: Via) -> Result<(), GraphError> {
        let marketing = template.category == Category::Marketing;
        let settings = self.wabas.get(&template.waba_id).map(|waba| &waba.settings);
        match via {
            Via::MarketingMessages if !marketing => Err(GraphError::message(134_100)),
            Via::MarketingMessages if settings.is_some_and(|s| s.marketing_onboarding != "ONBOARDED") => {
                Err(GraphError::message(134_102))
            }
            Via::MarketingMessages => {
                let synced = template.created_at.map(|at| at + config.marketing_sync_ms);
                if synced.is_some_and(|at| at > self.now) {
                    Err(GraphError::message(134_101))
                } else {
                    Ok(())
                }
            }
            _ if marketing && settings.is_some_and(|s| s.no_marketing_on_cloud_api) => {
                Err(GraphError::message(131_063))
            }
            _ => Ok(()),
        }
    }
}

impl Template {
    /// Until when delivery is tried of what is sent at `now`, Unix ms.
    pub(crate) fn expiry(&self, now: i64) -> i64 {
        let seconds = match self.ttl_seconds {
            Some(seconds) if seconds > 0 => seconds,
            None if self.category == Category::Authentication => CODE_LIFETIME,
            _ => LIFETIME,
        };
        now + seconds * 1_000
    }
}

fn unknown_template(name: &str, language: &str) -> GraphError {
    GraphError::message(132_001).details(format!("template name ({name}) does not exist in {language}"))
}

/// Checks the values of a send against the approved template.
fn fit(template: &Template, sent: &Value) -> Result<(), GraphError> {
    if let Err(violations) = template::check_send(&template.parts(), sent) {
        let code = |violation: &Violation| match violation.rule {
            // A value for something that takes none is a mismatch, not a bad value.
            Rule::NotAllowed => 132_012,
            _ => template::send_code(violation),
        };
        let first = violations.first().map_or(132_012, code);
        let same = violations.iter().filter(|violation| code(violation) == first).take(3);
        let details: Vec<&str> = same.map(|violation| violation.message.as_str()).collect();
        return Err(GraphError::message(first).details(details.join("; ")));
    }
    match &template.library {
        Some((_, kinds)) => fit_library(kinds, sent),
        None => Ok(()),
    }
}

/// Templates of the library take values of the kinds that the library says.
fn fit_library(kinds: &[String], sent: &Value) -> Result<(), GraphError> {
    let components = sent["components"].as_array().into_iter().flatten();
    let mut bodies =
        components.into_iter().filter(|c| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("body")));
    let values = bodies.next().and_then(|body| body["parameters"].as_array()).into_iter().flatten();
    for (index, (kind, value)) in kinds.iter().zip(values).enumerate() {
        if !library::fits(kind, value["text"].as_str().unwrap_or("")) {
            let position = index + 1;
            return Err(GraphError::message(132_012)
                .details(format!("body: the value of variable {position} is not of type {kind}")));
        }
    }
    Ok(())
}

/// What the phone shows: header, body and footer with their values, buttons, and the cards of a carousel.
pub(crate) fn shown(template: &Template, sent: &Value) -> Value {
    let rendered = template::render(&template.parts(), sent);
    let mut out = part(&rendered, &template.components, &sent["components"]);
    out["category"] = json!(template.category);
    out
}

fn part(rendered: &Rendered, components: &[Value], sent: &Value) -> Value {
    let mut out = json!({});
    if let Some(header) = &rendered.header {
        let kind = header.format.as_str().to_ascii_lowercase();
        out["header"] = match &header.text {
            Some(text) => json!({ "type": kind, "text": text }),
            None => json!({ "type": kind, (kind.as_str()): header.value }),
        };
    }
    if let Some(body) = &rendered.body {
        out["body"] = Value::from(body.as_str());
    }
    if let Some(footer) = &rendered.footer {
        out["footer"] = Value::from(footer.as_str());
    }
    if rendered.offer.is_some() {
        let approved = components.iter().find(|c| !c["limited_time_offer"].is_null());
        out["limited_time_offer"] = approved.map_or(Value::Null, |c| c["limited_time_offer"].clone());
        if let Some(given) = of_kind(sent, "limited_time_offer").next() {
            let ends = &given["parameters"][0]["limited_time_offer"]["expiration_time_ms"];
            out["limited_time_offer"]["expiration_time_ms"] = ends.clone();
        }
    }
    let asks =
        |c: &Value| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("call_permission_request"));
    if components.iter().any(asks) {
        out["call_permission_request"] = Value::from(true);
    }
    if let Some(given) = of_kind(sent, "order_status").next() {
        out["order_status"] = given["parameters"][0]["order_status"].clone();
    }
    if !rendered.buttons.is_empty() {
        let approved = buttons(components);
        let shown = rendered.buttons.iter().enumerate();
        out["buttons"] = shown.map(|(i, one)| button(one, approved.get(i), given(sent, i))).collect();
    }
    if !rendered.cards.is_empty() {
        let none = Vec::new();
        let approved = components.iter().find_map(|c| c["cards"].as_array()).unwrap_or(&none);
        let carousel = of_kind(sent, "carousel").next().map_or(&Value::Null, |c| &c["cards"]);
        let cards = rendered.cards.iter().enumerate().map(|(i, card)| {
            let parts = approved.get(i).and_then(|card| card["components"].as_array()).unwrap_or(&none);
            let values =
                carousel.as_array().into_iter().flatten().find(|card| index(&card["card_index"]) == Some(i));
            part(card, parts, values.map_or(&Value::Null, |card| &card["components"]))
        });
        out["cards"] = cards.collect();
    }
    out
}

fn buttons(components: &[Value]) -> &[Value] {
    components.iter().find_map(|c| c["buttons"].as_array()).map_or(&[], Vec::as_slice)
}

/// An approved button with what was given for it: where it leads, what a tap sends, which code it copies.
fn button(rendered: &RenderedButton, approved: Option<&Value>, given: Option<&Value>) -> Value {
    let mut shown = approved.cloned().unwrap_or_else(|| json!({ "type": rendered.kind }));
    shown["text"] = Value::from(rendered.text.as_str());
    if let Some(url) = &rendered.url {
        shown["url"] = Value::from(url.as_str());
    }
    if let Some(code) = &rendered.code {
        let key = if rendered.kind == "COPY_CODE" { "coupon_code" } else { "code" };
        shown[key] = Value::from(code.as_str());
    }
    if let Some(action) = given.and_then(|value| value.get("action")) {
        shown["action"] = action.clone();
    }
    if rendered.kind == "QUICK_REPLY" {
        let payload = given.and_then(|value| value["payload"].as_str());
        shown["payload"] = Value::from(payload.unwrap_or(&rendered.text));
    }
    shown
}

/// The first value for the button at a position.
fn given(sent: &Value, position: usize) -> Option<&Value> {
    let at = |c: &&Value| index(&c["index"]) == Some(position);
    of_kind(sent, "button").find(at).map(|c| &c["parameters"][0])
}

fn of_kind<'a>(sent: &'a Value, kind: &'static str) -> impl Iterator<Item = &'a Value> {
    let all = sent.as_array().into_iter().flatten();
    all.filter(move |c| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case(kind)))
}

fn index(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|n| usize::try_from(n).ok()),
    }
}
