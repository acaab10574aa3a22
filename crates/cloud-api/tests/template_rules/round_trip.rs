//! What Meta reads back fits the types, and nothing of it is lost.

use cloud_api::template::{Button, Component, Definition, Edit, HeaderFormat, parameters_needed};
use serde_json::{Value, json};

/// Reads and writes the JSON.
fn again<T: serde::Serialize + serde::de::DeserializeOwned>(json: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(json.clone()).unwrap()).unwrap()
}

#[track_caller]
fn survives(json: Value) {
    assert_eq!(again::<Component>(&json), json);
}

#[test]
fn every_component() {
    survives(json!({"type": "HEADER", "format": "TEXT", "text": "Order {{order_id}}",
        "example": {"header_text_named_params": [{"param_name": "order_id", "example": "335628"}]}}));
    survives(
        json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://scontent.test/x"]}}),
    );
    survives(json!({"type": "HEADER", "format": "HOLOGRAM", "depth": 3}));
    survives(json!({"type": "BODY", "text": "Hi {{1}}", "example": {"body_text": [["a"]], "custom": true}}));
    survives(
        json!({"type": "BODY", "add_security_recommendation": true, "text": "*{{1}}* is your verification code."}),
    );
    survives(
        json!({"type": "FOOTER", "text": "This code expires in 5 minutes.", "code_expiration_minutes": 5}),
    );
    survives(
        json!({"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Sale", "has_expiration": true}}),
    );
    survives(json!({"type": "CALL_PERMISSION_REQUEST"}));
    survives(json!({"type": "CAROUSEL", "cards": [{"components": [{"type": "HEADER", "format": "PRODUCT"},
        {"type": "BUTTONS", "buttons": [{"type": "SPM", "text": "View"}]}]}]}));
    survives(json!({"type": "BRAND_NEW", "a": [1, null, {"b": 2.5}]}));
    // A known type in an unknown form, and no object at all.
    survives(json!({"type": "BUTTONS", "buttons": "none"}));
    survives(json!({"type": "FOOTER", "code_expiration_minutes": "five"}));
    survives(json!(["type"]));
}

#[test]
fn an_odd_example_doesnt_hide_the_part_it_belongs_to() {
    let header =
        json!([{"type": "HEADER", "format": "TEXT", "text": "Hi {{1}}", "example": {"header_text": "Ana"}}]);
    let parts: Vec<Component> = serde_json::from_value(header).unwrap();
    assert!(parameters_needed(&parts).header.is_some());
}

#[test]
fn every_button() {
    let buttons = json!([
        {"type": "QUICK_REPLY", "text": "Stop"},
        {"type": "URL", "text": "Copy code", "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}",
            "example": ["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"]},
        {"type": "URL", "text": "Open", "url": "https://acme.test", "app_deep_link": {"meta_app_id": 12, "android_deep_link": "a://b"}},
        {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"},
        {"type": "COPY_CODE", "text": "Copy offer code", "example": ["25OFF"]},
        {"type": "COPY_CODE", "example": "25OFF"},
        {"type": "VOICE_CALL", "text": "Call us", "ttl_minutes": 10080},
        {"type": "FLOW", "text": "Open", "flow_id": 123, "flow_action": "navigate", "navigate_screen": "FIRST", "icon": "REVIEW"},
        {"type": "CATALOG", "text": "View catalog"}, {"type": "MPM", "text": "View items"}, {"type": "SPM", "text": "View"},
        {"type": "OTP", "otp_type": "ONE_TAP", "text": "Copy", "autofill_text": "Fill",
            "supported_apps": [{"package_name": "a.b", "signature_hash": "K8a/AINcGX7"}], "package_name": "a.b"},
        {"type": "ORDER_DETAILS", "text": "Copy Pix code"}, {"type": "REQUEST_CONTACT_INFO"},
        {"type": "EXTENSION", "anything": 1},
    ]);
    survives(json!({"type": "BUTTONS", "buttons": buttons}));
    let read: Vec<Button> = serde_json::from_value(buttons).unwrap();
    let unknown: Vec<_> = read.iter().filter(|button| matches!(button, Button::Other(_))).collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0].kind(), "EXTENSION");
}

#[test]
fn words_are_read_in_any_case_and_written_as_metas() {
    let lower = json!({"type": "buttons", "buttons": [{"type": "otp", "otp_type": "one_tap"}]});
    let upper = json!({"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "ONE_TAP"}]});
    assert_eq!(again::<Component>(&lower), upper);
    assert_eq!(HeaderFormat::from("Image"), HeaderFormat::Image);
}

#[test]
fn whole_templates_as_meta_reads_them_back() {
    let template = json!({"name": "order_delivery_update", "parameter_format": "NAMED", "components": [
        {"type": "BODY", "text": "Hi {{name}}, your order is on its way.",
            "example": {"body_text_named_params": [{"param_name": "name", "example": "Ana"}]}}],
        "language": "en_US", "status": "APPROVED", "category": "UTILITY", "sub_category": "CUSTOM",
        "previous_category": "MARKETING", "rejected_reason": "NONE",
        "quality_score": {"score": "GREEN", "date": 1_730_000_000}, "message_send_ttl_seconds": 43200,
        "cta_url_link_tracking_opted_out": false, "last_updated_time": "2026-05-01T10:00:00+0000",
        "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}},
        "id": "572279198452421"});
    assert_eq!(again::<Definition>(&template), template);
    let read: Definition = serde_json::from_value(template).unwrap();
    assert_eq!(read.validate(), Ok(()));
    assert_eq!(read.extra["status"], "APPROVED");
    let edit =
        json!({"components": [{"type": "BODY", "text": "Hi"}], "message_send_ttl_seconds": -1, "new": 1});
    assert_eq!(again::<Edit>(&edit), edit);
}

#[test]
fn a_builder_writes_metas_json() {
    let built = Definition::utility("order_delivery_update", "en_US")
        .quick_reply("Stop")
        .footer("Acme")
        .body_named("Hi {{name}}, your order is on its way. Thanks!", [("name", "Ana")])
        .header_text_named("Order {{order_id}}", "order_id", "335628")
        .button(Button::url_with("Track", "https://acme.test/t/{{1}}", "abc"))
        .phone_button("Call", "+15550051310")
        .ttl(43_200);
    let expected = json!({"name": "order_delivery_update", "language": "en_US", "category": "UTILITY",
        "parameter_format": "NAMED", "message_send_ttl_seconds": 43200, "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{order_id}}",
            "example": {"header_text_named_params": [{"param_name": "order_id", "example": "335628"}]}},
        {"type": "BODY", "text": "Hi {{name}}, your order is on its way. Thanks!",
            "example": {"body_text_named_params": [{"param_name": "name", "example": "Ana"}]}},
        {"type": "FOOTER", "text": "Acme"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"},
            {"type": "URL", "text": "Track", "url": "https://acme.test/t/{{1}}", "example": ["abc"]},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"}]}]});
    assert_eq!(built.to_json(), expected);
    assert_eq!(built.validate(), Ok(()));
    let offer = Definition::marketing("offer", "en")
        .body_text("Our best offer of the year.")
        .limited_time_offer("Ends soon", true)
        .header_image("4::a")
        .button(Button::copy_code("25OFF"))
        .url_button("Shop", "https://acme.test");
    assert_eq!(offer.validate(), Ok(()));
    let call =
        Definition::utility("call", "en").body_text("May we call you about it?").call_permission_request();
    assert_eq!(call.validate(), Ok(()));
    let form = Definition::utility("form", "en")
        .body_text("Tell us more.")
        .button(Button::form("Open", "1", "FIRST"));
    assert_eq!(form.validate(), Ok(()));
    let voice =
        Definition::utility("voice", "en").body_text("Call us.").button(Button::voice_call("Call", 1440));
    assert_eq!(voice.validate(), Ok(()));
}
