//! References of form JSON and what they stand for: `${data.x}`, `${form.x}`, `${screen.S.form.x}`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::expression::{self, text};
use super::session::Visited;

/// What references on a screen can see.
pub(crate) struct Scope<'a> {
    pub data: &'a Map<String, Value>,
    /// What the person has entered here; `None` while that isn't final, which leaves what depends on it as it is.
    pub form: Option<&'a Map<String, Value>>,
    pub screens: &'a BTreeMap<String, Visited>,
}

impl Scope<'_> {
    /// The value with every reference and expression in it replaced, as far as they are known.
    pub(crate) fn resolve(&self, value: &Value) -> Value {
        match value {
            Value::String(written) => self.resolve_text(written),
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), self.resolve(value)))
                .collect::<Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    fn resolve_text(&self, written: &str) -> Value {
        let trimmed = written.trim();
        if let Some(inner) = trimmed.strip_prefix('`').and_then(|inner| inner.strip_suffix('`')) {
            let value = expression::evaluate(inner, &|name| self.lookup(name));
            return value.unwrap_or_else(|| Value::from(written));
        }
        if let Some(inner) = trimmed.strip_prefix("${").and_then(|inner| inner.strip_suffix('}'))
            && !inner.contains(['{', '}'])
        {
            return self.lookup(inner.trim()).unwrap_or_else(|| Value::from(written));
        }
        Value::from(self.within(written))
    }

    /// A text with references between other words.
    fn within(&self, written: &str) -> String {
        let (mut out, mut rest) = (String::new(), written);
        while let Some((before, after)) = rest.split_once("${") {
            let Some((inner, after)) = after.split_once('}') else { break };
            out.push_str(before);
            match self.lookup(inner.trim()) {
                Some(value) => out.push_str(&text(&value)),
                None => out.push_str(&format!("${{{inner}}}")),
            }
            rest = after;
        }
        out + rest
    }

    /// The value of a reference without its braces: null when there is nothing, `None` when it can't be said yet or isn't
    /// a reference.
    fn lookup(&self, name: &str) -> Option<Value> {
        let mut path = name.split('.');
        match path.next()? {
            "data" => Some(follow(self.data, path)),
            "form" => self.form.map(|form| follow(form, path)),
            "screen" => {
                let visited = self.screens.get(path.next()?);
                let values = match path.next()? {
                    "data" => visited.map(|visited| &visited.data),
                    "form" => visited.map(|visited| &visited.form),
                    _ => return None,
                };
                Some(values.map_or(Value::Null, |values| follow(values, path)))
            }
            _ => None,
        }
    }
}

fn follow<'p>(values: &Map<String, Value>, mut path: impl Iterator<Item = &'p str>) -> Value {
    let Some(first) = path.next().and_then(|key| values.get(key)) else { return Value::Null };
    path.try_fold(first, |value, key| value.get(key)).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn references_keep_their_types_and_what_is_not_known_stays() {
        let data = map(json!({ "slots": [{ "id": "1" }], "who": { "name": "Ana" } }));
        let form = map(json!({ "slot": "1" }));
        let visited = Visited { data: map(json!({})), form: map(json!({ "city": "Jaén" })) };
        let screens = BTreeMap::from([("FIRST".to_owned(), visited)]);
        let payload = json!({
            "slots": "${data.slots}", "slot": "${form.slot}", "city": "${screen.FIRST.form.city}",
            "greeting": "Hola ${data.who.name}", "one": "`${form.slot} == 1`", "none": "${data.absent}", "n": 1,
        });
        let scope = Scope { data: &data, form: Some(&form), screens: &screens };
        assert_eq!(
            scope.resolve(&payload),
            json!({ "slots": [{ "id": "1" }], "slot": "1", "city": "Jaén", "greeting": "Hola Ana", "one": true,
                    "none": null, "n": 1 })
        );
        let unfinished = Scope { form: None, ..scope };
        assert_eq!(unfinished.resolve(&json!("${form.slot}")), json!("${form.slot}"));
        assert_eq!(unfinished.resolve(&json!("`${form.slot} == 1`")), json!("`${form.slot} == 1`"));
    }
}
