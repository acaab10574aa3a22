//! Screens of form JSON: what a person can do there, and what the next one may be.

use cloud_api::form::Form as Reading;
use serde_json::{Map, Value};

use super::values::Scope;

/// Components whose values are files.
pub(crate) const PICKERS: [&str; 2] = ["PhotoPicker", "DocumentPicker"];
/// Deeper than components of an accepted form are nested.
const DEPTH_MAX: usize = 24;

pub(crate) fn find<'a>(json: &'a Value, id: &str) -> Option<&'a Value> {
    json["screens"].as_array()?.iter().find(|screen| screen["id"] == id)
}

/// Where a form begins when nobody says: the screen no route leads to, or the first.
pub(crate) fn entry(json: &Value) -> Option<&str> {
    let screens = json["screens"].as_array()?;
    let ids = || screens.iter().filter_map(|screen| screen["id"].as_str());
    let routes = json["routing_model"].as_object();
    let reached = |id: &str| {
        let mut targets = routes.into_iter().flat_map(Map::values).filter_map(Value::as_array).flatten();
        targets.any(|target| target == id)
    };
    ids().find(|id| !reached(id)).or_else(|| ids().next())
}

/// Whether the phone follows the endpoint from one screen to another.
pub(crate) fn may_follow(json: &Value, from: Option<&str>, to: &str, back: &[String]) -> bool {
    if find(json, to).is_none() {
        return false;
    }
    let Some(from) = from.filter(|from| *from != to) else { return true };
    let routes = &json["routing_model"];
    let listed =
        |from: &str, to: &str| routes[from].as_array().is_some_and(|next| next.iter().any(|n| n == to));
    routes.is_null() || listed(from, to) || listed(to, from) || back.iter().any(|left| left == to)
}

/// The first value that isn't of the type the screen declares: its name and the type.
pub(crate) fn misfit<'a>(
    json: &'a Value,
    screen: &str,
    data: &Map<String, Value>,
) -> Option<(&'a str, &'a str)> {
    let declared = find(json, screen)?["data"].as_object()?;
    declared.iter().find_map(|(name, schema)| {
        let value = data.get(name)?;
        let wanted = schema["type"].as_str()?;
        let fits = match wanted {
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_i64() || value.is_u64(),
            "boolean" => value.is_boolean(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            _ => true,
        };
        (!fits).then_some((name.as_str(), wanted))
    })
}

/// Every component of a screen, whatever branch it is in.
pub(crate) fn components(screen: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    gather(&screen["layout"]["children"], 0, &mut found);
    found
}

fn gather<'a>(list: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
    if depth > DEPTH_MAX {
        return;
    }
    for component in list.as_array().into_iter().flatten() {
        found.push(component);
        for key in ["children", "then", "else"] {
            gather(&component[key], depth + 1, found);
        }
        for case in component["cases"].as_object().into_iter().flat_map(Map::values) {
            gather(case, depth + 1, found);
        }
    }
}

const ACTIONS: [&str; 3] = ["on-click-action", "on-select-action", "on-unselect-action"];

/// Every action of a screen, with its component.
fn actions(screen: &Value) -> Vec<(&Value, &Value)> {
    let mut found = Vec::new();
    for component in components(screen) {
        let items = ["list-items", "data-source"].into_iter();
        let items = items.filter_map(|key| component[key].as_array()).flatten();
        for owner in std::iter::once(component).chain(items) {
            found.extend(ACTIONS.iter().map(|key| (component, &owner[*key])).filter(|(_, a)| a.is_object()));
        }
    }
    found
}

/// The action of the screen's footer.
pub(crate) fn footer(screen: &Value) -> Option<Value> {
    let mut footers = actions(screen).into_iter().filter(|(component, _)| component["type"] == "Footer");
    footers.next().map(|(_, action)| action.clone())
}

/// The action of a component by its name.
pub(crate) fn action_of(screen: &Value, component: &str) -> Option<Value> {
    let mut named = actions(screen).into_iter().filter(|(owner, _)| owner["name"] == component);
    named.next().map(|(_, action)| action.clone())
}

/// The component that has this action: as it is written, as the phone shows it (also in lists that came as data), or with
/// all its references resolved.
pub(crate) fn owner<'a>(screens: [&'a Value; 2], action: &Value, scope: &Scope<'_>) -> Option<&'a Value> {
    let mut all = screens.into_iter().flat_map(actions);
    all.find(|(_, known)| *known == action || scope.resolve(known) == *action).map(|(component, _)| component)
}

/// The values a screen begins with: `init-values` of its forms and `init-value` of its components.
pub(crate) fn initial_values(screen: &Value, scope: &Scope<'_>) -> Map<String, Value> {
    let mut values = Map::new();
    for component in components(screen) {
        if let Value::Object(all) = scope.resolve(&component["init-values"]) {
            values.extend(all);
        }
        let one = scope.resolve(&component["init-value"]);
        if let (Some(name), false) = (component["name"].as_str(), one.is_null()) {
            values.insert(name.to_owned(), one);
        }
    }
    values.retain(|_, value| !value.is_null());
    values
}

/// Why the phone wouldn't let the person go on with these values: the field and the reason.
pub(crate) fn refusal(
    json: &Value,
    screen: &str,
    values: &Map<String, Value>,
    all: bool,
) -> Option<(String, String)> {
    let reading = Reading::new(json.clone());
    let shown = reading.screens.iter().find(|known| known.id == screen)?;
    let known = |name: &str| shown.fields.iter().any(|field| field.name == name);
    if let Some(name) = values.keys().find(|name| !known(name)) {
        return Some((name.clone(), "the screen has no input of this name".to_owned()));
    }
    for field in &shown.fields {
        let value = values.get(&field.name).filter(|value| !is_empty(value));
        if all && value.is_none() && field.required && !field.conditional {
            return Some((field.name.clone(), "is required".to_owned()));
        }
        let chosen = value.and_then(Value::as_str).filter(|_| !field.options.is_empty());
        if chosen.is_some_and(|chosen| field.options.iter().all(|(id, _)| id != chosen)) {
            return Some((field.name.clone(), "is none of the options".to_owned()));
        }
    }
    None
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The names of a screen's inputs whose values are files.
pub(crate) fn pickers(screen: &Value) -> Vec<&str> {
    let all = components(screen).into_iter();
    let pickers = all.filter(|part| part["type"].as_str().is_some_and(|kind| PICKERS.contains(&kind)));
    pickers.filter_map(|part| part["name"].as_str()).collect()
}
