//! What a form declares, gathered before it is judged, so that references can look ahead.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::parts;
use super::version::{Version, Versions};

/// Deeper than any form that is accepted; below it nothing is looked at.
pub(super) const DEPTH_MAX: usize = 16;
/// The same for values of any kind: form, branches, components and a payload.
pub(super) const WALK_DEPTH_MAX: usize = 8 * DEPTH_MAX;

/// The whole form.
pub(super) struct Whole<'a> {
    pub version: Version,
    /// It says `data_api_version`: an endpoint answers.
    pub endpoint: bool,
    pub routing: Option<&'a Map<String, Value>>,
    pub screens: BTreeMap<&'a str, Declared<'a>>,
}

/// One screen.
#[derive(Default)]
pub(super) struct Declared<'a> {
    pub index: usize,
    pub terminal: bool,
    pub data: Option<&'a Map<String, Value>>,
    /// Inputs by name, with their component.
    pub inputs: BTreeMap<&'a str, &'a str>,
    pub forms: BTreeSet<&'a str>,
    pub has_footer: bool,
    /// Something on it completes the form or asks the endpoint.
    pub leaves: bool,
    /// Where its actions navigate to.
    pub next: BTreeSet<&'a str>,
    /// Where its links and opt-ins navigate to: pages one reads and goes back from.
    pub links: BTreeSet<&'a str>,
}

impl<'a> Whole<'a> {
    pub fn gather(form: &'a Map<String, Value>) -> Self {
        let version = form.get("version").and_then(Value::as_str).and_then(Version::parse);
        let mut screens = BTreeMap::new();
        let listed = form.get("screens").and_then(Value::as_array).into_iter().flatten();
        for (index, screen) in listed.enumerate() {
            let Some(id) = screen.get("id").and_then(Value::as_str) else { continue };
            screens.entry(id).or_insert_with(|| Declared::gather(index, screen));
        }
        Self {
            version: version.filter(|version| Versions::may_send(*version)).unwrap_or(Versions::RECOMMENDED),
            endpoint: form.get("data_api_version").is_some_and(|value| !value.is_null()),
            routing: form.get("routing_model").and_then(Value::as_object),
            screens,
        }
    }

    /// Somebody reads it and goes back: a link leads there.
    pub fn is_linked(&self, screen: &str) -> bool {
        self.screens.values().any(|declared| declared.links.contains(screen))
    }
}

impl<'a> Declared<'a> {
    fn gather(index: usize, screen: &'a Value) -> Self {
        let mut declared = Self {
            index,
            terminal: screen.get("terminal").and_then(Value::as_bool) == Some(true),
            data: screen.get("data").and_then(Value::as_object),
            ..Self::default()
        };
        if let Some(children) = screen.pointer("/layout/children") {
            declared.components(children, 0);
        }
        declared
    }

    fn components(&mut self, list: &'a Value, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        for component in list.as_array().into_iter().flatten().filter_map(Value::as_object) {
            self.component(component);
            for key in ["children", "then", "else"] {
                if let Some(children) = component.get(key) {
                    self.components(children, depth + 1);
                }
            }
            let cases = component.get("cases").and_then(Value::as_object);
            for children in cases.into_iter().flat_map(Map::values) {
                self.components(children, depth + 1);
            }
        }
    }

    fn component(&mut self, component: &'a Map<String, Value>) {
        let Some(kind) = component.get("type").and_then(Value::as_str) else { return };
        if let Some(name) = component.get("name").and_then(Value::as_str) {
            if kind == "Form" {
                self.forms.insert(name);
            } else if parts::part(kind).is_none_or(|part| part.input) {
                self.inputs.insert(name, kind);
            }
        }
        self.has_footer |= kind == "Footer";
        self.actions(component, kind);
        for list in ["list-items", "data-source"] {
            let items = component.get(list).and_then(Value::as_array);
            for item in items.into_iter().flatten().filter_map(Value::as_object) {
                self.actions(item, kind);
            }
        }
    }

    fn actions(&mut self, owner: &'a Map<String, Value>, kind: &str) {
        for key in ["on-click-action", "on-select-action", "on-unselect-action"] {
            let Some(action) = owner.get(key) else { continue };
            match action.get("name").and_then(Value::as_str) {
                Some("complete" | "data_exchange") => self.leaves = true,
                Some("navigate") => {
                    let Some(next) = action.pointer("/next/name").and_then(Value::as_str) else { continue };
                    self.next.insert(next);
                    if matches!(kind, "EmbeddedLink" | "OptIn") {
                        self.links.insert(next);
                    }
                }
                _ => {}
            }
        }
    }
}
