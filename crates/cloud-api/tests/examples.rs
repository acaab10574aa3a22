//! The messages of the example `send_every_kind` are all that there are, and valid.

use std::collections::BTreeSet;

use cloud_api::message::limits::KINDS;
use cloud_api::message::{Content, Outbound};

#[path = "../examples/send_every_kind/messages.rs"]
mod messages;

#[test]
fn every_message_is_valid_and_read_back_the_same() {
    for (name, message) in messages::all() {
        assert_eq!(message.validate(), Ok(()), "{name}");
        assert_eq!(serde_json::from_value::<Outbound>(message.to_json()).unwrap(), message, "{name}");
    }
}

#[test]
fn no_kind_is_missing() {
    let all = messages::all();
    let kinds: BTreeSet<&str> = all.iter().map(|(_, message)| message.content.kind()).collect();
    assert_eq!(kinds, BTreeSet::from(KINDS));

    let interactive: BTreeSet<&str> = all
        .iter()
        .filter_map(|(_, message)| match &message.content {
            Content::Interactive(interactive) => Some(interactive.action.kind()),
            _ => None,
        })
        .collect();
    // The words of `Action::kind`, which has no list of them.
    let known = [
        "address_message",
        "button",
        "call_permission_request",
        "carousel",
        "catalog_message",
        "contact_request",
        "cta_url",
        "flow",
        "list",
        "location_request_message",
        "order_details",
        "order_status",
        "product",
        "product_list",
        "voice_call",
    ];
    assert_eq!(interactive, BTreeSet::from(known));
}
