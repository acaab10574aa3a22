//! What the types of each family say.

use cloud_api::webhook::{
    CallOutcome, CallStatusKind, Content, DailyLimit, Field, LimitTier, NfmName, Value, parse,
};
use serde_json::{Value as Json, json};

fn value(field: &str, value: Json) -> Value {
    let body = json!({"entry": [{"changes": [{"value": value, "field": field}]}]});
    // Meta writes the value before its field; serde_json sorts, so the other order is written by hand.
    let late = format!(r#"{{"entry":[{{"changes":[{{"value":{value},"field":"{field}"}}]}}]}}"#);
    let [early, late] = [body.to_string(), late].map(|body| parse(body.as_bytes()).unwrap());
    assert_eq!(early, late);
    assert_eq!(serde_json::to_value(&late).unwrap(), body);
    assert_eq!(late.surprises(), []);
    late.changes().next().unwrap().1.value.clone()
}

#[test]
fn how_a_call_ended_is_read_in_every_spelling() {
    for status in [json!("COMPLETED"), json!("Completed"), json!(["Completed"])] {
        let Value::Calls(calls) =
            value("calls", json!({"calls": [{"event": "terminate", "status": status}]}))
        else {
            panic!()
        };
        let call = &calls.calls.unwrap()[0];
        assert_eq!(call.status.as_ref().unwrap().word(), &CallOutcome::Completed);
    }
    let Value::Calls(calls) = value("calls", json!({"statuses": [{"type": "call", "status": "RINGING"}]}))
    else {
        panic!()
    };
    assert_eq!(calls.statuses.unwrap()[0].status.as_ref().unwrap().word(), &CallStatusKind::Ringing);
}

#[test]
fn daily_limits_are_numbers_and_tiers() {
    let limit = |limit: Json| {
        let value =
            value("business_capability_update", json!({"max_daily_conversations_per_business": limit}));
        let Value::Capability(capability) = value else { panic!() };
        capability.max_daily_conversations_per_business.unwrap()
    };
    assert_eq!(limit(json!(2_000)).customers(), Some(2_000));
    assert_eq!(limit(json!("TIER_2K")).customers(), Some(2_000));
    for unlimited in [json!(-1), json!("TIER_UNLIMITED")] {
        assert!(limit(unlimited.clone()).is_unlimited());
        assert_eq!(limit(unlimited).customers(), None);
    }
    assert_eq!(limit(json!("TIER_2K")), DailyLimit::Tier(LimitTier::Tier2K));
}

#[test]
fn both_spellings_of_a_field_are_one_family() {
    for field in ["business_username_update", "business_username_updates"] {
        assert!(matches!(value(field, json!({"status": "approved"})), Value::Username(_)), "{field}");
    }
    for field in ["group_participants_update", "group_participant_update"] {
        assert!(matches!(value(field, json!({"groups": []})), Value::Groups(_)), "{field}");
    }
    for key in ["recipient_participant_id", "participant_recipient_id"] {
        let value = value("messages", json!({"statuses": [{key: "15550100001"}]}));
        let status = &value.as_messages().unwrap().statuses()[0];
        assert_eq!(status.participant().unwrap(), "15550100001");
    }
    assert_eq!(Field::from("group_participant_update"), Field::GroupParticipantUpdate);
}

#[test]
fn the_answers_of_a_form_are_read_out_of_their_text() {
    let reply = |response: Json| {
        let value = value(
            "messages",
            json!({"messages": [{"type": "interactive", "interactive": {"type": "nfm_reply",
            "nfm_reply": {"name": "flow", "body": "Sent", "response_json": response}}}]}),
        );
        let Content::Interactive(reply) = value.as_messages().unwrap().messages()[0].content.clone() else {
            panic!()
        };
        reply.nfm_reply.unwrap()
    };
    let answered = reply(json!(r#"{"flow_token":"tok","slot":"1"}"#));
    assert_eq!(answered.name, Some(NfmName::Form));
    assert_eq!(answered.response().unwrap().unwrap(), json!({"flow_token": "tok", "slot": "1"}));
    assert_eq!(answered.form_token().as_deref(), Some("tok"));
    assert!(reply(json!("not JSON")).response().unwrap().is_err());
    assert!(reply(Json::Null).response().is_none());
}

#[test]
fn a_payload_is_read_whether_its_type_comes_before_or_after_it() {
    for message in [
        r#"{"type":"text","text":{"body":"a"}}"#,
        r#"{"text":{"body":"a"},"type":"text"}"#,
        r#"{"type":"image","text":{"body":"a"},"type":"text"}"#,
    ] {
        let body = format!(
            r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"messages":[{message}]}}}}]}}]}}"#
        );
        let envelope = parse(body.as_bytes()).unwrap();
        let message = &super::first(&envelope).messages()[0].clone();
        assert!(
            matches!(&message.content, Content::Text(text) if text.body.as_deref() == Some("a")),
            "{body}"
        );
        assert_eq!(serde_json::to_value(&envelope).unwrap(), serde_json::from_str::<Json>(&body).unwrap());
    }
}

#[test]
fn of_a_field_that_comes_twice_the_last_one_counts() {
    let body = r#"{"entry":[{"changes":[{"field":"calls","value":{"calls":[]},"value":{"messages":[{"type":"image",
        "image":{"id":"1"},"type":"text","text":{"body":"a"},"id":"1","id":5,"from":5,"from":[],"text":3}]},
        "field":"messages"}]}]}"#;
    let envelope = parse(body.as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(&envelope).unwrap(), serde_json::from_str::<Json>(body).unwrap());
}
