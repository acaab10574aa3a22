//! A delivery in words: everything is in it, and what can't be read is explained.

use cloud_api::webhook::inspect;
use serde_json::{Value as Json, json};

fn list<'a>(holder: &'a Json, key: &str) -> Vec<&'a Json> {
    match holder.get(key) {
        None | Some(Json::Null) => vec![],
        Some(Json::Array(items)) => items.iter().collect(),
        Some(odd) => vec![odd],
    }
}

fn lists(holder: &Json, keys: &[&str]) -> usize {
    keys.iter().map(|key| list(holder, key).len()).sum()
}

/// How many things happened, counted in the JSON alone: the elements of the lists that the field has, and one for
/// whatever has none.
pub fn count(body: &Json) -> usize {
    list(body, "entry")
        .iter()
        .map(|entry| list(entry, "changes").iter().map(|c| of_change(c)).sum::<usize>().max(1))
        .sum()
}

fn of_change(change: &Json) -> usize {
    let (Some(field), Some(value @ Json::Object(_))) = (change["field"].as_str(), change.get("value")) else {
        return 1;
    };
    let found = match field {
        "messages" | "smb_message_echoes" | "history" | "standby" | "user_preferences" => {
            let own =
                ["messages", "message_echoes", "statuses", "errors", "user_preferences", "user_actions"];
            let standby = list(value, "standby");
            let standby = standby
                .iter()
                .map(|s| lists(s, &["messages", "message_echoes", "statuses", "errors"]).max(1));
            let chunks = list(value, "history");
            let chunks = chunks.iter().map(|chunk| {
                let threads = list(chunk, "threads");
                let threads: usize = threads.iter().map(|thread| lists(thread, &["messages"]).max(1)).sum();
                (lists(chunk, &["errors"]) + threads).max(1)
            });
            lists(value, &own) + standby.sum::<usize>() + chunks.sum::<usize>()
        }
        "calls" => lists(value, &["calls", "statuses", "errors"]),
        "automatic_events" => lists(value, &["automatic_events", "errors"]),
        "smb_app_state_sync" => lists(value, &["state_sync", "errors"]),
        "user_id_update" => lists(value, &["user_id_update", "errors"]),
        "group_lifecycle_update"
        | "group_participants_update"
        | "group_participant_update"
        | "group_settings_update"
        | "group_status_update" => lists(value, &["groups", "errors"]),
        _ => 1,
    };
    found.max(1)
}

fn told(field: &str, value: Json) -> Vec<Json> {
    let body = json!({"entry": [{"id": 102, "changes": [{"value": value, "field": field}]}]});
    let report = inspect(body.to_string().as_bytes());
    assert_eq!(report.events.len(), count(&body));
    report.events.into_iter().map(|event| serde_json::to_value(event).unwrap()).collect()
}

#[test]
fn a_message_is_told_with_everything_that_identifies_it() {
    let events = told(
        "messages",
        json!({
        "metadata": {"phone_number_id": "2", "display_phone_number": "1"},
        "contacts": [{"profile": {"name": "Ana", "username": "@ana"}, "wa_id": "15550100001", "user_id": "US.7"}],
        "messages": [{"from_user_id": "US.7", "id": "wamid.1", "timestamp": "1767225600", "type": "text",
            "text": {"body": "two\nlines"}, "context": {"id": "wamid.0"}, "group_id": "g"}]}),
    );
    let expected = json!({"pointer": "/entry/0/changes/0/value/messages/0", "account": "102", "field": "messages",
        "kind": "message text", "phone_number_id": "2",
        "ids": {"wamid": "wamid.1", "quotes": "wamid.0", "group": "g"},
        "who": {"name": "Ana", "username": "@ana", "phone": "15550100001", "user_id": "US.7"},
        "at": 1_767_225_600, "summary": "Ana wrote \"two lines\", in a group, as a reply"});
    assert_eq!(events, [expected]);
}

#[test]
fn a_failed_status_says_why_and_for_whom() {
    let events = told(
        "messages",
        json!({"statuses": [{"id": "wamid.1", "status": "failed", "recipient_id": "5",
        "errors": [{"code": 131_047, "title": "Re-engagement message", "error_data": {"details": "24 hours"}}]}]}),
    );
    assert_eq!(events[0]["kind"], "status failed");
    assert_eq!(events[0]["summary"], "message to 5: failed; error 131047 Re-engagement message: 24 hours");
}

#[test]
fn what_cannot_be_read_is_an_event_too() {
    let events = told(
        "messages",
        json!({"messages": [7, {"id": "wamid.1", "type": "text", "text": {"body": "a"}}],
        "statuses": {"id": "wamid.2", "status": "read"}}),
    );
    let kinds: Vec<_> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["unreadable", "message text", "status read"]);
    assert_eq!(told("messages", json!(5))[0]["kind"], "unreadable");
    assert_eq!(told("messages", json!({}))[0]["kind"], "empty");
    assert_eq!(
        told("telepathy", json!({"a": 1}))[0]["summary"],
        "a change of telepathy, a field this crate doesn't know"
    );
    let report = inspect(br#"{"entry":[{"id":"1"},{"changes":[{"value":{}},null,{}]}]}"#);
    let kinds: Vec<_> = report.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["empty", "unnamed", "unreadable", "empty"]);
}

#[test]
fn a_surprise_is_named_with_its_reason() {
    let body = json!({"entry": [{"changes": [{"field": "messages", "value": {"messages": [
        {"id": true, "type": "hologram", "hologram": {}, "aura": 1}]}}]}]});
    let report = inspect(body.to_string().as_bytes());
    assert!(!report.is_understood());
    let at = "/entry/0/changes/0/value/messages/0";
    let notes: Vec<_> =
        report.surprises.iter().map(|note| (note.pointer.as_str(), note.reason.as_str())).collect();
    assert_eq!(
        notes,
        [
            (format!("{at}/type").as_str(), "\"hologram\" isn't among the documented words"),
            (&format!("{at}/aura"), "this field isn't documented"),
            (&format!("{at}/id"), "this field is documented with another type or form; here it is a boolean"),
        ]
    );
}

#[test]
fn a_body_that_is_no_webhook_is_explained_with_its_place() {
    let problem = |body: &[u8]| {
        let report = inspect(body);
        assert!(!report.is_understood() && report.events.is_empty());
        let problem = report.problem.unwrap();
        let place = problem
            .pointer
            .unwrap_or_else(|| format!("{}:{}", problem.line.unwrap(), problem.column.unwrap()));
        (place, problem.reason)
    };
    let is = |place: &str, reason: &str| (place.to_owned(), reason.to_owned());
    assert_eq!(problem(b""), is("1:0", "the body is empty"));
    assert_eq!(problem(b"{\n\"entry\": [}"), is("2:11", "the body isn't JSON: expected value"));
    assert_eq!(problem(b"{} x"), is("1:4", "the body isn't JSON: trailing characters"));
    assert_eq!(problem(b"[]"), is("", "the body is a list, not an object with a list of entries"));
    assert_eq!(problem(b"{}"), is("", "the body has no field \"entry\""));
    assert_eq!(problem(br#"{"entry":{}}"#), is("/entry", "\"entry\" is an object, not a list"));
    assert_eq!(problem(br#"{"entry":[{},1]}"#), is("/entry/1", "an entry is a number, not an object"));
}

#[test]
fn a_thousand_changes_are_a_thousand_events_in_order() {
    let status = |i: usize| json!({"field": "messages", "value": {"statuses": [{"id": format!("wamid.{i}"), "status": "sent"}]}});
    let body = json!({"entry": [{"changes": (0..1_000).map(status).collect::<Vec<_>>()}]});
    let report = inspect(body.to_string().as_bytes());
    let ids: Vec<_> = report.events.iter().map(|event| event.ids["wamid"].clone()).collect();
    assert_eq!(ids, (0..1_000).map(|i| format!("wamid.{i}")).collect::<Vec<_>>());
}

#[test]
fn many_messages_of_many_people_are_told_in_one_go() {
    // Searching the contacts for each message would take four hundred million looks.
    const PEOPLE: usize = 20_000;
    let contacts: Vec<Json> = (0..PEOPLE)
        .map(|i| json!({"wa_id": i.to_string(), "user_id": format!("US.{i}"), "profile": {"name": format!("N{i}")}}))
        .collect();
    let messages: Vec<Json> = (0..PEOPLE)
        .rev()
        .map(|i| match i % 2 {
            0 => json!({"id": "wamid.1", "type": "text", "from": i.to_string()}),
            _ => json!({"id": "wamid.1", "type": "text", "from_user_id": format!("US.{i}")}),
        })
        .collect();
    let value = json!({"contacts": contacts, "messages": messages});
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]});
    let report = inspect(body.to_string().as_bytes());
    assert_eq!(report.events.len(), PEOPLE);
    for (event, i) in report.events.iter().zip((0..PEOPLE).rev()) {
        assert_eq!(event.who.as_ref().and_then(|who| who.name.clone()), Some(format!("N{i}")));
    }
}

#[test]
fn of_two_contacts_with_one_id_the_first_counts_and_the_user_id_before_the_phone() {
    let value = json!({"contacts": [
        {"wa_id": "1", "profile": {"name": "phone"}},
        {"user_id": "US.1", "profile": {"name": "user"}},
        {"wa_id": "1", "user_id": "US.1", "profile": {"name": "again"}}],
        "messages": [{"id": "a", "type": "text", "from": "1", "from_user_id": "US.1"},
            {"id": "b", "type": "text", "from": "1"}, {"id": "c", "type": "text", "from": "2"}]});
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]});
    let names: Vec<_> = inspect(body.to_string().as_bytes())
        .events
        .into_iter()
        .map(|event| event.who.and_then(|who| who.name))
        .collect();
    assert_eq!(names, [Some("user".to_owned()), Some("phone".to_owned()), None]);
}
