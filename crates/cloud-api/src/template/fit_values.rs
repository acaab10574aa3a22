//! The values of a template message's header and body, against what the template wants.

use std::collections::HashSet;

use serde_json::Value;

use super::sent;
use super::variable::VariableName;
use super::words::HeaderFormat;
use crate::judge::Findings;
use crate::violation::Rule;

/// A component of the message.
pub(super) struct Given<'a> {
    pub parameters: &'a [Value],
    pub at: String,
}

impl Given<'_> {
    pub fn count(&self, part: &str, wanted: usize, findings: &mut Findings) {
        let given = self.parameters.len();
        if given != wanted {
            let message = format!(
                "{part}: number of localizable_params ({given}) does not match the expected number of params ({wanted})"
            );
            findings.add_limit(self.at.clone(), Rule::Count, [wanted, given], message);
        }
    }

    /// Whether there is a text for every variable. Values with broken white space are named, too.
    pub fn texts(&self, part: &str, names: &[VariableName], findings: &mut Findings) -> bool {
        let before = findings.0.len();
        self.count(part, names.len(), findings);
        let mut named = HashSet::new();
        for (i, parameter) in self.parameters.iter().enumerate() {
            let at = format!("{}/parameters/{i}", self.at);
            let kind = sent::kind(parameter).unwrap_or_default();
            if !["text", "currency", "date_time"].contains(&kind.as_str()) {
                findings.add(
                    format!("{at}/type"),
                    Rule::Format,
                    format!("{part}: the variable takes a text."),
                );
                continue;
            }
            let name = parameter.get("parameter_name").and_then(Value::as_str);
            if let Some(VariableName::Name(_)) = names.first() {
                let fits = name.is_some_and(|name| names.contains(&VariableName::Name(name.to_owned())));
                if !fits || !named.insert(name) {
                    let message =
                        format!("{part}: parameter_name must be one of the template's names, each once.");
                    findings.add(format!("{at}/parameter_name"), Rule::Reference, message);
                }
            }
            self.value(parameter, &kind, &at, findings);
        }
        findings.0.len() == before
    }

    fn value(&self, parameter: &Value, kind: &str, at: &str, findings: &mut Findings) {
        match sent::text(parameter) {
            None | Some("") => findings.required(format!("{at}/{kind}")),
            Some(value) if value.contains(['\n', '\r', '\t']) || value.contains("     ") => {
                let message =
                    "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
                findings.add(format!("{at}/{kind}"), Rule::ParameterText, message);
            }
            Some(_) => {}
        }
    }

    pub fn media(&self, format: &HeaderFormat, findings: &mut Findings) {
        let kind = format.as_str().to_ascii_lowercase();
        let received = self.parameters.first().and_then(sent::kind);
        if received.as_ref() != Some(&kind) || self.parameters.len() != 1 {
            let received = match received.as_deref() {
                Some("text") => "TEXT",
                Some("image") => "IMAGE",
                Some("video") => "VIDEO",
                Some("document") => "DOCUMENT",
                Some("location") => "LOCATION",
                Some("product") => "PRODUCT",
                _ => "UNKNOWN",
            };
            let message = format!("header: Format mismatch, expected {format}, received {received}");
            findings.add(self.at.clone(), Rule::Format, message);
            return;
        }
        let value = self.parameters.first().and_then(|parameter| parameter.get(&kind));
        let has = |key: &str| value.and_then(|value| value.get(key)).is_some_and(|value| !value.is_null());
        let at = format!("{}/parameters/0/{kind}", self.at);
        let needed: &[&str] = match format {
            HeaderFormat::Location => &["latitude", "longitude"],
            HeaderFormat::Product => &["catalog_id", "product_retailer_id"],
            _ if has("id") || has("link") => &[],
            _ => &["id"],
        };
        for key in needed.iter().filter(|key| !has(key)) {
            findings.required(format!("{at}/{key}"));
        }
    }
}
