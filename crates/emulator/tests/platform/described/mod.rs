//! The control API is as its OpenAPI document says: a walk through all of its operations, in which every request and every
//! answer is held against the document.

mod schema;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::desk::*;
use crate::endpoint::{FIRST_KEY, keys};
use schema::Document;

const TOUR: &str = include_str!("tour.yaml");
/// Operations that carry no JSON; their own tests are elsewhere.
const NOT_JSON: [&str; 3] = ["customers.forms.files", "events", "media"];

/// What earlier steps answered, by the names they go by.
struct Tour {
    desk: Desk,
    known: BTreeMap<String, Value>,
}

impl Tour {
    /// `{name.member}` stands for a part of an earlier answer.
    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.fill_text(text, |part| part)),
            Value::Array(list) => list.iter().map(|value| self.fill(value)).collect(),
            Value::Object(object) => {
                object.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect()
            }
            other => other.clone(),
        }
    }

    fn fill_text(&self, text: &str, written: impl Fn(String) -> String) -> String {
        let mut filled = text.to_owned();
        for (name, answer) in &self.known {
            while let Some(start) = filled.find(&format!("{{{name}.")) {
                let end = start + filled[start..].find('}').unwrap();
                let pointer = filled[start + 1 + name.len()..end].replace('.', "/");
                let found = answer.pointer(&pointer).unwrap_or_else(|| panic!("no {pointer} in {answer}"));
                let part = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
                filled.replace_range(start..=end, &written(part));
            }
        }
        filled
    }

    async fn step(&mut self, step: &Value, document: &Document, walked: &mut BTreeSet<String>) {
        let (name, graph) = match step["do"].as_str() {
            Some(name) => (name, false),
            None => (step["graph"].as_str().unwrap(), true),
        };
        let (verb, path) = name.split_once(' ').unwrap();
        let path = self.fill_text(path, |part| percent(&part));
        let whole = step["from"].as_str().map(|name| self.known[name].clone());
        let body = step.get("with").map(|body| self.fill(body)).or(whole);
        let prefix = if graph { "/v25.0" } else { "/_control" };
        let got = self.desk.call(verb, &format!("{prefix}{path}"), body.as_ref()).await;
        let wanted = step["status"].as_u64().unwrap_or(200);
        assert_eq!(u64::from(got.status), wanted, "{name}: {}", got.body);
        if !graph && !path.starts_with("/nothing") {
            let id = document.check(verb, &path, body.as_ref(), got.status, &got.body);
            walked.insert(id);
        }
        if let Some(name) = step["as"].as_str() {
            self.known.insert(name.to_owned(), got.body);
        }
    }
}

/// As a wamid or a call's id stands in a path.
fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[tokio::test]
async fn every_operation_takes_and_gives_what_its_description_says() {
    let desk = Desk::new().await;
    let document = Document::new(desk.control("GET", "/openapi.json", Value::Null).await.body);
    let public = keys(FIRST_KEY).public_pem().to_owned();
    let mut tour = Tour { desk, known: BTreeMap::from([("key".to_owned(), json!({ "pem": public }))]) };
    let steps: Vec<Value> = yaml_serde::from_str(TOUR).unwrap();
    let mut walked = BTreeSet::new();
    for step in &steps {
        tour.step(step, &document, &mut walked).await;
    }
    document.done();
    walked.extend(NOT_JSON.map(str::to_owned));
    let missing: Vec<&String> = document.ids.difference(&walked).collect();
    assert!(missing.is_empty(), "the walk leaves out {missing:?}");
}

#[tokio::test]
async fn examples_are_as_their_schemas_say() {
    let desk = Desk::new().await;
    let document = Document::new(desk.control("GET", "/openapi.json", Value::Null).await.body);
    assert!(document.check_examples() > 30);
    document.done();
}

/// Lines of CONTROL.md that begin a conversation: they work as they are written there.
#[tokio::test]
async fn the_first_exchange_of_the_prose_works() {
    let prose = include_str!("../../../CONTROL.md");
    let desk = Desk::new().await;
    let document = Document::new(desk.control("GET", "/openapi.json", Value::Null).await.body);
    let commands = prose.replace("\\\n", " ");
    let commands = commands.lines().filter(|line| line.starts_with("    curl "));
    let mut made = 0;
    for command in commands {
        let verb = command.split_once("-X ").map_or("GET", |(_, rest)| rest.split(' ').next().unwrap());
        let path = command.split_once("localhost:8081").unwrap().1.split(' ').next().unwrap();
        let quoted: Vec<&str> = command.split('\'').collect();
        let body = quoted.iter().rev().nth(1).map(|body| serde_json::from_str::<Value>(body).unwrap());
        let got = desk.call(verb, path, body.as_ref()).await;
        assert!(got.status < 300, "{command}: {}", got.body);
        if let Some(path) = path.strip_prefix("/_control") {
            document.check(verb, path, body.as_ref(), got.status, &got.body);
        }
        made += 1;
    }
    document.done();
    assert_eq!(made, 5);
}
