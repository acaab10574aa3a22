//! Every limit of outbound messages, at its bound and one beyond.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod addresses;
mod arbitrary;
mod bodies;
mod carousels;
mod envelopes;
mod files;
mod forms;
mod interactive;
mod orders;
mod parameters;
mod products;
mod relatives;
mod templates;

use cloud_api::message::{Rule, Violation, check};
use serde_json::{Value, json};

/// A text message with other fields put in, or left out where they are null.
fn message(fields: Value) -> Value {
    let mut message = json!({"messaging_product": "whatsapp", "to": "+16505551234"});
    for (key, value) in fields.as_object().unwrap() {
        message[key] = value.clone();
    }
    message
}

fn violations(message: &Value) -> Vec<Violation> {
    check(message).err().unwrap_or_default()
}

#[track_caller]
fn passes(message: &Value) {
    assert_eq!(violations(message), [], "{message}");
}

/// The one violation of a message.
#[track_caller]
fn refused(message: &Value) -> Violation {
    let found = violations(message);
    assert_eq!(found.len(), 1, "{message}: {found:?}");
    found.into_iter().next().unwrap()
}

#[track_caller]
fn refused_at(message: &Value, pointer: &str, rule: Rule) {
    let violation = refused(message);
    assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, rule), "{violation:?}");
}

/// Text of so many characters, each of several bytes: limits count characters.
fn long(characters: usize) -> String {
    "ñ".repeat(characters)
}

/// Puts texts of `max` and `max + 1` characters at a place and expects the second to be refused there.
#[track_caller]
fn bounded(template: &Value, pointer: &str, max: usize) {
    let with = |text: String| {
        let mut message = template.clone();
        *message.pointer_mut(pointer).unwrap() = text.into();
        message
    };
    passes(&with(long(max)));
    let violation = refused(&with(long(max + 1)));
    assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, Rule::Length));
    assert_eq!((violation.limit, violation.given), (Some(max as u64), Some(max as u64 + 1)));
    assert!(violation.message.contains(&format!("Max length: {max}")), "{}", violation.message);
    assert_eq!(violation.code(), 131_009);
}

/// As [`bounded`], and the text may be neither empty nor absent.
#[track_caller]
fn bounded_and_required(template: &Value, pointer: &str, max: usize) {
    bounded(template, pointer, max);
    needed(template, pointer);
    let mut empty = template.clone();
    *empty.pointer_mut(pointer).unwrap() = "".into();
    let violation = refused(&empty);
    assert_eq!(
        (violation.pointer.as_str(), violation.rule, violation.limit),
        (pointer, Rule::Length, Some(1))
    );
}

/// Takes a field out and expects that to be refused.
#[track_caller]
fn needed(template: &Value, pointer: &str) {
    passes(template);
    let mut absent = template.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    absent.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
    let violation = refused(&absent);
    assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, Rule::Required));
}

/// The same message with a value put in at a place.
fn with(message: &Value, pointer: &str, value: impl Into<Value>) -> Value {
    let mut message = message.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match message.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.into(),
        object => object[key] = value.into(),
    }
    message
}

/// A whole number within bounds, at both of them and one beyond, and nothing else.
#[track_caller]
fn whole(template: &Value, pointer: &str, [min, max]: [i64; 2]) {
    for fine in [min, max] {
        passes(&with(template, pointer, fine));
    }
    for beyond in [min - 1, max + 1] {
        refused_at(&with(template, pointer, beyond), pointer, Rule::Value);
    }
    for odd in [json!("7"), json!(1.5), json!([]), json!(true)] {
        refused_at(&with(template, pointer, odd), pointer, Rule::Type);
    }
}

/// One of some words, and nothing else.
#[track_caller]
fn words(template: &Value, pointer: &str, allowed: &[&str]) {
    for word in allowed {
        passes(&with(template, pointer, *word));
    }
    refused_at(&with(template, pointer, "nonsense"), pointer, Rule::Value);
    refused_at(&with(template, pointer, 7), pointer, Rule::Type);
}

/// A field that may be absent, but isn't a thing of another type.
#[track_caller]
fn text_at_will(template: &Value, pointer: &str) {
    passes(&with(template, pointer, "x"));
    passes(&with(template, pointer, Value::Null));
    refused_at(&with(template, pointer, 7), pointer, Rule::Type);
}

#[test]
fn envelope() {
    let text = message(json!({"type": "text", "text": {"body": "Hi"}}));
    passes(&text);
    passes(&message(json!({"text": {"body": "no type is text"}})));
    needed(&text, "/messaging_product");
    needed(&text, "/text");
    refused_at(
        &message(json!({"messaging_product": "sms", "text": {"body": "x"}})),
        "/messaging_product",
        Rule::Value,
    );
    refused_at(&message(json!({"type": 1})), "/type", Rule::Type);
    refused_at(&message(json!({"type": "text", "text": "x"})), "/text", Rule::Type);
    refused_at(&json!([]), "", Rule::Type);
    let mut data = text.clone();
    data["biz_opaque_callback_data"] = "x".into();
    bounded(&data, "/biz_opaque_callback_data", 512);
}

#[test]
fn missing_things_have_metas_codes() {
    let code = |value: Value| refused(&value).code();
    assert_eq!(code(json!({"to": "+16505551234", "text": {"body": "x"}})), 100);
    assert_eq!(code(json!({"messaging_product": "whatsapp", "text": {"body": "x"}})), 131_008);
    assert_eq!(code(message(json!({"type": "text"}))), 131_008);
}

#[test]
fn recipients() {
    let to = |fields: Value| {
        let mut message = json!({"messaging_product": "whatsapp", "text": {"body": "x"}});
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        message
    };
    for phone in ["16505551234", "+1 (650) 555-1234", "+34 600.000.000"] {
        passes(&to(json!({"to": phone})));
    }
    for phone in ["", "ana", "US.13491208655302741918", "+", "++--", &"1".repeat(21)] {
        let rule = if phone.is_empty() { Rule::Length } else { Rule::Format };
        refused_at(&to(json!({"to": phone})), "/to", rule);
    }
    let longest = format!("ES.{}", "a".repeat(128));
    for user in ["US.13491208655302741918", "US.ENT.11815799212886844830", "ES.x", &longest] {
        passes(&to(json!({"recipient": user})));
        passes(&to(json!({"to": "+16505551234", "recipient": user})));
    }
    let too_long = format!("ES.{}", "a".repeat(129));
    for user in [
        "us.1",
        "USA.1",
        "US.",
        "US.ENT.",
        "US.1-2",
        "US1",
        "16505551234",
        " US.1",
        "US.ENT.ENT.1",
        &too_long,
    ] {
        refused_at(&to(json!({"recipient": user})), "/recipient", Rule::Format);
    }
    passes(&to(json!({"to": "Y2FwaV9ncm91cDox", "recipient_type": "group"})));
    passes(&to(json!({"to": "16505551234", "recipient_type": "individual"})));
    refused_at(&to(json!({"to": "16505551234", "recipient_type": "crowd"})), "/recipient_type", Rule::Value);
    refused_at(&to(json!({"to": 16_505_551_234_u64})), "/to", Rule::Type);
    refused_at(&to(json!({"recipient_type": "group", "recipient": "US.1"})), "/to", Rule::Required);
    refused_at(&to(json!({})), "/to", Rule::Required);
}

#[test]
fn reply_context() {
    let reply = message(json!({"text": {"body": "x"}, "context": {"message_id": "wamid.IN"}}));
    needed(&reply, "/context/message_id");
    let reaction = json!({"type": "reaction", "reaction": {"message_id": "wamid.IN", "emoji": "👍"}});
    passes(&message(reaction.clone()));
    let mut quoting = message(reaction);
    quoting["context"] = json!({"message_id": "wamid.IN"});
    refused_at(&quoting, "/context", Rule::NotAllowed);
}

#[test]
fn text() {
    bounded_and_required(&message(json!({"type": "text", "text": {"body": "x"}})), "/text/body", 4096);
    let direct = message(json!({"type": "text", "text": {"body": "x"}, "category": "utility"}));
    bounded(&direct, "/text/body", 1024);
    refused_at(&message(json!({"text": {"body": 5}})), "/text/body", Rule::Type);
    refused_at(
        &message(json!({"text": {"body": "x", "preview_url": "yes"}})),
        "/text/preview_url",
        Rule::Type,
    );
}

#[test]
fn media() {
    for kind in ["image", "video", "document"] {
        let mut by_id = message(json!({"type": kind}));
        by_id[kind] = json!({"id": "1479537139650973", "caption": "x"});
        bounded(&by_id, &format!("/{kind}/caption"), 1024);
        needed(&by_id, &format!("/{kind}/id"));
    }
    for kind in ["image", "video", "document", "audio", "sticker"] {
        let with = |payload: Value| {
            let mut message = message(json!({"type": kind}));
            message[kind] = payload;
            message
        };
        passes(&with(json!({"link": "https://acme.test/a"})));
        passes(&with(json!({"id": "1"})));
        let at = |key: &str| format!("/{kind}/{key}");
        refused_at(&with(json!({"id": "1", "link": "https://acme.test/a"})), &at("link"), Rule::NotAllowed);
        refused_at(&with(json!({"id": ""})), &at("id"), Rule::Length);
        for link in ["ftp://acme.test", "acme.test/a", "https://", "https:///a", "https://a b"] {
            refused_at(&with(json!({"link": link})), &at("link"), Rule::Format);
        }
    }
    for kind in ["audio", "sticker"] {
        let mut message = message(json!({"type": kind}));
        message[kind] = json!({"id": "1", "caption": "x"});
        refused_at(&message, &format!("/{kind}/caption"), Rule::NotAllowed);
    }
    passes(&message(json!({"type": "document", "document": {"id": "1", "filename": "order.pdf"}})));
    passes(&message(json!({"type": "audio", "audio": {"id": "1", "voice": true}})));
    refused_at(
        &message(json!({"type": "audio", "audio": {"id": "1", "voice": 1}})),
        "/audio/voice",
        Rule::Type,
    );
    let named = message(json!({"type": "image", "image": {"id": "1", "filename": "a.png"}}));
    refused_at(&named, "/image/filename", Rule::NotAllowed);
}

#[test]
fn locations() {
    let at = |latitude: Value, longitude: Value| {
        message(
            json!({"type": "location", "location": {"latitude": latitude, "longitude": longitude, "name": "HQ"}}),
        )
    };
    passes(&at(json!(90), json!(-180)));
    passes(&at(json!("37.44216251868683"), json!("-122.16153582049394")));
    needed(&at(json!(1), json!(2)), "/location/latitude");
    needed(&at(json!(1), json!(2)), "/location/longitude");
    for odd in [json!(90.1), json!(-90.1), json!("north"), json!("NaN")] {
        refused_at(&at(odd, json!(0)), "/location/latitude", Rule::Value);
    }
    refused_at(&at(json!(0), json!(180.1)), "/location/longitude", Rule::Value);
    refused_at(&at(json!(0), json!([])), "/location/longitude", Rule::Type);
}

#[test]
fn contact_cards() {
    let card = json!({"name": {"formatted_name": "J S", "first_name": "J"}, "birthday": "1999-01-23",
        "phones": [{"phone": "+16505559999", "type": "Mobile", "wa_id": "16505559999"}],
        "emails": [{"email": "b@acme.test"}], "urls": [{"url": "https://acme.test"}],
        "addresses": [{"city": "Menlo Park"}], "org": {"company": "Acme"}});
    let cards = |cards: Vec<Value>| message(json!({"type": "contacts", "contacts": cards}));
    passes(&cards(vec![card.clone(); 257]));
    let violation = refused(&cards(vec![card.clone(); 258]));
    assert_eq!((violation.rule, violation.limit, violation.given), (Rule::Count, Some(257), Some(258)));
    refused_at(&cards(vec![]), "/contacts", Rule::Count);
    needed(&cards(vec![card.clone()]), "/contacts/0/name");
    needed(&cards(vec![card.clone()]), "/contacts/0/name/formatted_name");
    needed(&cards(vec![card.clone()]), "/contacts/0/name/first_name");
    for birthday in ["23/01/1999", "1999-1-23", "1999-13-01", "1999-01-32", "1999-01-01-01"] {
        let mut card = card.clone();
        card["birthday"] = birthday.into();
        refused_at(&cards(vec![card]), "/contacts/0/birthday", Rule::Format);
    }
    let mut odd = card;
    odd["phones"] = json!(["+1650"]);
    refused_at(&cards(vec![odd]), "/contacts/0/phones/0", Rule::Type);
}

#[test]
fn reactions() {
    let reaction =
        message(json!({"type": "reaction", "reaction": {"message_id": "wamid.IN", "emoji": "😀"}}));
    needed(&reaction, "/reaction/message_id");
    needed(&reaction, "/reaction/emoji");
    passes(&message(json!({"type": "reaction", "reaction": {"message_id": "wamid.IN", "emoji": ""}})));
}

#[test]
fn read_receipts() {
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN",
        "typing_indicator": {"type": "text"}});
    needed(&read, "/message_id");
    needed(&read, "/messaging_product");
    needed(&read, "/typing_indicator/type");
    let mut odd = read.clone();
    odd["status"] = "delivered".into();
    refused_at(&odd, "/status", Rule::Value);
    odd = read;
    odd["typing_indicator"] = json!({"type": "dance"});
    refused_at(&odd, "/typing_indicator/type", Rule::Value);
}

#[test]
fn pins() {
    let pin = |days: Value| {
        message(json!({"recipient_type": "group", "to": "GROUP", "type": "pin",
            "pin": {"type": "pin", "message_id": "wamid.X", "expiration_days": days}}))
    };
    passes(&pin(json!(1)));
    passes(&pin(json!(30)));
    for days in [json!(0), json!(31), json!("4")] {
        refused_at(&pin(days), "/pin/expiration_days", Rule::Value);
    }
    let mut alone = pin(json!(4));
    alone["recipient_type"] = "individual".into();
    alone["to"] = "16505551234".into();
    refused_at(&alone, "/recipient_type", Rule::Value);
}

#[test]
fn unknown_kinds_are_refused_with_the_known_ones() {
    let violation = refused(&message(json!({"type": "hologram", "hologram": {"depth": 3}})));
    assert_eq!((violation.pointer.as_str(), violation.rule, violation.code()), ("/type", Rule::Value, 100));
    assert!(violation.message.contains("{text, image, video, "), "{}", violation.message);
}
