//! What is known is typed, what isn't is kept and named.

use cloud_api::webhook::{
    Content, InteractiveKind, Message, MessageKind, Status, StatusKind, SurpriseKind, parse,
};
use serde_json::{Value as Json, json};

use super::{first, first_message, surprises, wrap};

fn message(message: Json) -> (Message, Vec<(String, SurpriseKind)>) {
    let envelope = wrap(json!({"messages": [message]}));
    (first_message(&envelope), surprises(&envelope))
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
            (format!("{AT}/text"), SurpriseKind::UnexpectedShape),
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
