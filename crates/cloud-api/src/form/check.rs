//! The form as a whole, its screens and their layouts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::component::Place;
use super::facts::{WALK_DEPTH_MAX, Whole};
use super::version::{Version, Versions};
use super::{branches, component, data, routing};
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};

/// Most screens of a form. Meta: WhatsApp Flows > Reference > Error codes (`MAX_SCREENS_NUMBER`).
pub(super) const SCREENS_MAX: usize = 100;
/// Most components on a screen, all branches and forms together. Meta: WhatsApp Flows > Reference > Components.
pub(super) const COMPONENTS_MAX: usize = 50;

/// Longest path to a key, in bytes; the deepest place of a real form has a quarter of it.
const PATH_MAX: usize = 1_024;

const TOP: &[&str] = &["version", "data_api_version", "data_channel_uri", "routing_model", "screens"];
const SCREEN: &[&str] =
    &["id", "title", "terminal", "success", "refresh_on_back", "sensitive", "data", "layout"];

/// A judgement in progress.
pub(super) struct Judge<'a> {
    pub whole: Whole<'a>,
    pub findings: Findings,
    /// Carousels seen on all screens so far.
    pub carousels: usize,
}

/// Judges the JSON of a form, as Meta does when it is uploaded: structure, limits, references, expressions, routes.
///
/// A form that passes may still be of a version that can't be published any more: [`Versions::may_publish`].
/// Texts are measured in characters (Unicode scalar values) where they are fixed; what is dynamic is known to the
/// phone only. A text that is too long ([`Rule::Length`]) is cut by the phone; whether Meta refuses its upload isn't
/// documented. Never panics, whatever the JSON.
///
/// ```
/// use cloud_api::form;
///
/// let form = serde_json::json!({"version": "7.3", "screens": [{
///     "id": "THANKS", "title": "Thank you", "terminal": true,
///     "layout": {"type": "SingleColumnLayout", "children": [
///         {"type": "TextHeading", "text": "We'll be in touch."},
///         {"type": "Footer", "label": "Close", "on-click-action": {"name": "complete", "payload": {}}}
///     ]}
/// }]});
/// assert_eq!(form::check(&form), Ok(()));
/// ```
///
/// # Errors
/// All violations found, in the order of the JSON, never an empty list. At most 1,000: what is found after those isn't
/// told. A form with a key whose path (the pointer to it) is longer than 1,024 bytes is refused for that alone: every
/// violation below would repeat it.
pub fn check(form: &Value) -> Result<(), Vec<Violation>> {
    let mut found = match Node::root(form) {
        Some(root) => {
            if let Some(violation) = too_long(form, String::new(), 0) {
                return Err(vec![violation]);
            }
            let whole = Whole::gather(root.map);
            let mut judge = Judge { whole, findings: Findings::default(), carousels: 0 };
            judge.form(&root);
            judge.findings.0
        }
        None => {
            let mut findings = Findings::default();
            findings.wrong_type(String::new(), "a JSON object");
            findings.0
        }
    };
    found.sort_by_cached_key(|violation| place(&violation.pointer));
    found.dedup();
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// The first key that is too long, or too deep below long ones. The violation names the object it is in.
fn too_long(value: &Value, pointer: String, depth: usize) -> Option<Violation> {
    if depth > WALK_DEPTH_MAX {
        return None;
    }
    let nested = |value: &Value| value.is_object() || value.is_array();
    match value {
        Value::Object(map) => {
            let node = Node::new(map, pointer);
            map.iter().find_map(|(key, value)| {
                let given = node.pointer.len() + 1 + key.len();
                if given > PATH_MAX {
                    let mut findings = Findings::default();
                    let message = format!("The path to a key is longer than {PATH_MAX} bytes.");
                    findings.add_limit(node.pointer.clone(), Rule::Length, [PATH_MAX, given], message);
                    return findings.0.pop();
                }
                if nested(value) { too_long(value, node.at(key), depth + 1) } else { None }
            })
        }
        Value::Array(items) => {
            let mut items = items.iter().enumerate().filter(|(_, item)| nested(item));
            items.find_map(|(i, item)| too_long(item, format!("{pointer}/{i}"), depth + 1))
        }
        _ => None,
    }
}

/// Numbers sort as numbers, so that the tenth child comes after the second.
fn place(pointer: &str) -> Vec<(usize, String)> {
    pointer.split('/').skip(1).map(|part| (part.parse().unwrap_or(usize::MAX), part.to_owned())).collect()
}

impl<'a> Judge<'a> {
    fn form(&mut self, root: &Node<'a>) {
        self.known_keys(root, TOP, "a form");
        self.version(root);
        self.endpoint(root);
        let screens = self.findings.needs_list(root, "screens", "screens", [1, SCREENS_MAX]);
        let Some(screens) = screens else { return };
        let mut ids = BTreeSet::new();
        for screen in &screens {
            self.screen(screen, &mut ids);
        }
        self.outcome(&screens);
        routing::judge(self, root);
    }

    /// Meta refuses what it doesn't know.
    pub fn known_keys(&mut self, node: &Node<'a>, known: &[&str], of: &str) {
        for key in node.map.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = format!("Property '{key}' cannot be specified on {of}.");
            self.findings.add(node.at(key), Rule::NotAllowed, message);
        }
    }

    fn version(&mut self, root: &Node<'a>) {
        let Some(given) = self.findings.needs_text(root, "version", text("Version", 1, usize::MAX)) else {
            return;
        };
        let known = Version::parse(given).is_some_and(Versions::may_send);
        if !given.is_empty() && !known {
            let message = "Invalid Flow JSON version: none of the versions that can be sent.";
            self.findings.add(root.at("version"), Rule::Value, message);
        }
    }

    fn endpoint(&mut self, root: &Node<'a>) {
        if self.whole.endpoint {
            self.findings.one_of(root, "data_api_version", Versions::DATA_API);
            if root.get("routing_model").is_none() {
                self.findings.required(root.at("routing_model"));
            }
        }
        if root.get("data_channel_uri").is_some() {
            if self.whole.version >= Version::new(3, 0) {
                self.findings.not_allowed(
                    root,
                    "data_channel_uri",
                    "since version 3.0 it is set with endpoint_uri",
                );
            } else {
                self.findings.url(root, "data_channel_uri");
            }
        }
    }

    fn screen(&mut self, screen: &Node<'a>, ids: &mut BTreeSet<&'a str>) {
        self.known_keys(screen, SCREEN, "a screen");
        let id = self.screen_id(screen, ids);
        self.findings.may_have_text(screen, "title", text("Screen title", 1, usize::MAX));
        for key in ["terminal", "success", "refresh_on_back"] {
            self.findings.boolean(screen, key);
        }
        let terminal = screen.get("terminal").and_then(Value::as_bool) == Some(true);
        if !terminal {
            self.findings.not_allowed(screen, "success", "only a terminal screen has it");
        }
        if screen.get("refresh_on_back").and_then(Value::as_bool) == Some(true) && !self.whole.endpoint {
            let message =
                "Property 'refresh_on_back' can be true only when property 'data_api_version' is set.";
            self.findings.add(screen.at("refresh_on_back"), Rule::Value, message);
        }
        if let Some(model) = self.findings.may_have_object(screen, "data") {
            data::judge(self, &model);
        }
        self.sensitive(screen, id);
        self.layout(screen, id, terminal);
    }

    fn screen_id(&mut self, screen: &Node<'a>, ids: &mut BTreeSet<&'a str>) -> &'a str {
        let Some(id) = self.findings.needs_text(screen, "id", text("Screen id", 1, usize::MAX)) else {
            return "";
        };
        if !id.chars().all(|c| c.is_ascii_alphabetic() || c == '_') {
            let message = "Property 'id' should only consist of alphabets and underscores.";
            self.findings.add(screen.at("id"), Rule::Format, message);
        }
        if id.eq_ignore_ascii_case("success") {
            let message = "Screen id cannot be 'SUCCESS' since it is a reserved keyword.";
            self.findings.add(screen.at("id"), Rule::NotAllowed, message);
        }
        if !ids.insert(id) {
            self.findings.add(screen.at("id"), Rule::Unique, "Duplicate screen id found.");
        }
        id
    }

    fn sensitive(&mut self, screen: &Node<'a>, id: &str) {
        let Some(value) = screen.get("sensitive") else { return };
        let pointer = screen.at("sensitive");
        if self.whole.version < Version::new(5, 1) {
            self.too_new(pointer.clone(), "Property 'sensitive'", Version::new(5, 1));
        }
        let Some(names) = value.as_array() else { return self.findings.wrong_type(pointer, "an array") };
        for (i, name) in names.iter().enumerate() {
            let pointer = format!("{pointer}/{i}");
            let Some(name) = name.as_str() else {
                self.findings.wrong_type(pointer, "a string");
                continue;
            };
            if self.whole.screens.get(id).is_none_or(|declared| !declared.inputs.contains_key(name)) {
                let message = "A sensitive field must be the name of an input on its screen.";
                self.findings.add(pointer, Rule::Reference, message);
            }
        }
    }

    fn layout(&mut self, screen: &Node<'a>, id: &'a str, terminal: bool) {
        let Some(layout) = self.findings.needs_object(screen, "layout") else { return };
        self.known_keys(&layout, &["type", "children"], "a layout");
        self.findings.one_of(&layout, "type", &["SingleColumnLayout"]);
        let Some(children) = layout.get("children") else {
            return self.findings.required(layout.at("children"));
        };
        let pointer = layout.at("children");
        let count = branches::count(children);
        if count > COMPONENTS_MAX {
            let message = format!("Maximum number of components allowed per screen is {COMPONENTS_MAX}.");
            self.findings.add_limit(pointer.clone(), Rule::Count, [COMPONENTS_MAX, count], message);
        }
        let place = Place { screen: id, terminal, ..Place::default() };
        component::children(self, children, &pointer, &place);
        // Far beyond the bound a screen is refused as a whole.
        if count <= 2 * COMPONENTS_MAX {
            component::names(self, children, &pointer);
            branches::judge(self, children, &pointer, terminal);
        }
        component::references(self, screen, id);
    }

    /// Somewhere the form ends, and somewhere it ends well.
    fn outcome(&mut self, screens: &[Node<'a>]) {
        let terminal: Vec<_> = screens
            .iter()
            .filter(|screen| screen.get("terminal").and_then(Value::as_bool) == Some(true))
            .collect();
        let Some(first) = terminal.first() else {
            let message = "Terminal screen is required but not provided.";
            return self.findings.add("/screens".into(), Rule::Required, message);
        };
        if terminal.iter().all(|screen| screen.get("success").and_then(Value::as_bool) == Some(false)) {
            let message = "At least one terminal screen must have property 'success' set as true.";
            self.findings.add(first.at("success"), Rule::Value, message);
        }
    }

    pub fn too_new(&mut self, pointer: String, what: &str, since: Version) {
        let message =
            format!("{what} needs version {since} of Flow JSON; this form has {}.", self.whole.version);
        self.findings.add(pointer, Rule::NotAllowed, message);
    }
}
