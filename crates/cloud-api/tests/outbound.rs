//! Typed messages become the JSON that Meta documents.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use cloud_api::message::{
    Action, Component, Content, Header, Interactive, Location, Media, Outbound, Parameter, Reaction,
    Recipient, ReplyButton, Row, Section, Template, check,
};
use serde_json::{Value, json};

fn phone() -> Recipient {
    Recipient::Phone("+16505551234".into())
}

/// The message's JSON without what every message has; read back it is the same message.
#[track_caller]
fn payload(content: Content) -> Value {
    let message = Outbound::new(phone(), content);
    assert_eq!(message.validate(), Ok(()));
    let json = message.to_json();
    assert_eq!(serde_json::from_value::<Outbound>(json.clone()).unwrap(), message);
    let kind = json["type"].as_str().unwrap().to_owned();
    json[kind].clone()
}

#[test]
fn a_whole_message() {
    let message = Outbound::text(phone(), "Hi").in_reply_to("wamid.IN").with_callback_data("order:1");
    let json = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
        "type": "text", "text": {"body": "Hi"}, "context": {"message_id": "wamid.IN"},
        "biz_opaque_callback_data": "order:1"});
    assert_eq!(message.to_json(), json);
    assert_eq!(check(&json), Ok(()));
}

#[test]
fn recipients_go_into_their_fields() {
    let fields = |recipient: Recipient| {
        let json = Outbound::text(recipient.clone(), "Hi").to_json();
        assert_eq!(serde_json::from_value::<Outbound>(json.clone()).unwrap().recipient, recipient);
        (json["recipient_type"].clone(), json["to"].clone(), json["recipient"].clone())
    };
    let user = || "US.1".to_owned();
    assert_eq!(fields(Recipient::User(user())), (json!("individual"), Value::Null, json!("US.1")));
    let both = Recipient::PhoneAndUser { phone: "1650".into(), user: user() };
    assert_eq!(fields(both), (json!("individual"), json!("1650"), json!("US.1")));
    assert_eq!(fields(Recipient::Group("G".into())), (json!("group"), json!("G"), Value::Null));
}

#[test]
fn media_and_places() {
    let image = Media::id("1").with_caption("x");
    assert_eq!(payload(Content::Image(image)), json!({"id": "1", "caption": "x"}));
    let document = Media::link("https://acme.test/a").with_filename("a.pdf");
    assert_eq!(
        payload(Content::Document(document)),
        json!({"link": "https://acme.test/a", "filename": "a.pdf"})
    );
    let place = Location::new(1.5, -2.0);
    assert_eq!(payload(Content::Location(place)), json!({"latitude": 1.5, "longitude": -2.0}));
    let reaction = Reaction { message_id: "wamid.1".into(), emoji: String::new() };
    assert_eq!(payload(Content::Reaction(reaction)), json!({"message_id": "wamid.1", "emoji": ""}));
}

#[test]
fn interactive_messages() {
    let mut buttons = Interactive::buttons("B", vec![ReplyButton::new("y", "Yes")]);
    buttons.header = Some(Header::Image { image: Media::id("276") });
    buttons.footer = Some("F".into());
    assert_eq!(
        payload(buttons.into()),
        json!({"type": "button", "header": {"type": "image", "image": {"id": "276"}}, "body": {"text": "B"},
            "footer": {"text": "F"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]}})
    );
    let row = Row { id: "1".into(), title: "One".into(), description: None };
    let list = Interactive::list("B", "Open", vec![Section { title: None, rows: vec![row] }]);
    assert_eq!(
        payload(list.into()),
        json!({"type": "list", "body": {"text": "B"},
            "action": {"button": "Open", "sections": [{"rows": [{"id": "1", "title": "One"}]}]}})
    );
    let action = Action::CtaUrl { display_text: "See".into(), url: "https://acme.test".into() };
    let link = Interactive { header: None, body: Some("B".into()), footer: None, action };
    assert_eq!(
        payload(link.into()),
        json!({"type": "cta_url", "body": {"text": "B"}, "action": {"name": "cta_url",
            "parameters": {"display_text": "See", "url": "https://acme.test"}}})
    );
}

#[test]
fn templates() {
    let template = Template::new("promo", "en_US")
        .with(Component::header(Parameter::Image { image: Media::link("https://acme.test/h.png") }))
        .with(Component::body(["Ana"]))
        .with(Component::url(0, "summer"))
        .with(Component::quick_reply(1, "stop"));
    assert_eq!(
        payload(Content::Template(template)),
        json!({"name": "promo", "language": {"code": "en_US"}, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://acme.test/h.png"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "summer"}]},
            {"type": "button", "sub_type": "quick_reply", "index": "1",
                "parameters": [{"type": "payload", "payload": "stop"}]}]})
    );
}

#[test]
fn what_has_no_type_stays_json() {
    let flow = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "1650", "ttl_seconds": 60,
        "type": "interactive", "interactive": {"type": "flow", "body": {"text": "B"}, "action": {"name": "flow"}}});
    let carousel = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "1650",
        "type": "template", "template": {"name": "c", "language": {"code": "en"}, "components": [
            {"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer", "limited_time_offer": {"a": 1}}]},
            {"type": "carousel", "cards": [{"card_index": 0, "components": []}]}]}});
    let hologram = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "1650",
        "type": "hologram", "hologram": [1]});
    for json in [flow, carousel, hologram] {
        let message: Outbound = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(message.to_json(), json);
    }
}
