//! One body of every family, written here so that the properties hold without the shared samples too. With each stand
//! the pointers (below the value) of words that may grow new values.

use serde_json::{Value as Json, json};

pub struct Body {
    pub json: Json,
    pub words: Vec<String>,
}

pub const VALUE: &str = "/entry/0/changes/0/value";

fn body(field: &str, mut value: Json, words: &[&str]) -> Body {
    if !matches!(field, "flows") {
        value["messaging_product"] = json!("whatsapp");
    }
    let json = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "time": 1_767_225_600, "changes": [{"field": field, "value": value}]}]});
    let words =
        words.iter().map(|word| format!("{VALUE}{word}")).chain(["/entry/0/changes/0/field".to_owned()]);
    Body { json, words: words.collect() }
}

fn bare(field: &str, value: Json, words: &[&str]) -> Body {
    let mut body = body(field, value, words);
    body.json["entry"][0]["changes"][0]["value"].as_object_mut().unwrap().remove("messaging_product");
    body
}

fn message(kind: &str, payload: Json, words: &[&str]) -> Body {
    let mut value = json!({
        "metadata": {"display_phone_number": "15550100000", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Ana", "username": "@ana"}, "wa_id": "15550100001", "user_id": "US.7"}],
        "messages": [{"from": "15550100001", "from_user_id": "US.7", "id": "wamid.IN", "timestamp": "1767225600",
            "type": kind, "context": {"from": "15550100000", "id": "wamid.OUT"}}],
    });
    value["messages"][0][kind] = payload;
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("/messages/0/{kind}{word}"))
        .chain(["/messages/0/type".to_owned()])
        .collect();
    body("messages", value, &words.iter().map(String::as_str).collect::<Vec<_>>())
}

pub fn all() -> Vec<Body> {
    [messages(), statuses(), conversations(), calls_and_groups(), management()]
        .into_iter()
        .flatten()
        .collect()
}

fn messages() -> Vec<Body> {
    vec![
        message("text", json!({"body": "hola"}), &[]),
        message(
            "image",
            json!({"id": "9", "mime_type": "image/jpeg", "sha256": "x=", "caption": "look"}),
            &[],
        ),
        message("location", json!({"latitude": 40.78, "longitude": "-73.9", "name": "Museum"}), &[]),
        message(
            "contacts",
            json!([{"origin": "other", "name": {"formatted_name": "Bo"}, "phones": [{"phone": "+1", "wa_id": "1",
                "type": "MOBILE"}], "org": {"company": "C"}, "addresses": [{"city": "X"}], "vcard": "BEGIN"}]),
            &["/0/origin"],
        ),
        message(
            "interactive",
            json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{\"a\":1}"}}),
            &["/type", "/nfm_reply/name"],
        ),
        message(
            "interactive",
            json!({"type": "call_permission_reply", "call_permission_reply": {"response": "accept",
                "is_permanent": false, "expiration_timestamp": "1767830400", "response_source": "user_action"}}),
            &["/type", "/call_permission_reply/response", "/call_permission_reply/response_source"],
        ),
        message(
            "order",
            json!({"catalog_id": "1", "product_items": [{"product_retailer_id": "a", "quantity": 2,
                "item_price": 7.99, "currency": "USD"}]}),
            &[],
        ),
        message(
            "edit",
            json!({"original_message_id": "wamid.A", "message": {"type": "text",
            "text": {"body": "b"}}}),
            &["/message/type"],
        ),
        message(
            "system",
            json!({"body": "changed", "type": "user_changed_number", "wa_id": "1",
            "previous_user_id": "US.6"}),
            &["/type"],
        ),
        message("unsupported", json!({"type": "poll"}), &["/type"]),
        body(
            "messages",
            json!({"user_actions": [{"timestamp": "1", "action_type": "marketing_messages_link_click",
                "marketing_messages_link_click_data": {"click_component": "cta", "click_id": "c"}}],
                "errors": [{"code": 130_429, "title": "Rate limit hit", "error_data": {"details": "slow"}}],
                "conversation_context": {"type": "summary", "summary": {"text": "refund"}}}),
            &[
                "/user_actions/0/action_type",
                "/conversation_context/type",
                "/user_actions/0/marketing_messages_link_click_data/click_component",
            ],
        ),
    ]
}

fn statuses() -> Vec<Body> {
    vec![
        body(
            "messages",
            json!({"statuses": [{"id": "wamid.OUT", "status": "delivered", "timestamp": "1767225600",
                "recipient_id": "G", "recipient_type": "group", "participant_recipient_id": "15550100001",
                "conversation": {"id": "c", "expiration_timestamp": "1767312000", "origin": {"type": "utility"}},
                "pricing": {"billable": true, "pricing_model": "PMP", "type": "regular", "category": "utility"}}]}),
            &[
                "/statuses/0/status",
                "/statuses/0/recipient_type",
                "/statuses/0/conversation/origin/type",
                "/statuses/0/pricing/pricing_model",
                "/statuses/0/pricing/type",
                "/statuses/0/pricing/category",
            ],
        ),
        body(
            "messages",
            json!({"statuses": [{"id": "wamid.OUT", "status": "failed", "timestamp": "1767225600",
                "recipient_user_id": "US.7", "errors": [{"code": 131_047, "title": "Re-engagement message",
                "error_data": {"details": "24 hours"}, "href": "https://example.com"}]}]}),
            &["/statuses/0/status"],
        ),
        body(
            "messages",
            json!({"statuses": [{"id": "wamid.OUT", "type": "payment", "status": "captured", "timestamp": "1",
                "payment": {"reference_id": "r", "amount": {"value": 21_000, "offset": 100}, "currency": "INR",
                    "transaction": {"id": "o", "type": "razorpay", "status": "failed", "created_timestamp": 1,
                        "method": {"type": "upi"}, "error": {"code": "E1", "reason": "no"}}, "udf1": "x"}}]}),
            &["/statuses/0/status", "/statuses/0/type", "/statuses/0/payment/transaction/status"],
        ),
    ]
}

fn conversations() -> Vec<Body> {
    vec![
        body(
            "standby",
            json!({"standby": {"contacts": [{"wa_id": "1"}], "messages": [{"id": "w", "type": "text",
                "text": {"body": "b"}}], "message_echoes": [{"id": "e", "timestamp": "1"}],
                "statuses": [{"id": "w", "status": "read"}]}}),
            &["/standby/messages/0/type", "/standby/statuses/0/status"],
        ),
        body(
            "history",
            json!({"history": [{"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": [{"id": "1",
                "context": {"wa_id": "1", "username": "@ana"}, "messages": [{"id": "w", "type": "media_placeholder",
                "history_context": {"status": "READ"}}]}]}, {"errors": [{"code": 2_593_109}]}]}),
            &[
                "/history/0/threads/0/messages/0/type",
                "/history/0/threads/0/messages/0/history_context/status",
            ],
        ),
        body(
            "smb_message_echoes",
            json!({"message_echoes": [{"from": "1", "to": "2", "to_user_id": "US.7", "id": "w", "type": "revoke",
                "revoke": {"original_message_id": "o"}}]}),
            &["/message_echoes/0/type"],
        ),
        body(
            "smb_app_state_sync",
            json!({"state_sync": [{"type": "contact", "contact": {"full_name": "Bo", "phone_number": "1"},
                "action": "add", "metadata": {"timestamp": "1767225600"}}]}),
            &["/state_sync/0/type", "/state_sync/0/action"],
        ),
        body(
            "user_preferences",
            json!({"user_preferences": [{"wa_id": "1", "detail": "d", "category": "marketing_messages",
                "value": "stop", "timestamp": 1_767_225_600}]}),
            &["/user_preferences/0/category", "/user_preferences/0/value"],
        ),
        body(
            "messaging_handovers",
            json!({"sender": {"phone_number": "1"}, "recipient": {"phone_number_id": "2"}, "type": "control_passed",
                "timestamp": "1", "control_passed": {"previous_owner_role": "ai_agent", "new_owner_role": "escalation",
                "previous_owner_app_role": "meta_business_agent", "conversation_context": {"type": "summary"}}}),
            &[
                "/type",
                "/control_passed/previous_owner_role",
                "/control_passed/new_owner_role",
                "/control_passed/previous_owner_app_role",
                "/control_passed/conversation_context/type",
            ],
        ),
        body(
            "automatic_events",
            json!({"automatic_events": [{"id": "w", "event_name": "Purchase", "timestamp": 1,
                "custom_data": {"currency": "USD", "value": 25_000}}]}),
            &["/automatic_events/0/event_name"],
        ),
        body(
            "user_id_update",
            json!({"user_id_update": [{"wa_id": "1", "user_id": {"previous": "US.1", "current": "US.2"}}]}),
            &[],
        ),
    ]
}

fn calls_and_groups() -> Vec<Body> {
    vec![
        body(
            "calls",
            json!({"calls": [{"id": "wacid.1", "from": "1", "to": "2", "event": "connect",
                "direction": "USER_INITIATED", "timestamp": "1", "session": {"sdp_type": "offer", "sdp": "v=0"}},
                {"id": "wacid.1", "event": "terminate", "status": ["Completed"], "duration": 3}],
                "statuses": [{"id": "wacid.2", "type": "call", "status": "RINGING", "recipient_id": "1"}],
                "errors": [{"code": 138_021}]}),
            &[
                "/calls/0/event",
                "/calls/0/direction",
                "/calls/0/session/sdp_type",
                "/calls/1/event",
                "/calls/1/status",
                "/statuses/0/status",
                "/statuses/0/type",
            ],
        ),
        body(
            "group_participants_update",
            json!({"groups": [{"timestamp": "1", "group_id": "g", "type": "group_participants_remove",
                "removed_participants": [{"wa_id": "1"}, {"input": "+2"}], "initiated_by": "business"}]}),
            &["/groups/0/type", "/groups/0/initiated_by"],
        ),
        body(
            "group_settings_update",
            json!({"groups": [{"type": "group_settings_update", "group_subject": {"text": "N",
                "update_successful": false, "errors": [{"code": 131_000}]}, "profile_picture": {"sha256": "x="}}]}),
            &["/groups/0/type"],
        ),
    ]
}

fn management() -> Vec<Body> {
    vec![
        bare(
            "message_template_status_update",
            json!({"event": "REJECTED", "message_template_id": 1_689_556_908_129_832_u64, "reason": null,
                "message_template_name": "n", "message_template_category": "UTILITY",
                "rejection_info": {"reason": "r"}, "disable_info": {"disable_date": 1}, "other_info": {"title": "t"}}),
            &["/event", "/message_template_category"],
        ),
        bare(
            "message_template_components_update",
            json!({"message_template_id": 1, "message_template_buttons": [{"message_template_button_type": "URL"}]}),
            &["/message_template_buttons/0/message_template_button_type"],
        ),
        bare(
            "message_template_quality_update",
            json!({"previous_quality_score": "GREEN", "new_quality_score": "RED"}),
            &["/previous_quality_score", "/new_quality_score"],
        ),
        bare(
            "template_category_update",
            json!({"new_category": "UTILITY", "correct_category": "MARKETING",
            "category_update_timestamp": 1}),
            &["/new_category", "/correct_category"],
        ),
        bare(
            "template_correct_category_detection",
            json!({"category": "UTILITY",
            "correct_category": "MARKETING"}),
            &["/category"],
        ),
        bare(
            "phone_number_quality_update",
            json!({"display_phone_number": "1", "event": "FLAGGED",
            "max_daily_conversations_per_business": "TIER_1K"}),
            &["/event", "/max_daily_conversations_per_business"],
        ),
        bare(
            "phone_number_name_update",
            json!({"decision": "REJECTED", "rejection_reason": "UNKNOWN"}),
            &["/decision", "/rejection_reason"],
        ),
        body(
            "account_settings_update",
            json!({"timestamp": 1, "type": "PHONE_NUMBER_SETTINGS",
            "phone_number_settings": {"phone_number_id": "1", "calling": {"status": "ENABLED", "call_hours":
            {"status": "ENABLED", "weekly_operating_hours": [{"day_of_week": "MONDAY", "open_time": "0400"}]},
            "voicemail": {"status": "ENABLED", "timeout_seconds": 20}}}}),
            &[
                "/type",
                "/phone_number_settings/calling/status",
                "/phone_number_settings/calling/call_hours/weekly_operating_hours/0/day_of_week",
            ],
        ),
        bare(
            "account_update",
            json!({"event": "ACCOUNT_RESTRICTION", "phone_number": "1",
            "restriction_info": [{"restriction_type": "RESTRICTED_UTILITY_TEMPLATES", "expiration": 1}],
            "ban_info": {"waba_ban_state": "DISABLE"}, "waba_info": {"waba_id": "1",
            "solution_partner_business_ids": ["2"]}, "disconnection_info": {"reason": "CHANGE_NUMBER",
            "initiated_by": "USER"}, "volume_tier_info": {"tier": "1:2"}, "violation_info": {"violation_type": "A"},
            "auth_international_rate_eligibility": {"exception_countries": [{"country_code": "IN"}]}}),
            &[
                "/event",
                "/restriction_info/0/restriction_type",
                "/ban_info/waba_ban_state",
                "/disconnection_info/reason",
                "/disconnection_info/initiated_by",
            ],
        ),
        bare(
            "account_alerts",
            json!({"entity_type": "BUSINESS", "entity_id": 5, "alert_info": {
            "alert_severity": "CRITICAL", "alert_status": "ACTIVE", "alert_type": "OBA_APPROVED"}}),
            &[
                "/entity_type",
                "/alert_info/alert_severity",
                "/alert_info/alert_status",
                "/alert_info/alert_type",
            ],
        ),
        bare("account_review_update", json!({"decision": "APPROVED"}), &["/decision"]),
        bare(
            "business_capability_update",
            json!({"max_daily_conversations_per_business": -1,
            "max_phone_numbers_per_waba": 25}),
            &[],
        ),
        bare("security", json!({"display_phone_number": "1", "event": "PIN_CHANGED"}), &["/event"]),
        bare("business_username_updates", json!({"username": "lucky", "status": "reserved"}), &["/status"]),
        bare(
            "payment_configuration_update",
            json!({"configuration_name": "n", "status": "Needs Testing",
            "created_timestamp": 1}),
            &["/status"],
        ),
        bare(
            "partner_solutions",
            json!({"event": "SOLUTION_CREATED", "solution_status": "DRAFT"}),
            &["/event", "/solution_status"],
        ),
        bare(
            "flows",
            json!({"event": "ENDPOINT_LATENCY", "flow_id": "1", "p90_latency": 8000, "threshold": 7000,
            "alert_state": "ACTIVATED", "old_status": "DRAFT", "new_status": "PUBLISHED",
            "errors": [{"error_type": "X", "error_rate": 66.66, "error_count": 2}]}),
            &["/event", "/alert_state", "/old_status", "/new_status"],
        ),
    ]
}
