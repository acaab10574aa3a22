//! Webhooks are read without loss, known or not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use cloud_api::webhook::{
    Content, Envelope, Field, InteractiveKind, Message, MessageKind, MessagesValue, Status, StatusKind,
    SurpriseKind, Value, advance, parse,
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// The samples, or nothing when this checkout has none.
fn samples() -> Vec<(String, Vec<u8>)> {
    let shared = std::env::var_os("WAYPOST_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(shared.join("webhook-samples")) else {
        eprintln!("left out: webhook samples (no {} ; set WAYPOST_SHARED)", shared.display());
        return Vec::new();
    };
    let paths = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"));
    let read = |path: PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
    };
    let samples: Vec<_> = paths.map(read).collect();
    assert!(samples.len() >= 100, "only {} samples found", samples.len());
    samples
}

fn sample(name: &str) -> Option<Envelope> {
    let (_, body) = samples().into_iter().find(|(file, _)| file == name)?;
    Some(parse(&body).unwrap())
}

#[test]
fn every_sample_is_written_as_it_was_read() {
    for (name, body) in samples() {
        let envelope = parse(&body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let before: Json = serde_json::from_slice(&body).unwrap();
        assert_eq!(serde_json::to_value(&envelope).unwrap(), before, "{name}");
        let again: Envelope = serde_json::from_value(before).unwrap();
        assert_eq!(again, envelope, "{name}");
    }
}

#[test]
fn no_sample_surprises() {
    for (name, body) in samples() {
        assert_eq!(parse(&body).unwrap().surprises(), [], "{name}");
    }
}

#[test]
fn every_sample_of_messages_has_typed_values_with_a_phone_number() {
    for (name, body) in samples() {
        for (_, change) in parse(&body).unwrap().changes() {
            if matches!(change.field, Some(Field::Messages | Field::SmbMessageEchoes | Field::Standby)) {
                let value = change.value.as_messages().unwrap_or_else(|| panic!("{name}"));
                assert_eq!(value.phone_number_id(), Some("106540352242922"), "{name}");
            }
        }
    }
}

#[test]
fn samples_of_other_kinds_are_typed_too() {
    let Some(envelope) = sample("template_status_rejected.json") else { return };
    let (_, change) = envelope.changes().next().unwrap();
    let Value::Template(update) = &change.value else { panic!("{change:?}") };
    assert_eq!(update.event, Some(cloud_api::webhook::TemplateEvent::Rejected));
    assert!(update.message_template_id.is_some());
    let envelope = sample("standby_echo_template.json").unwrap();
    let value = first(&envelope);
    assert_eq!(value.standby.unwrap().message_echoes.unwrap().len(), 1);
    let envelope = sample("messages_contacts_request_reply.json").unwrap();
    assert!(matches!(first_message(&envelope).content, Content::Contacts(cards) if cards.len() == 1));
    let envelope = sample("batch_two_entries.json").unwrap();
    assert!(envelope.changes().count() >= 2);
}

fn wrap(value: Json) -> Envelope {
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]});
    let envelope = parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
    envelope
}

fn first(envelope: &Envelope) -> MessagesValue {
    envelope.changes().next().unwrap().1.value.as_messages().unwrap().clone()
}

fn first_message(envelope: &Envelope) -> Message {
    first(envelope).messages()[0].clone()
}

fn message(message: Json) -> (Message, Vec<(String, SurpriseKind)>) {
    let envelope = wrap(json!({"messages": [message]}));
    (first_message(&envelope), surprises(&envelope))
}

fn surprises(envelope: &Envelope) -> Vec<(String, SurpriseKind)> {
    envelope.surprises().into_iter().map(|s| (s.pointer, s.kind)).collect()
}

const AT: &str = "/entry/0/changes/0/value/messages/0";

#[test]
fn an_unknown_kind_survives_and_is_seen() {
    let (message, surprises) =
        message(json!({"id": "wamid.1", "type": "hologram", "hologram": {"depth": 3}}));
    assert_eq!(message.kind, Some(MessageKind::Other("hologram".into())));
    assert_eq!(message.content, Content::Other { kind: "hologram".into(), payload: json!({"depth": 3}) });
    assert_eq!(surprises, [(format!("{AT}/type"), SurpriseKind::UnknownWord("hologram".into()))]);
}

#[test]
fn an_unknown_field_survives_and_is_seen() {
    let (message, surprises) = message(
        json!({"type": "text", "text": {"body": "hi", "mood": "good"}, "a/b": 1, "from_logical_id": "9"}),
    );
    assert!(matches!(&message.content, Content::Text(text) if text.body.as_deref() == Some("hi")));
    assert_eq!(
        surprises,
        [
            (format!("{AT}/text/mood"), SurpriseKind::UnknownField),
            (format!("{AT}/a~1b"), SurpriseKind::UnknownField),
            (format!("{AT}/from_logical_id"), SurpriseKind::UnknownField),
        ]
    );
}

#[test]
fn a_field_of_another_form_survives_and_hides_nothing_else() {
    let (message, surprises) =
        message(json!({"id": "wamid.1", "timestamp": "soon", "type": "text", "text": "just words"}));
    assert_eq!(message.id.as_deref(), Some("wamid.1"));
    assert_eq!(message.content, Content::None);
    assert_eq!(
        surprises,
        [
            (format!("{AT}/text"), SurpriseKind::UnknownField),
            (format!("{AT}/timestamp"), SurpriseKind::UnexpectedShape),
        ]
    );
}

#[test]
fn a_missing_payload_is_seen() {
    let (_, surprises) = message(json!({"type": "text"}));
    assert_eq!(surprises, [(format!("{AT}/text"), SurpriseKind::Missing)]);
    assert_eq!(message(json!({"type": "request_welcome"})).1, []);
    assert_eq!(message(json!({})).1, [(format!("{AT}/type"), SurpriseKind::Missing)]);
}

#[test]
fn unknown_statuses_and_fields_of_webhooks_survive_and_are_seen() {
    let envelope = wrap(json!({"statuses": [{"id": "wamid.1", "status": "smelled", "timestamp": "5"}]}));
    assert_eq!(first(&envelope).statuses()[0].status, Some(StatusKind::Other("smelled".into())));
    assert_eq!(surprises(&envelope).len(), 1);
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"changes": [{"field": "telepathy", "value": {"x": null}}]}]});
    let envelope = parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
    let field = (String::from("/entry/0/changes/0/field"), SurpriseKind::UnknownWord("telepathy".into()));
    assert_eq!(surprises(&envelope), [field]);
}

#[test]
fn ids_and_times_are_read_as_text_and_as_number() {
    let text: Status = serde_json::from_value(json!({"id": "7", "timestamp": "1750030073"})).unwrap();
    let number: Status = serde_json::from_value(json!({"id": 7, "timestamp": 1_750_030_073})).unwrap();
    for status in [text, number] {
        assert_eq!(status.id.as_deref(), Some("7"));
        assert_eq!(status.timestamp.unwrap().seconds(), 1_750_030_073);
    }
}

#[test]
fn a_null_is_kept_without_surprise() {
    let (message, surprises) = message(json!({"id": null, "type": "text", "text": {"body": null}}));
    assert_eq!(message.id, None);
    assert_eq!(surprises, []);
}

#[test]
fn the_sender_is_found_by_either_identity() {
    let envelope = wrap(json!({
        "contacts": [{"wa_id": "1"}, {"user_id": "US.2", "profile": {"username": "@ana"}}],
        "messages": [{"from": "1", "type": "text", "text": {}}, {"from_user_id": "US.2", "type": "text", "text": {}}],
    }));
    let value = first(&envelope);
    assert_eq!(value.sender_of(&value.messages()[0]).unwrap().wa_id.as_deref(), Some("1"));
    assert_eq!(value.sender_of(&value.messages()[1]).unwrap().user_id.as_deref(), Some("US.2"));
}

#[test]
fn replies_are_typed() {
    let (message, surprises) = message(json!({"type": "interactive", "interactive":
        {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}}));
    let Content::Interactive(reply) = message.content else { panic!() };
    assert_eq!(reply.kind, Some(InteractiveKind::ButtonReply));
    assert_eq!(reply.button_reply.unwrap().id.as_deref(), Some("yes"));
    assert_eq!(surprises, []);
}

#[test]
fn errors_in_statuses_say_what_to_do() {
    let status: Status = serde_json::from_value(json!({"status": "failed", "errors": [{"code": 131_047,
        "title": "Re-engagement message", "error_data": {"details": "24 hours"}}]}))
    .unwrap();
    let error = status.errors.unwrap()[0].to_graph();
    assert_eq!((error.code, error.details.as_deref()), (131_047, Some("24 hours")));
    assert_eq!(error.disposition(), cloud_api::error::Disposition::Never);
}

#[test]
fn bodies_that_are_no_webhooks_are_refused() {
    for body in ["", "{", "nonsense", "[]", "null", "{}", r#"{"entry":{}}"#, r#"{"entry":[1]}"#, "\u{feff}{}"]
    {
        assert!(parse(body.as_bytes()).is_err(), "{body}");
    }
    assert!(parse(b"{\"entry\":[],\"\xff\":1}").is_err());
    let deep = format!("{{\"entry\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(parse(deep.as_bytes()).is_err());
}

#[test]
fn statuses_combine_to_the_furthest() {
    use StatusKind::{Accepted, Delivered, Failed, Played, Read, Sent};
    let order = [Accepted, Sent, Failed, Delivered, Read, Played];
    for (i, a) in order.iter().enumerate() {
        for (j, b) in order.iter().enumerate() {
            assert_eq!(advance(a, b), order[i.max(j)], "{a} then {b}");
        }
        assert_eq!(advance(a, &StatusKind::Other("smelled".into())), *a);
        assert_eq!(advance(a, &StatusKind::Captured), *a);
    }
    assert_eq!(advance(&StatusKind::Deleted, &Sent), Sent);
}

/// JSON whose keys and words are those of webhooks, so that typed code is reached.
fn webhookish() -> impl Strategy<Value = Json> {
    let word = prop_oneof![
        Just("text".to_owned()),
        Just("type".to_owned()),
        Just("messages".to_owned()),
        Just("statuses".to_owned()),
        Just("interactive".to_owned()),
        Just("edit".to_owned()),
        Just("errors".to_owned()),
        "[a-z/~]{0,6}",
    ];
    let keys = prop_oneof![
        4 => proptest::sample::select(vec!["entry", "changes", "field", "value", "messages", "statuses", "contacts",
            "type", "text", "id", "timestamp", "interactive", "edit", "message", "errors", "code", "from", "status"])
            .prop_map(str::to_owned),
        1 => word.clone(),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        (-1e9..1e9f64).prop_map(Json::from),
        word.prop_map(Json::from),
    ];
    leaf.prop_recursive(8, 64, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            3 => prop::collection::vec((keys.clone(), inner), 0..6)
                .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parsing_never_panics_on_bytes(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&body);
    }

    #[test]
    fn any_value_survives(value in webhookish(), field in webhookish()) {
        for field in [field, Json::from("messages"), Json::from("message_template_status_update")] {
            let body = json!({"entry": [{"changes": [{"field": field, "value": value}]}]});
            let envelope = parse(body.to_string().as_bytes()).unwrap();
            let _ = envelope.surprises();
            prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
        }
    }

    #[test]
    fn any_message_survives(message in webhookish()) {
        let body = json!({"entry": [{"changes": [{"field": "messages", "value": {"messages": [message]}}]}]});
        let envelope = parse(body.to_string().as_bytes()).unwrap();
        let _ = envelope.surprises();
        prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
    }

    #[test]
    fn any_envelope_survives(body in webhookish()) {
        if let Ok(envelope) = parse(body.to_string().as_bytes()) {
            let _ = envelope.surprises();
            prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
        }
    }
}
