//! How a template is written: what people send, and how Meta lists it afterwards.

use serde_json::{Map, Value, json};

use super::words;
use crate::dice::fnv;

/// Members that forms and query strings bring as text.
const NUMBERS: [&str; 1] = ["message_send_ttl_seconds"];
const TRUTHS: [&str; 2] = ["allow_category_change", "cta_url_link_tracking_opted_out"];
const NESTED: [&str; 6] = [
    "components",
    "degrees_of_freedom_spec",
    "optimization_spec",
    "library_template_body_inputs",
    "library_template_button_inputs",
    "languages",
];

/// A request body as JSON would have brought it.
pub(super) fn as_json(mut body: Value) -> Value {
    let Some(map) = body.as_object_mut() else { return body };
    for (key, value) in map.iter_mut() {
        let Some(text) = value.as_str() else { continue };
        let typed = match key.as_str() {
            key if NUMBERS.contains(&key) => text.parse::<i64>().ok().map(Value::from),
            key if TRUTHS.contains(&key) => text.parse::<bool>().ok().map(Value::from),
            key if NESTED.contains(&key) => serde_json::from_str(text).ok(),
            _ => None,
        };
        if let Some(typed) = typed {
            *value = typed;
        }
    }
    body
}

/// Components as Meta lists them: words in capitals, samples as addresses, and an authentication template's texts.
pub(super) fn listed(components: &[Value], language: &str) -> Vec<Value> {
    let code = components.iter().any(has_code_button);
    components.iter().map(|component| self::component(component, code.then_some(language))).collect()
}

fn component(component: &Value, code_language: Option<&str>) -> Value {
    let mut out = component.clone();
    capitals(&mut out, &["type", "format"]);
    if let Some(handles) = out.pointer_mut("/example/header_handle").and_then(Value::as_array_mut) {
        for handle in handles {
            sample_address(handle);
        }
    }
    if let Some(language) = code_language {
        authentication(&mut out, language);
    }
    if let Some(buttons) = out["buttons"].as_array_mut() {
        for button in buttons {
            capitals(button, &["type", "otp_type"]);
        }
    }
    if let Some(cards) = out["cards"].as_array_mut() {
        for card in cards {
            let parts = card["components"].as_array().map(|parts| listed(parts, ""));
            if let Some(parts) = parts {
                card["components"] = Value::from(parts);
            }
        }
    }
    drop_nulls(&mut out);
    out
}

fn capitals(value: &mut Value, keys: &[&str]) {
    for key in keys {
        if let Some(word) = value[*key].as_str() {
            value[*key] = Value::from(word.to_ascii_uppercase());
        }
    }
    drop_nulls(value);
}

/// Looking at a member that isn't there adds a null; none of ours means anything.
fn drop_nulls(value: &mut Value) {
    if let Some(map) = value.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
}

/// A sample is handed in by the handle of an upload and listed by an address.
fn sample_address(handle: &mut Value) {
    let Some(text) = handle.as_str().filter(|text| !text.starts_with("http")) else { return };
    let name = fnv(text.as_bytes());
    *handle = Value::from(format!("https://scontent.whatsapp.net/v/t61.29466-34/{name}_n.bin?_nc_cat=1"));
}

fn has_code_button(component: &Value) -> bool {
    let buttons = component["buttons"].as_array().into_iter().flatten();
    buttons.into_iter().any(|b| b["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("OTP")))
}

/// Body, footer and button of an authentication template are the platform's, in the template's language.
fn authentication(component: &mut Value, language: &str) {
    let words = words::of(language);
    match component["type"].as_str().unwrap_or("") {
        "BODY" => {
            let advice = component["add_security_recommendation"] == true;
            component["text"] = Value::from(words.body(advice, "{{1}}"));
            component["example"] = json!({ "body_text": [["123456"]] });
        }
        "FOOTER" => {
            if let Some(minutes) = component["code_expiration_minutes"].as_u64() {
                component["text"] = Value::from(words.footer(minutes));
            }
        }
        "BUTTONS" => {
            if let Some(buttons) = component["buttons"].as_array_mut() {
                for button in buttons {
                    *button = code_button(button, words);
                }
            }
        }
        _ => {}
    }
}

fn code_button(button: &Value, words: &words::Words) -> Value {
    let kind = button["otp_type"].as_str().unwrap_or("COPY_CODE").to_ascii_uppercase();
    let (own, usual) = match kind.as_str() {
        "COPY_CODE" => (&button["text"], words.copy),
        _ => (&button["autofill_text"], words.autofill),
    };
    let text = own.as_str().unwrap_or(usual);
    let mut url = format!("https://www.whatsapp.com/otp/code/?otp_type={kind}");
    if kind != "COPY_CODE" {
        url.push_str("&cta_display_name=");
        url.push_str(&text.replace(' ', "%20"));
        let apps = button["supported_apps"].as_array().into_iter().flatten();
        for app in apps {
            let name = app["package_name"].as_str().unwrap_or("");
            let hash = app["signature_hash"].as_str().unwrap_or("");
            url.push_str(&format!("&package_name={name}&signature_hash={hash}"));
        }
    }
    url.push_str("&code=otp{{1}}");
    let example = url.replace("{{1}}", "123456");
    json!({ "type": "URL", "text": text, "url": url, "example": [example] })
}

/// What a template keeps beside its parts.
pub(super) fn options(body: &Value) -> Map<String, Value> {
    let keys = ["cta_url_link_tracking_opted_out", "degrees_of_freedom_spec", "optimization_spec"];
    let given = keys.iter().filter_map(|key| Some(((*key).to_owned(), body.get(*key)?.clone())));
    given.filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authentication_template_is_listed_with_the_platforms_words() {
        let parts = [
            json!({ "type": "body", "add_security_recommendation": true }),
            json!({ "type": "footer", "code_expiration_minutes": 5 }),
            json!({ "type": "buttons", "buttons": [{ "type": "otp", "otp_type": "copy_code" }] }),
        ];
        let listed = listed(&parts, "en_US");
        assert_eq!(
            listed[0]["text"],
            "*{{1}}* is your verification code. For your security, do not share this code."
        );
        assert_eq!(listed[1]["text"], "This code expires in 5 minutes.");
        assert_eq!(
            listed[2]["buttons"][0]["url"],
            "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
        );
        assert_eq!(listed[2]["buttons"][0]["text"], "Copy code");
    }

    #[test]
    fn forms_bring_numbers_and_lists_as_text() {
        let body = as_json(json!({ "message_send_ttl_seconds": "60", "components": "[]", "name": "60" }));
        assert_eq!(body, json!({ "message_send_ttl_seconds": 60, "components": [], "name": "60" }));
    }
}
