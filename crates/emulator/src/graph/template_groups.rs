//! Template groups, and the analytics of templates and groups.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, fields, page};
use crate::world::World;
use crate::world::account::DAY;
use crate::world::template::counts::Count;
use crate::world::template::group::GroupChange;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "template_groups", "GET POST", Scope::Management),
    edge(Kind::TemplateGroup, "", "GET POST DELETE", Scope::Management),
    edge(Kind::Waba, "template_analytics", "GET", Scope::Management),
    edge(Kind::Waba, "template_group_analytics", "GET", Scope::Management),
];

const NODE: &str = "WhatsAppBusinessTemplateGroup";
const DEFAULTS: &[&str] = &[
    "name",
    "description",
    "creation_time",
    "update_time",
    "whatsapp_business_account",
    "whatsapp_business_templates",
    "id",
];
/// Templates that one call may ask for.
const TEMPLATES_MAX: usize = 10;
/// How far back analytics go.
const LOOKBACK: i64 = 90 * DAY;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    call.with(|world| match (call.kind, call.what()) {
        (_, (_, "template_analytics")) => analytics(world, id, params, false),
        (_, (_, "template_group_analytics")) => analytics(world, id, params, true),
        (Kind::TemplateGroup, ("GET", _)) => {
            let group = world
                .templating
                .groups
                .get(id)
                .ok_or_else(|| GraphError::unknown_object(call.verb(), call.id))?;
            fields::select(world.group_json(group), params.text("fields"), DEFAULTS, NODE)
        }
        (Kind::TemplateGroup, ("POST", _)) => {
            world.change_template_group(id, change(params))?;
            Ok(json!({ "success": true }))
        }
        (Kind::TemplateGroup, _) => {
            world.templating.groups.remove(id);
            world.changes += 1;
            Ok(json!({ "success": true }))
        }
        (_, ("GET", _)) => {
            let groups = world.templating.groups.values().filter(|group| group.waba_id == id);
            let nodes: Result<Vec<Value>, GraphError> = groups
                .map(|g| fields::select(world.group_json(g), params.text("fields"), DEFAULTS, NODE))
                .collect();
            page::page(config, params, nodes?)
        }
        _ => Ok(json!({ "id": world.create_template_group(id, change(params))? })),
    })
}

fn change(params: &Params) -> GroupChange {
    let ids = |name: &str| params.ids(name);
    GroupChange {
        name: params.text("name").map(str::to_owned),
        description: params.text("description").map(str::to_owned),
        templates: ids("whatsapp_business_templates"),
        add: ids("add_whatsapp_business_templates").unwrap_or_default(),
        remove: ids("remove_whatsapp_business_templates").unwrap_or_default(),
    }
}

/// `template_analytics` and `template_group_analytics`: one data point per template or group and day.
fn analytics(world: &World, id: &str, params: &Params, groups: bool) -> Answer {
    let waba = world.wabas.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    if !waba.settings.insights {
        return Err(GraphError::message(200_007));
    }
    let (first, end) = range(world, params)?;
    let granularity = params.text("granularity").ok_or_else(|| GraphError::required("granularity"))?;
    if !granularity.eq_ignore_ascii_case("DAILY") {
        return Err(GraphError::parameter("Param granularity must be one of {DAILY}"));
    }
    let (parameter, key) =
        if groups { ("template_group_ids", "template_group_id") } else { ("template_ids", "template_id") };
    let asked = params.ids(parameter).ok_or_else(|| GraphError::required(parameter))?;
    if asked.is_empty() || asked.len() > TEMPLATES_MAX {
        return Err(GraphError::parameter(format!(
            "Param {parameter} must have 1 to {TEMPLATES_MAX} elements"
        )));
    }
    let product = params.text("product_type").unwrap_or("CLOUD_API").to_ascii_uppercase();
    let marketing_messages = product.starts_with("MARKETING");
    // None and an empty list alike mean all of them.
    let metrics = params.list("metric_types").filter(|metrics| !metrics.is_empty());
    let mut points = Vec::new();
    let mut day = first;
    while day < end {
        for asked in &asked {
            let count = count(world, id, asked, (day, marketing_messages, groups))?;
            let mut point = count.to_json();
            if let (Some(metrics), Some(map)) = (&metrics, point.as_object_mut()) {
                map.retain(|name, _| metrics.iter().any(|metric| metric.eq_ignore_ascii_case(name)));
            }
            point[key] = Value::from(asked.as_str());
            point["start"] = Value::from(day.div_euclid(1_000));
            point["end"] = Value::from((day + DAY).div_euclid(1_000));
            points.push(point);
        }
        day += DAY;
    }
    let product = product.to_ascii_lowercase();
    let data = json!([{ "granularity": "DAILY", "product_type": product, "data_points": points }]);
    Ok(json!({ "data": data, "paging": { "cursors": { "before": "MAZDZD", "after": "MAZDZD" } } }))
}

/// The first day and the end that were asked for, Unix ms.
fn range(world: &World, params: &Params) -> Result<(i64, i64), GraphError> {
    let moment = |name: &str| {
        let text = params.plain(name).ok_or_else(|| GraphError::required(name))?;
        let problem = || GraphError::parameter(format!("Param {name} must be a UNIX timestamp"));
        text.parse::<i64>().ok().and_then(|s| s.checked_mul(1_000)).ok_or_else(problem)
    };
    let (start, end) = (moment("start")?, moment("end")?);
    let oldest = (world.now - LOOKBACK).div_euclid(DAY) * DAY;
    if start >= end || start < oldest {
        return Err(GraphError::parameter("Param start must be before end and within the last 90 days"));
    }
    Ok((start.div_euclid(DAY) * DAY, end.min(world.now + DAY)))
}

fn count(
    world: &World,
    waba_id: &str,
    asked: &str,
    (day, marketing_messages, groups): (i64, bool, bool),
) -> Result<Count, GraphError> {
    let of = |id: &str| world.templating.counts.of(id, day, marketing_messages);
    if groups {
        let group = world.templating.groups.get(asked).filter(|group| group.waba_id == waba_id);
        let group = group.ok_or_else(|| GraphError::unknown_object("get", asked))?;
        let mut sum = Count::default();
        for template in &group.templates {
            sum.add(&of(template));
        }
        return Ok(sum);
    }
    if world.templates.get(asked).is_none_or(|template| template.waba_id != waba_id) {
        return Err(GraphError::message(200_005));
    }
    Ok(of(asked))
}
