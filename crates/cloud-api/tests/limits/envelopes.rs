//! Groups, Direct Send, marketing messages.

use cloud_api::message::{Rule, check_content, check_marketing, limits};
use serde_json::{Value, json};

use super::bodies::all;
use super::{bounded, long, message, needed, passes, refused, refused_at, violations, whole, with, words};

fn buttons() -> Value {
    json!({"type": "button", "body": {"text": "B"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]}})
}

#[test]
fn groups_take_text_media_templates_and_pins() {
    for body in all() {
        let kind = body["type"].as_str().unwrap().to_owned();
        let group = with(&with(&body, "/recipient_type", "group"), "/to", "GROUP");
        if limits::GROUP_KINDS.contains(&kind.as_str()) {
            passes(&group);
        } else {
            refused_at(&group, "/type", Rule::NotAllowed);
        }
    }
    refused_at(
        &message(json!({"recipient_type": "group", "to": "G", "type": "hologram"})),
        "/type",
        Rule::Value,
    );
}

#[test]
fn direct_send_takes_text_buttons_and_links() {
    let text = message(json!({"type": "text", "text": {"body": "x"}, "category": "utility"}));
    words(&text, "/category", &["utility", "authentication", "service"]);
    let link = json!({"type": "cta_url", "body": {"text": "B"}, "action": {"name": "cta_url",
        "parameters": {"display_text": "Open", "url": "https://acme.test"}}});
    let list = json!({"type": "list", "body": {"text": "B"}, "action": {"button": "Open",
        "sections": [{"rows": [{"id": "1", "title": "One"}]}]}});
    for category in ["utility", "authentication"] {
        let send = |interactive: &Value| {
            message(json!({"type": "interactive", "interactive": interactive, "category": category}))
        };
        passes(&send(&buttons()));
        passes(&send(&link));
        refused_at(&send(&list), "/interactive/type", Rule::NotAllowed);
        let image = json!({"type": "image", "image": {"id": "1"}, "category": category});
        refused_at(&message(image), "/type", Rule::NotAllowed);
        bounded(&with(&text, "/category", category), "/text/body", 1024);
    }
    let template = json!({"type": "template", "template": {"name": "a", "language": {"code": "en"}}});
    refused_at(&with(&message(template), "/category", "utility"), "/type", Rule::NotAllowed);
    // A category of service is a message as any other.
    passes(&message(json!({"type": "interactive", "interactive": list, "category": "service"})));
    bounded(&with(&text, "/category", "service"), "/text/body", 4096);
}

#[test]
fn direct_send_has_a_time_limit_by_category() {
    let text = |category: &str| {
        message(json!({"type": "text", "text": {"body": "x"}, "category": category, "ttl_seconds": 30,
            "direct_send_config": {"template_name": "a"}}))
    };
    whole(&text("utility"), "/ttl_seconds", [30, 43_200]);
    whole(&text("authentication"), "/ttl_seconds", [30, 900]);
    let violation = refused(&with(&text("utility"), "/ttl_seconds", 43_201));
    assert_eq!((violation.limit, violation.given), (Some(43_200), Some(43_201)));
    bounded(&text("utility"), "/direct_send_config/template_name", 512);
    for alone in [Value::Null, json!("service")] {
        let message = with(&text("utility"), "/category", alone);
        let found: Vec<_> = violations(&message).iter().map(|v| (v.pointer.clone(), v.code())).collect();
        assert_eq!(found, [("/ttl_seconds".to_owned(), 100), ("/direct_send_config".to_owned(), 100)]);
    }
}

#[test]
fn one_time_passwords_need_a_phone_number() {
    let send = |fields: Value| {
        let mut message =
            json!({"messaging_product": "whatsapp", "text": {"body": "x"}, "category": "authentication"});
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        message
    };
    passes(&send(json!({"to": "+16505551234"})));
    passes(&send(json!({"to": "+16505551234", "recipient": "US.1"})));
    let violation = refused(&send(json!({"recipient": "US.1"})));
    assert_eq!(
        (violation.pointer.as_str(), violation.rule, violation.code()),
        ("/recipient", Rule::NotAllowed, 131_062)
    );
    passes(&with(&send(json!({"recipient": "US.1"})), "/category", "utility"));
}

#[test]
fn unaddressed_messages_are_judged_by_their_content() {
    assert_eq!(check_content(&json!({"text": {"body": "x"}})), Ok(()));
    assert_eq!(check_content(&json!({"type": "interactive", "interactive": buttons()})), Ok(()));
    let found = check_content(&json!({"text": {"body": ""}})).unwrap_err();
    assert_eq!((found.len(), found[0].pointer.as_str()), (1, "/text/body"));
    assert_eq!(check_content(&json!({"type": "fax"})).unwrap_err()[0].pointer, "/type");
    assert_eq!(check_content(&json!("x")).unwrap_err()[0].rule, Rule::Type);
}

#[test]
fn marketing_messages_are_templates_with_two_options() {
    let template = json!({"type": "template", "template": {"name": "sale", "language": {"code": "en"}}});
    let fine =
        with(&with(&message(template), "/product_policy", "STRICT"), "/message_activity_sharing", true);
    let refused_as = |message: &Value, pointer: &str, rule: Rule| {
        let found = check_marketing(message).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].pointer.as_str(), found[0].rule), (pointer, rule));
    };
    assert_eq!(check_marketing(&fine), Ok(()));
    assert_eq!(check_marketing(&with(&fine, "/product_policy", "CLOUD_API_FALLBACK")), Ok(()));
    refused_as(&with(&fine, "/product_policy", "LAX"), "/product_policy", Rule::Value);
    refused_as(&with(&fine, "/message_activity_sharing", "yes"), "/message_activity_sharing", Rule::Type);
    refused_as(&with(&fine, "/to", Value::Null), "/to", Rule::Required);
    refused_as(&with(&fine, "/template/name", ""), "/template/name", Rule::Length);
    refused_as(
        &with(&fine, "/biz_opaque_callback_data", long(513)),
        "/biz_opaque_callback_data",
        Rule::Length,
    );
    refused_as(&message(json!({"type": "text", "text": {"body": "x"}})), "/type", Rule::Value);
    refused_as(&message(json!({"text": {"body": "x"}})), "/type", Rule::Required);
}

#[test]
fn unpinning_needs_no_time() {
    let pin = message(json!({"recipient_type": "group", "to": "G", "type": "pin",
        "pin": {"type": "pin", "message_id": "wamid.X", "expiration_days": 4}}));
    needed(&pin, "/pin/type");
    needed(&pin, "/pin/message_id");
    needed(&pin, "/pin/expiration_days");
    passes(&with(&with(&pin, "/pin/type", "unpin"), "/pin/expiration_days", Value::Null));
    refused_at(&with(&pin, "/pin/type", "glue"), "/pin/type", Rule::Value);
}

#[test]
fn reactions_are_emoji() {
    let reaction =
        message(json!({"type": "reaction", "reaction": {"message_id": "wamid.IN", "emoji": "😀"}}));
    for emoji in ["", "❤", "1️⃣", "🇪🇸", "👩‍👩‍👧", "ℹ️"] {
        passes(&with(&reaction, "/reaction/emoji", emoji));
    }
    for words in ["hello", ":)", "1", " "] {
        refused_at(&with(&reaction, "/reaction/emoji", words), "/reaction/emoji", Rule::Format);
    }
}
