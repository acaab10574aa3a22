//! The values of a template message, found by the part they are for. Tolerant: what has another shape isn't there.

use serde_json::{Map, Value};

use super::variable::VariableName;

type Object = Map<String, Value>;

/// The component of a type, e.g. `body`, and its position in the list.
pub(super) fn component<'a>(components: &'a [Value], kind: &str) -> Option<(usize, &'a Object)> {
    of_kind(components, kind).next()
}

pub(super) fn of_kind<'a>(
    components: &'a [Value],
    kind: &str,
) -> impl Iterator<Item = (usize, &'a Object)> + use<'a> {
    let kind = kind.to_owned();
    let objects =
        components.iter().enumerate().filter_map(|(i, component)| Some((i, component.as_object()?)));
    objects.filter(move |(_, component)| is(component, "type", &kind))
}

pub(super) fn is(object: &Object, key: &str, word: &str) -> bool {
    object.get(key).and_then(Value::as_str).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// A list in an object, empty if there is none.
pub(super) fn list<'a>(object: &'a Object, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A position, which may be a number or text.
pub(super) fn index(object: &Object, key: &str) -> Option<usize> {
    match object.get(key)? {
        Value::Number(number) => number.as_u64().and_then(|n| usize::try_from(n).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The type of a parameter. Meta takes it in any case; the key of the value is in lower case always.
pub(super) fn kind(parameter: &Value) -> Option<String> {
    parameter.get("type")?.as_str().map(str::to_ascii_lowercase)
}

/// What a customer reads for a parameter.
pub(super) fn text(parameter: &Value) -> Option<&str> {
    let fallback = |key: &str| parameter.get(key)?.get("fallback_value")?.as_str();
    match kind(parameter)?.as_str() {
        "text" => parameter.get("text")?.as_str(),
        "currency" => fallback("currency"),
        "date_time" => fallback("date_time"),
        "coupon_code" => parameter.get("coupon_code")?.as_str(),
        _ => None,
    }
}

/// The value of a variable among the parameters of its part.
pub(super) fn value(parameters: &[Value], name: &VariableName) -> Option<String> {
    let parameter = match name {
        VariableName::Position(position) => parameters.get(usize::try_from(*position).ok()?.checked_sub(1)?),
        VariableName::Name(name) => parameters
            .iter()
            .find(|parameter| parameter.get("parameter_name").and_then(Value::as_str) == Some(name)),
    };
    parameter.and_then(text).map(str::to_owned)
}
