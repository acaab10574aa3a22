//! Authentication templates, alone and in bulk.

use cloud_api::message::Rule;
use cloud_api::template::{Button, Definition, SupportedApp, check_bulk_authentication};
use serde_json::{Value, json};

use super::{body, but, long, needed, passes, refused, refused_at, violations, with_buttons, without};

fn app() -> Value {
    json!({"package_name": "com.acme.app", "signature_hash": "K8a/AINcGX7"})
}

fn template(button: Value) -> Value {
    json!({"name": "otp", "language": "en_US", "category": "AUTHENTICATION", "message_send_ttl_seconds": 60,
        "components": [{"type": "BODY", "add_security_recommendation": true},
            {"type": "FOOTER", "code_expiration_minutes": 5},
            {"type": "BUTTONS", "buttons": [button]}]})
}

fn one_tap() -> Value {
    template(json!({"type": "OTP", "otp_type": "ONE_TAP", "text": "Copy Code", "autofill_text": "Autofill",
        "supported_apps": [app()]}))
}

fn at(key: &str) -> String {
    format!("/components/2/buttons/0/{key}")
}

#[test]
fn three_ways_to_hand_over_a_code() {
    passes(&one_tap());
    passes(&template(json!({"type": "otp", "otp_type": "copy_code"})));
    let zero_tap = template(json!({"type": "OTP", "otp_type": "ZERO_TAP", "zero_tap_terms_accepted": true,
        "supported_apps": [app()]}));
    passes(&zero_tap);
    needed(&zero_tap, &at("zero_tap_terms_accepted"));
    needed(&zero_tap, &at("supported_apps"));
    needed(&one_tap(), &at("supported_apps"));
    needed(&one_tap(), &at("otp_type"));
    refused_at(
        &but(&zero_tap, &at("zero_tap_terms_accepted"), false),
        &at("zero_tap_terms_accepted"),
        Rule::Value,
    );
    refused_at(&but(&one_tap(), &at("otp_type"), "TWO_TAP"), &at("otp_type"), Rule::Value);
    for key in ["text", "autofill_text"] {
        passes(&but(&one_tap(), &at(key), long(25)));
        refused_at(&but(&one_tap(), &at(key), long(26)), &at(key), Rule::Length);
        refused_at(&but(&one_tap(), &at(key), "Copy 🔑"), &at(key), Rule::Format);
        refused_at(&but(&one_tap(), &at(key), "https://acme.test"), &at(key), Rule::Format);
    }
    // One app in the button itself, as older templates have it.
    let old = json!({"type": "OTP", "otp_type": "ONE_TAP", "package_name": "com.acme.app", "signature_hash": "K8a/AINcGX7"});
    passes(&template(old));
}

#[test]
fn the_words_are_metas() {
    let template = one_tap();
    refused_at(
        &but(&template, "/components/0/text", "Your code is {{1}}."),
        "/components/0/text",
        Rule::NotAllowed,
    );
    refused_at(&but(&template, "/components/1/text", "Acme"), "/components/1/text", Rule::NotAllowed);
    for fine in [1, 90] {
        passes(&but(&template, "/components/1/code_expiration_minutes", fine));
    }
    for odd in [0, 91] {
        let place = "/components/1/code_expiration_minutes";
        refused_at(&but(&template, place, odd), place, Rule::Value);
    }
    refused_at(
        &but(&template, "/components/0/add_security_recommendation", "yes"),
        "/components/0/add_security_recommendation",
        Rule::Type,
    );
    for part in [
        json!({"type": "HEADER", "format": "TEXT", "text": "Acme"}),
        json!({"type": "CAROUSEL", "cards": []}),
        json!({"type": "CALL_PERMISSION_REQUEST"}),
    ] {
        let mut template = template.clone();
        template["components"].as_array_mut().unwrap().push(part);
        refused_at(&template, "/components/3/type", Rule::Conflict);
    }
}

#[test]
fn exactly_one_button_for_codes_and_only_there() {
    let template = one_tap();
    let url = json!({"type": "URL", "text": "Open", "url": "https://acme.test"});
    refused_at(&but(&template, "/components/2/buttons/0", url), &at("type"), Rule::Value);
    let otp = json!({"type": "OTP", "otp_type": "COPY_CODE"});
    refused_at(
        &but(&template, "/components/2/buttons", json!([otp, otp])),
        "/components/2/buttons",
        Rule::Count,
    );
    let mut bare = template;
    bare["components"].as_array_mut().unwrap().pop();
    refused_at(&bare, "/components", Rule::Required);
    refused_at(&with_buttons(json!([otp])), "/components/1/buttons/0/type", Rule::Conflict);
    let mut recommended = with_buttons(json!([{"type": "QUICK_REPLY", "text": "Stop"}]));
    recommended["components"][0] = body();
    recommended["components"][0]["add_security_recommendation"] = true.into();
    refused_at(&recommended, "/components/0/add_security_recommendation", Rule::NotAllowed);
}

#[test]
fn apps_a_code_may_go_to() {
    let apps = |apps: Value| but(&one_tap(), &at("supported_apps"), apps);
    passes(&apps(vec![app(); 5].into()));
    refused_at(&apps(vec![app(); 6].into()), &at("supported_apps"), Rule::Count);
    refused_at(&apps(json!([])), &at("supported_apps"), Rule::Count);
    let name = at("supported_apps/0/package_name");
    let hash = at("supported_apps/0/signature_hash");
    needed(&one_tap(), &name);
    needed(&one_tap(), &hash);
    for fine in ["a.b", "com.acme_2.App9", &format!("a.{}", "b".repeat(222))] {
        passes(&but(&one_tap(), &name, fine));
    }
    refused_at(&but(&one_tap(), &name, format!("a.{}", "b".repeat(223))), &name, Rule::Length);
    for odd in ["app", "com.", ".app", "com.1app", "com.a-b", "com..app", "com._app"] {
        refused_at(&but(&one_tap(), &name, odd), &name, Rule::Format);
    }
    passes(&but(&one_tap(), &hash, "abcDEF012+="));
    for odd in ["K8a/AINcGX", "K8a/AINcGX77"] {
        refused_at(&but(&one_tap(), &hash, odd), &hash, Rule::Length);
    }
    refused_at(&but(&one_tap(), &hash, "K8a%AINcGX7"), &hash, Rule::Format);
}

#[test]
fn builders_make_them() {
    let apps = || [SupportedApp::new("com.acme.app", "K8a/AINcGX7")];
    for button in [Button::otp_copy_code(), Button::otp_one_tap(apps()), Button::otp_zero_tap(apps())] {
        let built =
            Definition::authentication("otp", "en", button).security_recommendation().code_expires_in(10);
        assert_eq!(built.validate(), Ok(()));
    }
}

#[test]
fn many_languages_at_once() {
    let mut bulk = one_tap();
    bulk["languages"] = json!(["en_US", "es_ES"]);
    let bulk = without(&bulk, "/language");
    let found = |template: &Value| check_bulk_authentication(template).err().unwrap_or_default();
    assert_eq!(found(&bulk), []);
    let one = |template: Value, pointer: &str, rule: Rule| {
        let found = found(&template);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].pointer.as_str(), found[0].rule), (pointer, rule));
    };
    one(without(&bulk, "/languages"), "/languages", Rule::Required);
    one(but(&bulk, "/languages", json!([])), "/languages", Rule::Count);
    one(but(&bulk, "/languages", "en"), "/languages", Rule::Type);
    one(but(&bulk, "/languages/1", "xx"), "/languages/1", Rule::Value);
    one(but(&bulk, "/category", "UTILITY"), "/category", Rule::Value);
    one(but(&bulk, "/name", "Otp"), "/name", Rule::Format);
    one(but(&bulk, "/message_send_ttl_seconds", 901), "/message_send_ttl_seconds", Rule::Value);
    let typed: cloud_api::template::BulkAuthentication = serde_json::from_value(bulk.clone()).unwrap();
    assert_eq!(typed.validate(), Ok(()));
    assert_eq!(typed.to_json(), bulk);
}

#[test]
fn a_template_of_another_category_isnt_judged_as_one() {
    let violation = refused(&but(&one_tap(), "/category", "NONE"));
    assert_eq!(violation.pointer, "/category");
    assert!(violations(&but(&one_tap(), "/category", "MARKETING")).len() > 1);
}
