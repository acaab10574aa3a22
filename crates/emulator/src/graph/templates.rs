//! Templates: `/{WABA}/message_templates` and its like, `/{template}`, and the template library.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, fields, page};
use crate::config::Config;
use crate::world::World;
use crate::world::account::Token;
use crate::world::template::change::may_delete;
use crate::world::template::library::{Entry, LIBRARY};
use crate::world::template::{Template, words};

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "message_templates", "GET POST DELETE", Scope::Management),
    edge(Kind::Waba, "message_templates/archive", "POST", Scope::Management),
    edge(Kind::Waba, "message_templates/unarchive", "POST", Scope::Management),
    edge(Kind::Waba, "upsert_message_templates", "POST", Scope::Management),
    edge(Kind::Waba, "message_template_previews", "GET", Scope::Management),
    edge(Kind::Waba, "migrate_message_templates", "POST", Scope::Management),
    edge(Kind::Waba, "message_template_library", "GET", Scope::Management),
    edge(Kind::Root, "message_template_library", "GET", Scope::Management),
    edge(Kind::Template, "", "GET POST DELETE", Scope::Management),
    edge(Kind::Template, "compare", "GET", Scope::Management),
    edge(Kind::Template, "unpause", "POST", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    call.with(|world| match (call.kind, call.verb(), call.rest) {
        (_, _, ["message_template_library"]) => library(config, params),
        (Kind::Template, verb, rest) => one(world, config, call, (verb, rest)),
        (_, "GET", ["message_templates"]) => list(world, config, id, params),
        (_, "POST", ["message_templates"]) => world.create_template(config, id, params.body()),
        (_, "DELETE", _) => {
            let ids = params.ids("hsm_ids").or_else(|| params.plain("hsm_id").map(|id| vec![id]));
            if params.get("hsm_id").is_some() && params.text("name").is_none() {
                return Err(GraphError::required("name"));
            }
            world.delete_templates(config, id, params.text("name"), ids)
        }
        (_, _, ["message_templates", word]) => {
            let ids = params.ids("hsm_ids").unwrap_or_default();
            world.archive_templates(config, id, &ids, *word == "unarchive")
        }
        (_, _, ["upsert_message_templates"]) => world.upsert_templates(config, id, params.body()),
        (_, _, ["message_template_previews"]) => previews(params),
        _ => migrate(world, config, (id, call.token), params),
    })
}

const DEFAULTS: &[&str] =
    &["name", "parameter_format", "components", "language", "status", "category", "sub_category", "id"];
const NODE: &str = "WhatsAppMessageTemplate";

/// `/{template_id}` and what lies below it.
fn one(world: &mut World, config: &Config, call: &Call<'_>, (verb, rest): (&str, &[&str])) -> Answer {
    let (id, params) = (call.id, call.params);
    let template = world.templates.get(id).ok_or_else(|| GraphError::unknown_object(call.verb(), call.id))?;
    match (verb, rest) {
        ("GET", []) => fields::select(template.to_json(), params.text("fields"), DEFAULTS, NODE),
        ("GET", _) => compare(world, template, params),
        ("POST", []) => world.edit_template(config, id, params.body()),
        ("POST", _) => match world.unpause_by_business(config, id) {
            Ok(()) => Ok(json!({ "success": true })),
            Err(reason) => Ok(json!({ "success": false, "reason": reason })),
        },
        _ => {
            may_delete(template)?;
            world.delete_template(config, id);
            Ok(json!({ "success": true }))
        }
    }
}

/// `GET /{WABA}/message_templates` with its filters.
fn list(world: &World, config: &Config, id: &str, params: &Params) -> Answer {
    let found: Vec<&Template> =
        world.templates.values().filter(|t| t.waba_id == id && wanted(t, params)).collect();
    let total = found.len();
    let nodes: Result<Vec<Value>, GraphError> = found
        .into_iter()
        .map(|t| fields::select(t.to_json(), params.text("fields"), DEFAULTS, NODE))
        .collect();
    let mut answer = paged(config, params, nodes?)?;
    if let Some(asked) = params.list("summary") {
        let all = json!({
            "total_count": total, "message_template_count": world.template_count(id),
            "message_template_limit": world.template_limit(config, id), "are_translations_complete": true,
        });
        let known = asked.iter().any(|name| all.get(name.as_str()).is_some());
        let mut summary = all;
        if let (true, Some(map)) = (known, summary.as_object_mut()) {
            map.retain(|name, _| asked.contains(name));
        }
        answer["summary"] = summary;
    }
    Ok(answer)
}

/// Template listings have a code of their own for a cursor that isn't one.
fn paged(config: &Config, params: &Params, nodes: Vec<Value>) -> Answer {
    page::page(config, params, nodes).map_err(|error| match error.code {
        131_009 => GraphError::message(131_059),
        _ => error,
    })
}

fn wanted(template: &Template, params: &Params) -> bool {
    let one_of = |name: &str, value: &str| {
        params.list(name).is_none_or(|wanted| wanted.iter().any(|w| w.eq_ignore_ascii_case(value)))
    };
    let seconds = |name: &str| params.plain(name).and_then(|text| text.parse::<i64>().ok());
    let touched = template.updated_at.or(template.created_at).unwrap_or(0).div_euclid(1_000);
    params.text("name").is_none_or(|name| template.name.contains(name))
        && params.text("name_or_content").is_none_or(|text| mentions(template, text))
        && params.text("content").is_none_or(|text| mentions(template, text))
        && one_of("status", template.status.name())
        && one_of("category", template.category.as_str())
        && one_of("language", &template.language)
        && one_of("quality_score", template.quality.score.name())
        && one_of("source", if template.auto_generated { "AUTO_GENERATED" } else { "USER" })
        && seconds("since").is_none_or(|since| touched >= since)
        && seconds("until").is_none_or(|until| touched <= until)
}

fn mentions(template: &Template, text: &str) -> bool {
    let text = text.to_lowercase();
    template.name.contains(&text) || template.texts().iter().any(|t| t.to_lowercase().contains(&text))
}

/// `GET /{WABA}/message_template_previews`: how an authentication template reads in each language.
fn previews(params: &Params) -> Answer {
    let category = params.text("category").ok_or_else(|| GraphError::required("category"))?;
    if !category.eq_ignore_ascii_case("AUTHENTICATION") {
        return Err(GraphError::parameter("Param category must be one of {AUTHENTICATION}"));
    }
    let advice = params.plain("add_security_recommendation").is_some_and(|text| text == "true");
    let minutes = match params.plain("code_expiration_minutes") {
        None => None,
        Some(text) => {
            Some(text.parse::<u64>().ok().filter(|minutes| (1..=90).contains(minutes)).ok_or_else(|| {
                GraphError::parameter("Param code_expiration_minutes must be between 1 and 90")
            })?)
        }
    };
    let languages = params
        .list("languages")
        .or_else(|| params.list("language"))
        .unwrap_or_else(|| words::languages().map(str::to_owned).collect());
    let preview = |language: &String| {
        if cloud_api::template::language(language).is_none() {
            return Err(GraphError::parameter(format!("Param languages has no language code {language}")));
        }
        let words = words::of(language);
        let mut preview = json!({
            "body": words.body(advice, "{{1}}"), "language": language,
            "buttons": [{ "autofill_text": words.autofill, "text": words.copy }],
        });
        if let Some(minutes) = minutes {
            preview["footer"] = Value::from(words.footer(minutes));
        }
        Ok(preview)
    };
    Ok(json!({ "data": languages.iter().map(preview).collect::<Result<Vec<_>, _>>()? }))
}

/// `GET /message_template_library`.
fn library(config: &Config, params: &Params) -> Answer {
    let is =
        |name: &str, value: &str| params.text(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
    let search = params.text("search").unwrap_or("").to_lowercase();
    let fits = |entry: &&Entry| {
        let industry = params.text("industry");
        is("topic", entry.topic)
            && is("usecase", entry.usecase)
            && is("language", entry.language)
            && is("name", entry.name)
            && industry.is_none_or(|wanted| entry.industry.iter().any(|i| i.eq_ignore_ascii_case(wanted)))
            && (entry.name.contains(&search) || entry.body.to_lowercase().contains(&search))
    };
    page::page(config, params, LIBRARY.iter().filter(fits).map(Entry::to_json).collect())
}

/// `POST /{WABA}/migrate_message_templates?source_waba_id=&page_number=`.
fn migrate(world: &mut World, config: &Config, (id, token): (&str, &Token), params: &Params) -> Answer {
    let source = params.plain("source_waba_id").ok_or_else(|| GraphError::required("source_waba_id"))?;
    let page = params.plain("page_number").and_then(|text| text.parse().ok()).unwrap_or(0);
    let reached = world.node(&source).filter(|node| node.kind == Kind::Waba && token.reaches(node)).is_some();
    if !reached || source == id {
        return Err(GraphError::unknown_object("post", &source));
    }
    let business = |waba: &str| world.wabas.get(waba).map(|w| w.business_id.clone());
    if business(&source) != business(id) {
        return Err(GraphError::parameter("Param source_waba_id must be an account of the same business"));
    }
    world.migrate_templates(config, id, &source, page)
}

/// How far back two templates may be compared, in days.
const LOOKBACKS: [i64; 4] = [7, 30, 60, 90];
/// Messages that each of them needs.
const COMPARABLE: u64 = 1_000;
const DAY_SECONDS: i64 = 24 * 3_600;

/// `GET /{template_id}/compare`.
fn compare(world: &World, template: &Template, params: &Params) -> Answer {
    let others = params.ids("template_ids").ok_or_else(|| GraphError::required("template_ids"))?;
    let seconds = |name: &str| {
        let value = params.plain(name).and_then(|text| text.parse::<i64>().ok());
        value.ok_or_else(|| GraphError::required(name))
    };
    let (start, end) = (seconds("start")?, seconds("end")?);
    let [other] = others.as_slice() else {
        return Err(GraphError::parameter("Param template_ids must have exactly one template"));
    };
    let other = world.templates.get(other).filter(|t| t.waba_id == template.waba_id && t.id != template.id);
    let other =
        other.ok_or_else(|| GraphError::parameter("Param template_ids has no template of this account"))?;
    if !LOOKBACKS.iter().any(|days| (end - start - days * DAY_SECONDS).abs() <= DAY_SECONDS / 2) {
        return Err(GraphError::parameter("The time from start to end must be 7, 30, 60 or 90 days"));
    }
    let sent = |id: &str| world.templating.counts.sent(id, start * 1_000, end * 1_000);
    let pair = [template, other];
    if pair.iter().any(|t| sent(&t.id) < COMPARABLE) {
        return Err(GraphError::parameter(format!(
            "Both templates need at least {COMPARABLE} messages in that time"
        )));
    }
    let mut ranked = pair;
    ranked.sort_by_key(|t| t.quality.score as u8);
    let numbers: Vec<Value> = pair.iter().map(|t| json!({ "key": t.id, "value": sent(&t.id) })).collect();
    let reasons: Vec<Value> =
        pair.iter().map(|t| json!({ "key": t.id, "value": "UNKNOWN_BLOCK_REASON" })).collect();
    Ok(json!({ "data": [
        { "metric": "BLOCK_RATE", "type": "RELATIVE", "order_by_relative_metric": ranked.map(|t| t.id.as_str()) },
        { "metric": "MESSAGE_SENDS", "type": "NUMBER_VALUES", "number_values": numbers },
        { "metric": "TOP_BLOCK_REASON", "type": "STRING_VALUES", "string_values": reasons },
    ] }))
}
