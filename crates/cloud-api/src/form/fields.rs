//! What a form collects: for lists of answers, exports and mappings.

use serde_json::{Map, Value};

use super::branches;
use super::parts::part;
use super::version::Version;

/// The JSON of a form, with what a program wants to know of it. Nothing of the JSON is lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The version it says it has, when that reads as one.
    pub version: Option<Version>,
    /// An endpoint answers it: it says `data_api_version`.
    pub has_endpoint: bool,
    /// Its screens, in order.
    pub screens: Vec<Screen>,
    /// The JSON as it is.
    pub json: Value,
}

/// A screen of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Its id. Empty when it has none.
    pub id: String,
    /// Its title; may be a reference.
    pub title: Option<String>,
    /// The form can end here.
    pub terminal: bool,
    /// Its inputs, in order, whatever branch they are in.
    pub fields: Vec<Field>,
}

/// An input of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name that references and payloads know it by.
    pub name: String,
    /// Its component, e.g. `TextInput` or `Dropdown`.
    pub component: String,
    /// What a person sees beside it, when that is fixed.
    pub label: Option<String>,
    /// A person must fill it in. What depends on data counts as not required.
    pub required: bool,
    /// It is shown only under a condition: inside an `If` or a `Switch`, or by its `visible`.
    pub conditional: bool,
    /// Its answer is hidden in the summary the person sees.
    pub sensitive: bool,
    /// Its options by id and title, when they are fixed.
    pub options: Vec<(String, String)>,
}

impl Form {
    /// Reads whatever is there; a form needn't be valid to be looked at.
    pub fn new(json: Value) -> Self {
        let text = |key: &str| json.get(key).and_then(Value::as_str);
        let listed = json.get("screens").and_then(Value::as_array);
        Self {
            version: text("version").and_then(Version::parse),
            has_endpoint: text("data_api_version").is_some(),
            screens: listed.into_iter().flatten().filter_map(Value::as_object).map(screen).collect(),
            json,
        }
    }

    /// All inputs with their screens, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&Screen, &Field)> {
        self.screens.iter().flat_map(|screen| screen.fields.iter().map(move |field| (screen, field)))
    }
}

fn screen(json: &Map<String, Value>) -> Screen {
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
    let sensitive: Vec<_> = json
        .get("sensitive")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let children = json.get("layout").and_then(|layout| layout.get("children")).unwrap_or(&Value::Null);
    let mut fields = Vec::new();
    for node in branches::all(children, "") {
        let Some(component) = node.str("type").filter(|kind| part(kind).is_some_and(|part| part.input))
        else {
            continue;
        };
        let Some(name) = node.str("name") else { continue };
        let branched = ["/then/", "/else/", "/cases/"].iter().any(|branch| node.pointer.contains(branch));
        let fixed_text = |key: &str| node.str(key).filter(|text| !text.contains("${")).map(str::to_owned);
        let uploads =
            ["min-uploaded-photos", "min-uploaded-documents"].iter().filter_map(|key| node.get(key));
        fields.push(Field {
            name: name.to_owned(),
            component: component.to_owned(),
            label: fixed_text("label"),
            required: node.get("required").and_then(Value::as_bool) == Some(true)
                || uploads.filter_map(Value::as_u64).any(|least| least > 0),
            conditional: branched || node.get("visible").is_some_and(|visible| *visible != Value::Bool(true)),
            sensitive: sensitive.contains(&name),
            options: options(node.get("data-source")),
        });
    }
    Screen {
        id: text("id").unwrap_or_default(),
        title: text("title"),
        terminal: json.get("terminal").and_then(Value::as_bool) == Some(true),
        fields,
    }
}

fn options(source: Option<&Value>) -> Vec<(String, String)> {
    let listed = source.and_then(Value::as_array).into_iter().flatten();
    let text = |option: &Value, key: &str| option.get(key).and_then(Value::as_str).map(str::to_owned);
    listed
        .filter_map(|option| Some((text(option, "id")?, text(option, "title").unwrap_or_default())))
        .collect()
}
