//! Settings of a phone number, and requests of any shape.

use cloud_api::client::automation::Automation;
use cloud_api::client::compliance::{ComplianceInfo, OfficialAccountRequest};
use cloud_api::client::profile::BusinessProfile;
use cloud_api::client::settings::{Calling, PayloadEncryption, Settings, Storage, StorageStatus, Switch};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::stage::{PEM, Stage, done, found};

fn settings() -> Value {
    json!({"calling": {"status": "ENABLED", "call_icon_visibility": "DEFAULT",
        "call_icons": {"restrict_to_user_countries": ["US", "BR"]},
        "call_hours": {"status": "ENABLED", "timezone_id": "America/Manaus",
            "weekly_operating_hours": [{"day_of_week": "MONDAY", "open_time": "0400", "close_time": "1020"},
                {"day_of_week": "MONDAY", "open_time": "1020", "close_time": "2359"}],
            "holiday_schedule": [{"date": "2026-01-01", "start_time": "0000", "end_time": "2359"}]},
        "callback_permission_status": "ENABLED",
        "sip": {"status": "DISABLED", "webhook_delivery": "DISABLED", "servers": [{"hostname": "sip.example.com",
            "port": 5061, "request_uri_user_params": {"k": "v"}, "sip_user_password": "sip-word"}]},
        "audio": {"additional_codecs": ["PCMU", "PCMA"]}, "voicemail": {"status": "ENABLED", "timeout_seconds": 20},
        "srtp_key_exchange_protocol": "DTLS"},
        "user_identity_change": {"enable_identity_key_check": true},
        "payload_encryption": {"status": "ENABLED", "client_encryption_key": PEM},
        "storage_configuration": {"status": "IN_COUNTRY_STORAGE_ENABLED", "data_localization_region": "IN",
            "retention_minutes": 60}})
}

#[tokio::test]
async fn settings_are_read_whole_and_set_one_feature_at_a_time() {
    let stage = Stage::new().await;
    let client = &stage.client;
    stage.play(settings());
    let all: Settings = client.settings("600", true).await.unwrap();
    stage.saw("GET /v25.0/600/settings?include_sip_credentials=true", Value::Null);
    assert_eq!(serde_json::to_value(&all).unwrap(), settings());
    assert!(!format!("{all:?}").contains("sip-word"), "{all:?}");
    stage.play(settings());
    client.settings("600", false).await.unwrap();
    stage.saw("GET /v25.0/600/settings", Value::Null);

    for _ in 0..4 {
        stage.play(done());
    }
    client.set_calling("600", &all.calling.unwrap()).await.unwrap();
    stage.saw("POST /v25.0/600/settings", json!({"calling": settings()["calling"]}));
    client.set_identity_check("600", true).await.unwrap();
    stage.saw(
        "POST /v25.0/600/settings",
        json!({"user_identity_change": {"enable_identity_key_check": true}}),
    );
    client.set_payload_encryption("600", &all.payload_encryption.unwrap()).await.unwrap();
    stage.saw("POST /v25.0/600/settings", json!({"payload_encryption": settings()["payload_encryption"]}));
    client.set_storage("600", &all.storage_configuration.unwrap()).await.unwrap();
    stage.saw(
        "POST /v25.0/600/settings",
        json!({"storage_configuration": settings()["storage_configuration"]}),
    );
}

#[test]
fn settings_have_limits() {
    let calling = |pointer: &str, value: Value| {
        let mut json = settings()["calling"].clone();
        *json.pointer_mut(pointer).unwrap() = value;
        found(serde_json::from_value::<Calling>(json).unwrap().validate())
    };
    let window =
        |open: &str, close: &str| json!({"day_of_week": "MONDAY", "open_time": open, "close_time": close});
    let hours = "/call_hours/weekly_operating_hours";
    for (pointer, value, expected) in [
        (
            "/call_icons/restrict_to_user_countries",
            json!(["usa"]),
            "/call_icons/restrict_to_user_countries/0 format",
        ),
        ("/call_icon_visibility", json!("SOME"), "/call_icon_visibility value"),
        ("/voicemail/timeout_seconds", json!(31), "/voicemail/timeout_seconds value"),
        ("/sip/servers", json!([{"hostname": "a"}, {"hostname": "b"}]), "/sip/servers count"),
        ("/sip/servers/0/port", json!(0), "/sip/servers/0/port value"),
        ("/audio/additional_codecs", json!(["OPUS"]), "/audio/additional_codecs/0 value"),
        ("/srtp_key_exchange_protocol", json!("NONE"), "/srtp_key_exchange_protocol value"),
        (hours, json!([window("0900", "2400")]), "/call_hours/weekly_operating_hours/0/close_time format"),
        (hours, json!([window("900", "1000")]), "/call_hours/weekly_operating_hours/0/open_time format"),
        (hours, json!([window("1000", "1000")]), "/call_hours/weekly_operating_hours/0/close_time order"),
        (
            hours,
            json!([window("0900", "1200"), window("1159", "1300")]),
            "/call_hours/weekly_operating_hours/1 conflict",
        ),
        (hours, json!([window("01 0", "0200")]), "/call_hours/weekly_operating_hours/0/open_time format"),
        (
            hours,
            json!([window("0100", "0200"), window("0300", "0400"), window("0500", "0600")]),
            "/call_hours/weekly_operating_hours/2 count",
        ),
        (hours, json!([]), "/call_hours/weekly_operating_hours count"),
        ("/call_hours/timezone_id", json!(""), "/call_hours/timezone_id length"),
        (
            "/call_hours/holiday_schedule/0/date",
            json!("2026-13-01"),
            "/call_hours/holiday_schedule/0/date format",
        ),
    ] {
        assert_eq!(calling(pointer, value.clone()), [expected], "{pointer} {value}");
    }
    let holiday = json!({"date": "2026-01-01", "start_time": "0000", "end_time": "2359"});
    let many = vec![holiday; 21];
    assert_eq!(calling("/call_hours/holiday_schedule", json!(many)), ["/call_hours/holiday_schedule count"]);

    let encryption = PayloadEncryption { status: Some(Switch::Enabled), ..PayloadEncryption::default() };
    assert_eq!(found(encryption.validate()), ["/client_encryption_key required"]);
    let storage = |status, region: Option<&str>| Storage {
        status: Some(status),
        data_localization_region: region.map(str::to_owned),
        ..Storage::default()
    };
    let no_region = storage(StorageStatus::InCountry, None).validate();
    assert_eq!(found(no_region), ["/data_localization_region required"]);
    let elsewhere = storage(StorageStatus::InCountry, Some("FR")).validate();
    assert_eq!(found(elsewhere), ["/data_localization_region value"]);
    let needless = storage(StorageStatus::Nowhere, Some("IN")).validate();
    assert_eq!(found(needless), ["/data_localization_region not_allowed"]);
    assert!(storage(StorageStatus::Anywhere, None).validate().is_ok());
}

/// Fields that requests have, so that random JSON gets somewhere.
const KEYS: &[&str] = &[
    "status",
    "call_hours",
    "weekly_operating_hours",
    "holiday_schedule",
    "day_of_week",
    "open_time",
    "close_time",
    "date",
    "start_time",
    "end_time",
    "sip",
    "servers",
    "hostname",
    "port",
    "audio",
    "additional_codecs",
    "voicemail",
    "timeout_seconds",
    "call_icons",
    "restrict_to_user_countries",
    "prompts",
    "commands",
    "command_name",
    "about",
    "email",
    "websites",
    "entity_type",
    "grievance_officer_details",
    "mobile_number",
    "calling",
    "storage_configuration",
    "extra",
];
const WORDS: &[&str] = &[
    "",
    "ENABLED",
    "MONDAY",
    "0400",
    "2359",
    "ñ400",
    "2026-01-01",
    "é-é-é",
    "US",
    "OTHER",
    "+1650",
    "a@b.c",
    "🙂",
    "https://",
];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let objects = btree_map(select(KEYS).prop_map(str::to_owned), inner.clone(), 0..6);
        prop_oneof![vec(inner, 0..5).prop_map(Value::from), objects.prop_map(|map| json!(map))]
    })
}

/// Reads a request and writes it again, the same.
fn survives<T: DeserializeOwned + serde::Serialize>(json: &Value) -> Option<T> {
    let value = serde_json::from_value::<T>(json.clone()).ok()?;
    assert_eq!(&serde_json::to_value(&value).unwrap(), json);
    Some(value)
}

proptest! {
    #[test]
    fn whatever_is_read_can_be_judged_and_is_not_lost(json in anything()) {
        survives::<Settings>(&json);
        let _ = survives::<Calling>(&json).map(|calling| calling.validate());
        let _ = survives::<Storage>(&json).map(|storage| storage.validate());
        let _ = survives::<Automation>(&json).map(|automation| automation.validate());
        let _ = survives::<BusinessProfile>(&json).map(|profile| profile.validate());
        let _ = survives::<ComplianceInfo>(&json).map(|info| info.validate());
        let _ = survives::<OfficialAccountRequest>(&json).map(|request| request.validate());
    }
}
