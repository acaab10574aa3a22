//! Webhooks are read without loss, known or not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod anything;
mod bodies;
mod families;
mod handshake;
mod inspected;
mod lattice;
mod reading;
mod samples;

use cloud_api::webhook::{Envelope, Message, MessagesValue, SurpriseKind, parse};
use serde_json::{Value as Json, json};

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

fn surprises(envelope: &Envelope) -> Vec<(String, SurpriseKind)> {
    envelope.surprises().into_iter().map(|s| (s.pointer, s.kind)).collect()
}
