//! Header, body and footer of every interactive kind, and the kinds that are little more.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::{
    bounded, bounded_and_required, long, message, needed, passes, refused_at, text_at_will, violations,
    whole, with, words,
};

pub fn interactive(kind: &str, action: Value) -> Value {
    message(
        json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": "B"}, "action": action}}),
    )
}

/// An action of every kind that Meta documents.
fn kinds() -> Vec<(&'static str, Value)> {
    super::bodies::all()
        .iter()
        .filter_map(|body| {
            let kind = body["interactive"]["type"].as_str()?.to_owned();
            Some((&*kind.leak(), body["interactive"]["action"].clone()))
        })
        .collect()
}

fn named(kind: &str, allowed: &[&str]) -> bool {
    allowed.contains(&kind)
}

#[test]
fn headers_stand_where_they_may() {
    let media = ["button", "cta_url", "flow", "voice_call", "address_message"];
    for (kind, action) in kinds() {
        let plain = interactive(kind, action);
        for header in ["text", "image", "video", "document"] {
            let mut value = json!({"type": header});
            value[header] = if header == "text" { json!("H") } else { json!({"id": "1"}) };
            let message = with(&plain, "/interactive/header", value);
            let fine = named(kind, &media)
                || (header == "text" && named(kind, &["list", "product_list"]))
                || (header == "image" && kind == "order_details");
            if fine {
                passes(&message);
            } else if named(kind, &["list", "product_list", "order_details"]) {
                refused_at(&message, "/interactive/header/type", Rule::Value);
            } else {
                refused_at(&message, "/interactive/header", Rule::NotAllowed);
            }
        }
        if kind == "product_list" {
            refused_at(&plain, "/interactive/header", Rule::Required);
        } else {
            passes(&plain);
        }
    }
}

#[test]
fn bodies_and_footers_stand_where_they_may() {
    let no_footer = ["carousel", "call_permission_request", "location_request_message", "contact_request"];
    for (kind, action) in kinds() {
        let mut plain = interactive(kind, action);
        if kind == "product_list" {
            plain = with(&plain, "/interactive/header", json!({"type": "text", "text": "H"}));
            bounded_and_required(&plain, "/interactive/header/text", 60);
        }
        bounded_and_required(&plain, "/interactive/body/text", if kind == "list" { 4096 } else { 1024 });
        if named(kind, &["product", "call_permission_request"]) {
            passes(&with(&plain, "/interactive/body", Value::Null));
        } else {
            needed(&plain, "/interactive/body");
        }
        needed(&plain, "/interactive/action");
        let footer = with(&plain, "/interactive/footer", json!({"text": "F"}));
        if named(kind, &no_footer) {
            refused_at(&footer, "/interactive/footer", Rule::NotAllowed);
        } else {
            bounded_and_required(&footer, "/interactive/footer/text", 60);
        }
    }
}

#[test]
fn actions_have_the_name_of_their_kind() {
    for (kind, action) in kinds() {
        if action.get("name").is_none() {
            continue;
        }
        let mut message = interactive(kind, action);
        if kind == "product_list" {
            message = with(&message, "/interactive/header", json!({"type": "text", "text": "H"}));
        }
        needed(&message, "/interactive/action/name");
        refused_at(
            &with(&message, "/interactive/action/name", "other"),
            "/interactive/action/name",
            Rule::Value,
        );
    }
}

#[test]
fn call_buttons() {
    let call =
        interactive("voice_call", json!({"name": "voice_call", "parameters": {"display_text": "Call"}}));
    bounded(&call, "/interactive/action/parameters/display_text", 20);
    whole(&call, "/interactive/action/parameters/ttl_minutes", [1, 43_200]);
    text_at_will(&call, "/interactive/action/parameters/payload");
    // Written so by languages that divide seconds.
    passes(&with(&call, "/interactive/action/parameters/ttl_minutes", 4320.0));
    refused_at(
        &with(&call, "/interactive/action/parameters", 1),
        "/interactive/action/parameters",
        Rule::Type,
    );
}

#[test]
fn kinds_nobody_has_heard_of_need_an_action() {
    let odd = interactive("hologram", json!({}));
    passes(&with(&odd, "/interactive/body", 1));
    needed(&odd, "/interactive/action");
    refused_at(&with(&odd, "/interactive/action", "x"), "/interactive/action", Rule::Type);
    needed(&odd, "/interactive/type");
}

#[test]
fn contact_cards_have_text_in_every_field() {
    let card = json!({"name": {"formatted_name": "J S", "first_name": "J"}, "phones": [{"phone": "+1650"}],
        "emails": [{"email": "b@acme.test"}], "urls": [{"url": "https://acme.test"}], "addresses": [{}], "org": {}});
    let cards = message(json!({"type": "contacts", "contacts": [card]}));
    for field in ["phones/0/phone", "emails/0/email", "urls/0/url"] {
        needed(&cards, &format!("/contacts/0/{field}"));
        let pointer = format!("/contacts/0/{field}");
        refused_at(&with(&cards, &pointer, ""), &pointer, Rule::Length);
    }
    for field in ["phones/0/type", "phones/0/wa_id", "emails/0/type", "urls/0/type"] {
        text_at_will(&cards, &format!("/contacts/0/{field}"));
    }
    for field in ["street", "city", "state", "zip", "country", "country_code", "type"] {
        text_at_will(&cards, &format!("/contacts/0/addresses/0/{field}"));
    }
    for field in ["company", "department", "title"] {
        text_at_will(&cards, &format!("/contacts/0/org/{field}"));
    }
    for field in ["last_name", "middle_name", "suffix", "prefix"] {
        text_at_will(&cards, &format!("/contacts/0/name/{field}"));
        let only = json!({"formatted_name": "J S", field: "J"});
        passes(&with(&cards, "/contacts/0/name", only));
    }
    refused_at(&with(&cards, "/contacts/0/org", "Acme"), "/contacts/0/org", Rule::Type);
    refused_at(&with(&cards, "/contacts/0/addresses", json!({})), "/contacts/0/addresses", Rule::Type);
}

#[test]
fn every_violation_of_a_message_is_told_in_order() {
    let mut call = interactive("voice_call", json!({"name": "call", "parameters": {"ttl_minutes": 0}}));
    call["interactive"]["body"]["text"] = long(1025).into();
    call["to"] = "me".into();
    let found: Vec<_> = violations(&call).into_iter().map(|v| v.pointer).collect();
    let at = [
        "/to",
        "/interactive/body/text",
        "/interactive/action/name",
        "/interactive/action/parameters/ttl_minutes",
    ];
    assert_eq!(found, at);
    words(&interactive("hologram", json!({})), "/recipient_type", &["individual"]);
}
