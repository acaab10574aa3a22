//! As much of OpenAPI and JSON Schema as the document uses. Stricter than the standard in one thing: what an object doesn't
//! name it may not have, so that nothing goes without a description.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

pub struct Document {
    document: Value,
    /// The operation ids.
    pub ids: BTreeSet<String>,
    problems: RefCell<Vec<String>>,
}

impl Document {
    pub fn new(document: Value) -> Self {
        let operations = document["paths"].as_object().unwrap().values();
        let operations = operations.flat_map(|verbs| verbs.as_object().unwrap().values());
        let ids = operations.map(|o| o["operationId"].as_str().unwrap().to_owned()).collect();
        Self { document, ids, problems: RefCell::default() }
    }

    /// Holds a request and its answer against the operation that they belong to; the operation's id.
    pub fn check(&self, verb: &str, path: &str, body: Option<&Value>, status: u16, answer: &Value) -> String {
        let (plain, query) = path.split_once('?').unwrap_or((path, ""));
        let operation = self.operation(verb, plain);
        let id = operation["operationId"].as_str().unwrap().to_owned();
        for name in query.split('&').filter_map(|pair| pair.split('=').next()).filter(|n| !n.is_empty()) {
            let parameters = operation["parameters"].as_array().unwrap();
            let known = parameters.iter().any(|p| p["in"] == "query" && p["name"] == name);
            assert!(known, "{id}: no parameter {name}");
        }
        if let Some(body) = body.filter(|_| status < 300) {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert!(schema.is_object(), "{id} takes no body");
            self.holds(schema, body, &format!("{id}: request"));
        }
        let responses = &operation["responses"];
        // One operation begins something (201) or goes on with it (200).
        let wanted = [status, 201].map(|status| &responses[status.to_string()]);
        let response = wanted.into_iter().find(|r| r.is_object() && (status < 300 || *r == wanted[0]));
        let response = response.unwrap_or_else(|| panic!("{id} never answers {status}: {answer}"));
        self.holds(&response["content"]["application/json"]["schema"], answer, &format!("{id}: {status}"));
        id
    }

    /// Fails with all that was found so far.
    pub fn done(&self) {
        let problems = self.problems.borrow();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    /// Every example of a body fits its schema; how many there are.
    pub fn check_examples(&self) -> usize {
        let operations = self.document["paths"].as_object().unwrap().values();
        let operations = operations.flat_map(|verbs| verbs.as_object().unwrap().values());
        let bodies = operations.map(|operation| {
            (&operation["operationId"], &operation["requestBody"]["content"]["application/json"])
        });
        let examples = bodies.filter(|(_, content)| content.get("example").is_some());
        examples
            .map(|(id, content)| self.holds(&content["schema"], &content["example"], &format!("{id}")))
            .count()
    }

    /// The operation of a path; one that says it in words goes before one with parameters.
    fn operation(&self, verb: &str, path: &str) -> &Value {
        let wanted: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<&str> = template.trim_start_matches("/_control/").split('/').collect();
            let same = parts.len() == wanted.len()
                && parts.iter().zip(&wanted).all(|(part, given)| part.starts_with('{') || part == given);
            same.then(|| parts.iter().filter(|part| part.starts_with('{')).count())
        };
        let paths = self.document["paths"].as_object().unwrap();
        let found = paths.iter().filter_map(|(template, verbs)| Some((fits(template)?, verbs)));
        let verb = verb.to_ascii_lowercase();
        let found = found.filter(|(_, verbs)| verbs.get(&verb).is_some()).min_by_key(|(open, _)| *open);
        &found.unwrap_or_else(|| panic!("{verb} {path} is not described")).1[&verb]
    }

    fn holds(&self, schema: &Value, value: &Value, place: &str) {
        if let Err(problem) = self.fits(schema, value, place) {
            self.problems.borrow_mut().push(problem);
        }
    }

    fn fits(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        if let Some(target) = schema["$ref"].as_str() {
            let name = target.rsplit('/').next().unwrap();
            return self.fits(&self.document["components"]["schemas"][name], value, place);
        }
        if let Some(any) = schema["anyOf"].as_array() {
            let tried = any.iter().map(|schema| self.fits(schema, value, place));
            let problems: Vec<String> = tried.filter_map(Result::err).collect();
            return if problems.len() < any.len() { Ok(()) } else { Err(problems.join("; or ")) };
        }
        let kind = kind_of(value);
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one.as_str()],
            _ => return Ok(()),
        };
        if !kinds.iter().any(|wanted| *wanted == kind || (*wanted == "number" && kind == "integer")) {
            return Err(format!("{place}: {value} is no {}", kinds.join(" or ")));
        }
        match value {
            Value::Object(members) => self.members(schema, members, place),
            Value::Array(list) => list
                .iter()
                .enumerate()
                .try_for_each(|(n, item)| self.fits(&schema["items"], item, &format!("{place}[{n}]"))),
            _ => plain(schema, value, place),
        }
    }

    fn members(
        &self,
        schema: &Value,
        members: &serde_json::Map<String, Value>,
        place: &str,
    ) -> Result<(), String> {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(missing) = required.into_iter().find(|name| !members.contains_key(*name)) {
            return Err(format!("{place}: {missing} is missing"));
        }
        for (name, value) in members {
            let place = format!("{place}.{name}");
            match (schema["properties"].get(name), &schema["additionalProperties"]) {
                (Some(property), _) => self.fits(property, value, &place)?,
                (None, Value::Object(_)) => self.fits(&schema["additionalProperties"], value, &place)?,
                (None, Value::Bool(true)) => {}
                _ if schema.get("properties").is_none() => {}
                _ => return Err(format!("{place} ({value}) has no description")),
            }
        }
        Ok(())
    }
}

fn plain(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Err(format!("{place}: {value} is none of {}", schema["enum"]));
    }
    if schema["format"] == "date-time"
        && value.as_str().is_some_and(|text| !text.contains('T') || !text.ends_with('Z'))
    {
        return Err(format!("{place}: {value} is no time"));
    }
    let size = value.as_f64().or_else(|| value.as_str().map(|text| text.chars().count() as f64));
    let bound = |names: [&str; 2]| names.iter().find_map(|name| schema[*name].as_f64());
    let (least, most) = (bound(["minimum", "minLength"]), bound(["maximum", "maxLength"]));
    let inside = size
        .is_none_or(|size| least.is_none_or(|least| size >= least) && most.is_none_or(|most| size <= most));
    if inside { Ok(()) } else { Err(format!("{place}: {value} is too small or too large")) }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
