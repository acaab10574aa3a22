//! Templates: what the business sends outside the service window, how its parameters are checked and what the phone shows.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::graph::error::GraphError;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Template {
    pub id: String,
    pub waba_id: String,
    pub name: String,
    pub language: String,
    /// UTILITY, MARKETING or AUTHENTICATION.
    pub category: String,
    /// APPROVED, PENDING, REJECTED, PAUSED, DISABLED…
    pub status: String,
    pub parameter_format: String,
    /// As Meta lists them.
    pub components: Vec<Value>,
}

impl Template {
    /// The node as `message_templates` and `GET /{template_id}` answer it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "language": self.language, "category": self.category,
            "status": self.status, "parameter_format": self.parameter_format, "components": self.components,
            "previous_category": Value::Null, "sub_category": Value::Null, "rejected_reason": "NONE",
            "quality_score": { "score": "UNKNOWN", "date": 1_767_225_600 }, "library_template_name": Value::Null,
            "message_send_ttl_seconds": Value::Null, "correct_category": Value::Null,
            "cta_url_link_tracking_opted_out": false, "degrees_of_freedom_spec": Value::Null,
            "last_updated_time": Value::Null, "is_primary_device_delivery_only": Value::Null,
        })
    }

    fn component(&self, kind: &str) -> Option<&Value> {
        self.components.iter().find(|c| is(&c["type"], kind))
    }

    fn buttons(&self) -> &[Value] {
        self.component("BUTTONS").and_then(|c| c["buttons"].as_array()).map_or(&[], Vec::as_slice)
    }
}

/// Checks the parameters of a template send against the approved template.
pub(crate) fn check(template: &Template, sent: &Value) -> Result<(), GraphError> {
    let none = Vec::new();
    let components = sent["components"].as_array().unwrap_or(&none);
    check_header(template, find(components, "header"))?;
    let body = template.component("BODY").map_or("", |c| c["text"].as_str().unwrap_or(""));
    check_text("body", body, find(components, "body"))?;
    check_buttons(template, components)?;
    check_length(template, components)
}

fn check_header(template: &Template, sent: Option<&Value>) -> Result<(), GraphError> {
    let Some(header) = template.component("HEADER") else {
        return match sent.map(parameters) {
            Some(given) if !given.is_empty() => Err(count("header", given.len(), 0)),
            _ => Ok(()),
        };
    };
    let format = header["format"].as_str().unwrap_or("TEXT").to_ascii_lowercase();
    if format == "text" {
        return check_text("header", header["text"].as_str().unwrap_or(""), sent);
    }
    let given = sent.map(parameters).unwrap_or_default();
    let Some(first) = given.first() else {
        return Err(format_mismatch(format!(
            "header: Format mismatch, expected {}, received UNKNOWN",
            format.to_ascii_uppercase()
        )));
    };
    let kind = first["type"].as_str().unwrap_or("text");
    if kind != format {
        let (want, got) = (format.to_ascii_uppercase(), kind.to_ascii_uppercase());
        return Err(format_mismatch(format!("header: Format mismatch, expected {want}, received {got}")));
    }
    Ok(())
}

fn check_text(part: &str, text: &str, sent: Option<&Value>) -> Result<(), GraphError> {
    let wanted = variables(text);
    let given = sent.map(parameters).unwrap_or_default();
    if wanted.len() != given.len() {
        return Err(count(part, given.len(), wanted.len()));
    }
    for parameter in given {
        let named = wanted.first().is_some_and(|v| v.parse::<u32>().is_err());
        let name = parameter["parameter_name"].as_str();
        if named && !name.is_some_and(|n| wanted.iter().any(|w| w == n)) {
            return Err(GraphError::message(100).details(format!(
                "{part}: parameter_name is missing or unknown; the template expects {}",
                wanted.join(", ")
            )));
        }
        let kind = parameter["type"].as_str().unwrap_or("text");
        if !["text", "currency", "date_time"].contains(&kind) {
            let got = kind.to_ascii_uppercase();
            return Err(format_mismatch(format!("{part}: Format mismatch, expected TEXT, received {got}")));
        }
        check_value(part, shown_value(parameter))?;
    }
    Ok(())
}

fn check_value(part: &str, value: &str) -> Result<(), GraphError> {
    if value.is_empty() {
        return Err(GraphError::message(131_008)
            .details(format!("Parameter of type text is missing text value in {part}")));
    }
    if value.contains(['\n', '\t']) || value.contains("     ") {
        return Err(GraphError::message(132_018).details(format!(
            "{part}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
        )));
    }
    Ok(())
}

fn check_buttons(template: &Template, components: &[Value]) -> Result<(), GraphError> {
    let buttons = template.buttons();
    for sent in components.iter().filter(|c| is(&c["type"], "button")) {
        let index = index_of(sent);
        let kind = sent["sub_type"].as_str().unwrap_or("").to_ascii_lowercase();
        let Some(button) = index.and_then(|i| buttons.get(i)) else {
            return Err(format_mismatch("buttons: The button index given is not in the template".to_owned()));
        };
        let approved = button["type"].as_str().unwrap_or("").to_ascii_lowercase();
        if approved != kind && !(approved == "otp" && kind == "url") {
            let index = index.unwrap_or(0);
            return Err(format_mismatch(format!(
                "buttons: Button at index {index} of type {approved} can't take {kind} parameters"
            )));
        }
    }
    for (index, button) in buttons.iter().enumerate() {
        let variable = !variables(button["url"].as_str().unwrap_or("")).is_empty();
        let given = components.iter().any(|c| is(&c["type"], "button") && index_of(c) == Some(index));
        if variable && !given {
            return Err(GraphError::message(131_008)
                .details(format!("buttons: Button at index {index} of type Url requires a parameter")));
        }
    }
    Ok(())
}

fn check_length(template: &Template, components: &[Value]) -> Result<(), GraphError> {
    let body = template.component("BODY").and_then(|c| c["text"].as_str()).unwrap_or("");
    let length = fill(body, find(components, "body")).chars().count();
    if length > 1_024 {
        return Err(GraphError::message(132_005)
            .details(format!("body: the filled text has {length} characters, at most 1024 are allowed")));
    }
    Ok(())
}

/// What the phone shows: header, body and footer with their parameters filled in, buttons, cards, offers.
pub(crate) fn render(template: &Template, sent: &Value) -> Value {
    let mut out = json!({ "category": template.category });
    render_parts(&mut out, &template.components, list(&sent["components"]));
    out
}

/// The parts of a template, or of one card.
fn render_parts(out: &mut Value, approved: &[Value], components: &[Value]) {
    for component in approved {
        let text = component["text"].as_str().unwrap_or("");
        match component["type"].as_str().unwrap_or("").to_ascii_uppercase().as_str() {
            "HEADER" => out["header"] = render_header(component, find(components, "header")),
            "BODY" => out["body"] = Value::from(fill(text, find(components, "body"))),
            "FOOTER" => out["footer"] = Value::from(text),
            "BUTTONS" => out["buttons"] = render_buttons(list(&component["buttons"]), components),
            "CAROUSEL" => out["cards"] = render_cards(component, find(components, "carousel")),
            "CALL_PERMISSION_REQUEST" => out["call_permission_request"] = Value::from(true),
            "LIMITED_TIME_OFFER" => {
                let mut offer = component["limited_time_offer"].clone();
                if let Some(given) = first_parameter(components, "limited_time_offer") {
                    offer["expiration_time_ms"] = given["expiration_time_ms"].clone();
                }
                out["limited_time_offer"] = offer;
            }
            _ => {}
        }
    }
    if let Some(status) = first_parameter(components, "order_status") {
        out["order_status"] = status.clone();
    }
}

fn render_cards(component: &Value, sent: Option<&Value>) -> Value {
    let given = sent.map_or(&[][..], |sent| list(&sent["cards"]));
    let cards = list(&component["cards"]).iter().enumerate().map(|(index, card)| {
        let of_card = given.iter().find(|c| index_of_card(c) == Some(index)).or(given.get(index));
        let mut out = json!({});
        render_parts(&mut out, list(&card["components"]), of_card.map_or(&[], |c| list(&c["components"])));
        out
    });
    Value::Array(cards.collect())
}

fn index_of_card(card: &Value) -> Option<usize> {
    card["card_index"].as_u64().and_then(|n| usize::try_from(n).ok())
}

/// The part of a component's first parameter that is named like the component.
fn first_parameter<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    list(&find(components, kind)?["parameters"]).first()?.get(kind)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn render_header(component: &Value, sent: Option<&Value>) -> Value {
    let format = component["format"].as_str().unwrap_or("TEXT").to_ascii_lowercase();
    if format == "text" {
        return json!({ "type": "text", "text": fill(component["text"].as_str().unwrap_or(""), sent) });
    }
    let given = sent.map(parameters).unwrap_or_default();
    let part = given.first().map_or(Value::Null, |p| p[format.as_str()].clone());
    json!({ "type": format, (format.as_str()): part })
}

fn render_buttons(buttons: &[Value], components: &[Value]) -> Value {
    let shown = buttons.iter().enumerate().map(|(index, button)| {
        let sent = components.iter().find(|c| is(&c["type"], "button") && index_of(c) == Some(index));
        let parameter = sent.map(parameters).and_then(|p| p.first().copied());
        let mut shown = button.clone();
        if let Some(url) = button["url"].as_str() {
            let suffix = parameter.map_or("", shown_value);
            shown["url"] = Value::from(url.replace("{{1}}", suffix));
        }
        if is(&button["type"], "QUICK_REPLY") {
            let payload = parameter.and_then(|p| p["payload"].as_str()).or(button["text"].as_str());
            shown["payload"] = Value::from(payload.unwrap_or(""));
        }
        if let Some(code) = parameter.and_then(|p| p["coupon_code"].as_str()) {
            shown["coupon_code"] = Value::from(code);
        }
        if let Some(code) = parameter.filter(|_| is(&button["type"], "OTP")) {
            shown["code"] = Value::from(shown_value(code));
        }
        if let Some(action) = parameter.and_then(|p| p.get("action")) {
            shown["action"] = action.clone();
        }
        shown
    });
    Value::Array(shown.collect())
}

/// Names or numbers between double braces, each once, in order of appearance.
fn variables(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let after = &rest[start + 2..];
        let Some(end) = after.find("}}") else { break };
        let name = after[..end].trim().to_owned();
        if !found.contains(&name) {
            found.push(name);
        }
        rest = &after[end + 2..];
    }
    found
}

fn fill(text: &str, sent: Option<&Value>) -> String {
    let given = sent.map(parameters).unwrap_or_default();
    let mut out = text.to_owned();
    for (position, parameter) in given.iter().enumerate() {
        let position = (position + 1).to_string();
        let name = parameter["parameter_name"].as_str().unwrap_or(&position);
        out = out.replace(&format!("{{{{{name}}}}}"), shown_value(parameter));
    }
    out
}

fn shown_value(parameter: &Value) -> &str {
    let kind = parameter["type"].as_str().unwrap_or("text");
    let value = match kind {
        "currency" | "date_time" => parameter[kind]["fallback_value"].as_str(),
        _ => parameter["text"].as_str(),
    };
    value.unwrap_or("")
}

fn find<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|c| is(&c["type"], kind))
}

fn parameters(component: &Value) -> Vec<&Value> {
    component["parameters"].as_array().map(|p| p.iter().collect()).unwrap_or_default()
}

fn index_of(component: &Value) -> Option<usize> {
    match &component["index"] {
        Value::String(text) => text.parse().ok(),
        Value::Null => Some(0),
        other => other.as_u64().and_then(|n| usize::try_from(n).ok()),
    }
}

fn is(value: &Value, kind: &str) -> bool {
    value.as_str().is_some_and(|v| v.eq_ignore_ascii_case(kind))
}

fn count(part: &str, given: usize, wanted: usize) -> GraphError {
    GraphError::message(132_000).details(format!(
        "{part}: number of localizable_params ({given}) does not match the expected number of params ({wanted})"
    ))
}

fn format_mismatch(details: String) -> GraphError {
    GraphError::message(132_012).details(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_once() {
        assert_eq!(variables("Hi {{1}}, {{ 2 }} and {{1}}"), ["1", "2"]);
        assert!(variables("no {braces}").is_empty());
    }
}
