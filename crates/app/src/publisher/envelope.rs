//! An event as other systems get it: a CloudEvent in JSON, described in `docs/events/asyncapi.yaml`.
//!
//! It says what changed, never the content: bodies, numbers and names are read through the API, where permissions are
//! checked.

use model::{
    Timestamp,
    event::{Event, EventCursor, EventKind, Subject},
    id::OrganizationId,
};
use serde_json::{Map, Value, json};
use std::fmt::Display;

/// The version of subjects, types and data. What is added to it is optional; what would break a reader is another
/// version, published beside this one.
pub(super) const VERSION: &str = "v1";

/// Everything that the stream keeps.
pub(super) const SUBJECTS: &str = "waypost.v1.>";

/// Under which subject an event is filed: `waypost.v1.<organization>.<kind>`.
pub(super) fn subject(org: OrganizationId, kind: EventKind) -> String {
    format!("waypost.{VERSION}.{org}.{}", kind.as_str())
}

/// The id of an event, the same however often it is published. The moment is part of it, because a database that was
/// set back to an older state gives out numbers again.
pub(super) fn id(org: OrganizationId, event: &Event) -> String {
    let EventCursor { tx, number } = event.cursor;
    format!("{org}.{tx}.{number}.{}", event.event.at.as_microsecond())
}

/// Which event an id is of; `None` when it isn't one that [`id`] made.
pub(super) fn read_id(id: &str) -> Option<(OrganizationId, EventCursor, Timestamp)> {
    let mut parts = id.split('.');
    let org = parts.next()?.parse().ok()?;
    let cursor = EventCursor { tx: parts.next()?.parse().ok()?, number: parts.next()?.parse().ok()? };
    let at = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
    parts.next().is_none().then_some((org, cursor, at))
}

/// The event itself.
pub(super) fn envelope(org: OrganizationId, event: &Event) -> Value {
    let about = event.event.subject;
    let mut envelope = json!({
        "specversion": "1.0",
        "id": id(org, event),
        "source": format!("/organizations/{org}"),
        "type": format!("waypost.{VERSION}.{}", event.event.kind.as_str()),
        "time": event.event.at,
        "datacontenttype": "application/json",
        "cursor": event.cursor.to_string(),
        "data": data(org, event),
    });
    if let Some(main) = main_subject(event.event.kind, &about) {
        envelope["subject"] = main.into();
    }
    envelope
}

fn data(org: OrganizationId, event: &Event) -> Value {
    let s = event.event.subject;
    let mut data = Map::new();
    data.insert("organization_id".into(), org.to_string().into());
    let mut name = |key: &str, id: Option<String>| {
        if let Some(id) = id {
            data.insert(key.into(), id.into());
        }
    };
    name("conversation_id", text(s.conversation));
    name("message_id", text(s.message));
    name("contact_id", text(s.contact));
    name("delivery_id", text(s.delivery));
    name("phone_number_id", text(s.phone_number));
    let mut cause = json!({"kind": event.event.cause.kind()});
    if let Some(id) = event.event.cause.id() {
        cause["id"] = id.into();
    }
    data.insert("cause".into(), cause);
    Value::Object(data)
}

/// The thing that the kind's name speaks of.
fn main_subject(kind: EventKind, s: &Subject) -> Option<String> {
    match kind {
        EventKind::MessageCreated | EventKind::MessageUpdated => text(s.message),
        EventKind::ConversationUpdated => text(s.conversation),
        EventKind::ContactUpdated => text(s.contact),
        EventKind::DeliveryUpdated => text(s.delivery),
        EventKind::PhoneNumberUpdated => text(s.phone_number),
        EventKind::TemplateUpdated => None,
    }
}

fn text(id: Option<impl Display>) -> Option<String> {
    id.map(|id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{
        cause::Cause,
        event::NewEvent,
        id::{ApiKeyId, ContactId, ConversationId, DeliveryId, MessageId, PhoneNumberId, RuleId, UserId},
    };
    use uuid::Uuid;

    const DOCUMENT: &str = include_str!("../../../../docs/events/asyncapi.yaml");

    fn uuid(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn org() -> OrganizationId {
        OrganizationId(uuid(1))
    }

    fn event(kind: EventKind, subject: Subject, cause: Cause) -> Event {
        let at = Timestamp::from_second(1_793_523_600).unwrap();
        Event { cursor: EventCursor { tx: 12, number: 345 }, event: NewEvent { kind, subject, cause, at } }
    }

    fn everything() -> Subject {
        Subject {
            conversation: Some(ConversationId(uuid(2))),
            message: Some(MessageId(uuid(3))),
            contact: Some(ContactId(uuid(4))),
            delivery: Some(DeliveryId(uuid(5))),
            phone_number: Some(PhoneNumberId(uuid(6))),
        }
    }

    fn document() -> Value {
        yaml_serde::from_str(DOCUMENT).unwrap()
    }

    /// The schema of one message of the document, with the document's other schemas at hand.
    fn validator(document: &Value, message: &str) -> jsonschema::Validator {
        let payload = &document["components"]["messages"][message]["payload"];
        assert!(payload.is_object(), "the document has no message {message}");
        let schema = json!({"allOf": [payload], "components": document["components"]});
        jsonschema::validator_for(&schema).unwrap()
    }

    #[test]
    fn every_kind_has_its_message_and_its_channel_in_the_document() {
        let document = document();
        for kind in EventKind::ALL.iter().map(|kind| kind.as_str()) {
            let message = &document["components"]["messages"][kind];
            assert_eq!(message["name"], format!("waypost.{VERSION}.{kind}"), "{kind}");
            let channels = document["channels"].as_object().unwrap();
            let address = format!("waypost.{VERSION}.{{organization}}.{kind}");
            assert!(
                channels.values().any(|c| c["address"] == address),
                "no channel has the address {address}"
            );
        }
        let described = document["components"]["messages"].as_object().unwrap().len();
        assert_eq!(described, EventKind::ALL.len(), "the document describes kinds that there are not");
    }

    #[test]
    fn every_event_is_as_the_document_says() {
        let document = document();
        let causes = [
            Cause::Delivery(DeliveryId(uuid(7))),
            Cause::Agent(UserId(uuid(7))),
            Cause::Api(ApiKeyId(uuid(7))),
            Cause::Rule(RuleId(uuid(7))),
            Cause::Sender(MessageId(uuid(7))),
            Cause::System,
        ];
        for kind in EventKind::ALL {
            let validator = validator(&document, kind.as_str());
            for (cause, subject) in
                causes.into_iter().flat_map(|c| [(c, everything()), (c, Subject::default())])
            {
                let told = envelope(org(), &event(*kind, subject, cause));
                let wrong: Vec<String> = validator.iter_errors(&told).map(|e| e.to_string()).collect();
                assert!(wrong.is_empty(), "{told:#}: {wrong:?}");
            }
        }
    }

    #[test]
    fn the_document_would_notice_a_change() {
        let document = document();
        let validator = validator(&document, "message.created");
        let told = envelope(org(), &event(EventKind::MessageCreated, everything(), Cause::System));
        assert!(validator.is_valid(&told));
        for (pointer, wrong) in [
            ("/type", json!("waypost.v1.message.updated")),
            ("/id", json!("7")),
            ("/time", json!(12)),
            ("/data/message_id", json!("con_1")),
            ("/data/cause/kind", json!("weather")),
            ("/data/text", json!("hola")),
        ] {
            let mut changed = told.clone();
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            changed.pointer_mut(parent).unwrap()[key] = wrong;
            assert!(!validator.is_valid(&changed), "{pointer} may be anything");
        }
    }

    #[test]
    fn an_id_tells_which_event_it_is() {
        let event = event(EventKind::ContactUpdated, Subject::default(), Cause::System);
        assert_eq!(read_id(&id(org(), &event)), Some((org(), event.cursor, event.event.at)));
        for other in ["", "1", "org_1.2.3.4", "7e2d.1.2.3"] {
            assert_eq!(read_id(other), None, "{other}");
        }
    }
}
