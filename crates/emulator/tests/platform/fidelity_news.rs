//! What the platform tells of accounts, numbers, templates, forms, calls and groups: something of each.

use serde_json::{Value, json};

use crate::desk::*;
use crate::template_desk::{approved, delivery};

const FIELDS: [&str; 26] = [
    "messages",
    "calls",
    "flows",
    "user_id_update",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "template_correct_category_detection",
    "account_update",
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "business_capability_update",
    "business_username_update",
    "partner_solutions",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "user_preferences",
    "history",
    "smb_app_state_sync",
];

struct Story {
    desk: Desk,
}

impl Story {
    async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let done = self.desk.control(method, path, body.clone()).await;
        assert!(done.status < 300, "{method} {path} {body}: {}", done.body);
        self.desk.advance(SECOND).await;
        done.body
    }

    async fn graph(&self, path: &str, body: Value) -> Value {
        let done = self.desk.call("POST", &format!("/v25.0/{path}"), Some(&body)).await;
        assert_eq!(done.status, 200, "{path} {body}: {}", done.body);
        self.desk.advance(SECOND).await;
        done.body
    }

    async fn templates(&self) {
        for (name, acts) in [
            (
                "soap",
                &[
                    "quality",
                    "miscategorize",
                    "recategorize",
                    "pause",
                    "unpause",
                    "archive",
                    "unarchive",
                    "delete",
                ][..],
            ),
            ("salt", &["pause", "disable"][..]),
        ] {
            let id = approved(&self.desk, delivery(name)).await;
            for act in acts {
                let body =
                    json!({ "score": "YELLOW", "correct_category": "MARKETING", "category": "MARKETING" });
                self.control("POST", &format!("/templates/{id}/{act}"), body).await;
            }
        }
        self.control(
            "PUT",
            "/reviewer",
            json!({ "rules": [{ "match": { "name": "pepper" }, "decision": "reject",
            "rejection_info": { "reason": "r", "recommendation": "s" } }] }),
        )
        .await;
        self.graph(&format!("{WABA}/message_templates"), delivery("pepper")).await;
        let flour = approved(&self.desk, delivery("flour")).await;
        let whole = json!([{ "type": "HEADER", "format": "TEXT", "text": "Flour" }, delivery("flour")["components"][0],
            { "type": "FOOTER", "text": "Lucky Shrub" }, { "type": "BUTTONS", "buttons": [
                { "type": "URL", "text": "Look", "url": "https://shop.test/flour" },
                { "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310" }] }]);
        self.graph(&flour, json!({ "components": whole })).await;
        self.desk.advance(25 * HOUR).await;
    }

    async fn numbers(&self) {
        let number = format!("/phone-numbers/{NUMBER}");
        for score in ["RED", "GREEN"] {
            self.control("PATCH", &number, json!({ "quality_rating": score })).await;
        }
        self.graph(NUMBER, json!({ "new_display_name": "Lucky Shrubs" })).await;
        self.control(
            "POST",
            &format!("{number}/review"),
            json!({ "of": "name", "decision": "REJECTED", "reason": "NAME_NOT_CONSISTENT" }),
        )
        .await;
        self.graph(&format!("{NUMBER}/username"), json!({ "username": "lucky.shrub" })).await;
        self.graph(
            &format!("{NUMBER}/official_business_account"),
            json!({ "business_website_url": "https://a.test", "primary_country_of_operation": "ES" }),
        )
        .await;
        self.control(
            "POST",
            &format!("{number}/review"),
            json!({ "of": "official", "decision": "APPROVED" }),
        )
        .await;
        self.control("POST", &format!("{number}/pin-reset"), json!({})).await;
        self.control("POST", &format!("{number}/throughput"), json!({ "maintenance_seconds": 1 })).await;
        let calling = json!({ "calling": { "status": "ENABLED", "call_icon_visibility": "DEFAULT" } });
        self.graph(&format!("{NUMBER}/settings"), calling).await;
        self.graph(
            &format!("{NUMBER}/settings"),
            json!({ "user_identity_change": { "enable_identity_key_check": true } }),
        )
        .await;
    }

    async fn accounts(&self) {
        let enforce = format!("/wabas/{WABA}/enforce");
        for body in [
            json!({ "event": "ACCOUNT_VIOLATION", "violation_type": "ADULT", "remediation": "r" }),
            json!({ "event": "ACCOUNT_RESTRICTION", "restrictions": ["RESTRICTED_ADD_PHONE_NUMBER_ACTION"], "seconds": 60 }),
            json!({ "event": "RESTRICTIONS_LIFTED" }),
            json!({ "event": "DISABLED_UPDATE", "state": "DISABLE" }),
            json!({ "event": "DISABLED_UPDATE", "state": "REINSTATE" }),
            json!({ "event": "ACCOUNT_REVIEW", "decision": "APPROVED" }),
            json!({ "event": "ALERT" }),
            json!({ "event": "CAPABILITY", "max_daily_conversations_per_business": 2_000, "max_phone_numbers_per_waba": 25 }),
            json!({ "event": "ACCOUNT_OFFBOARDED" }),
            json!({ "event": "ACCOUNT_RECONNECTED" }),
        ] {
            self.control("POST", &enforce, body).await;
        }
        let signup = self.control("POST", "/signup", json!({})).await;
        let waba = signup["waba_id"].as_str().unwrap();
        self.control(
            "POST",
            &format!("/wabas/{waba}/enforce"),
            json!({ "event": "PARTNER_REMOVED", "reason": "ACCOUNT_DISCONNECTED", "initiated_by": "USER" }),
        )
        .await;
    }

    async fn forms(&self) {
        let form = self.control("PUT", "/forms", json!({ "name": "booking", "status": "DRAFT" })).await;
        let path = format!("/forms/{}", form["id"].as_str().unwrap());
        self.control("PATCH", &path, json!({ "status": "PUBLISHED" })).await;
        for event in [
            "CLIENT_ERROR_RATE",
            "ENDPOINT_ERROR_RATE",
            "ENDPOINT_LATENCY",
            "ENDPOINT_AVAILABILITY",
            "FLOW_VERSION_EXPIRY_WARNING",
        ] {
            self.control("POST", &format!("{path}/events"), json!({ "event": event })).await;
        }
    }

    async fn people(&self) {
        self.desk.ana_writes("hola").await;
        let checks = json!({ "user_identity_change": { "enable_identity_key_check": true } });
        self.graph(&format!("{NUMBER}/settings"), checks).await;
        self.control("POST", &format!("/customers/{ANA}/identity"), Value::Null).await;
        self.desk.text("hi").await;
        self.desk.advance(SECOND).await;
        let says = format!("/customers/{ANA}/calls");
        self.control("POST", &says, json!({ "action": "permission", "response": "accept" })).await;
        let sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
        for end in [["accept", "hang_up"], ["accept", "fail"], ["reject", ""]] {
            let dial = json!({ "messaging_product": "whatsapp", "to": ANA, "action": "connect",
                "biz_opaque_callback_data": "order:1", "session": { "sdp_type": "offer", "sdp": sdp } });
            self.graph(&format!("{NUMBER}/calls"), dial).await;
            for action in end.into_iter().filter(|action| !action.is_empty()) {
                self.control("POST", &says, json!({ "action": action })).await;
            }
        }
        self.control("PUT", "/open-questions", json!({ "user_id_update": true })).await;
        self.control("POST", &format!("/customers/{ANA}/number"), json!({ "wa_id": "34600111333" })).await;
        self.control("PATCH", "/customers/34600111333", json!({ "username": "ana" })).await;
        self.desk.advance(31 * 24 * HOUR).await;
        self.control("POST", "/customers/34600111333/number", json!({ "wa_id": ANA })).await;
        self.control("PATCH", &format!("/customers/{ANA}"), json!({ "username": null })).await;
        self.control("PUT", "/apps", json!({ "id": APP, "webhook_version": "v22.0" })).await;
        self.desk.ana_writes("again").await;
        self.desk.text("hi").await;
        self.desk.advance(SECOND).await;
    }

    async fn groups(&self) {
        self.graph(
            &format!("{NUMBER}/groups"),
            json!({ "messaging_product": "whatsapp", "subject": "Garden", "description": "d",
            "join_approval_mode": "approval_required" }),
        )
        .await;
        let group = self.control("GET", "/groups", Value::Null).await["data"][0].clone();
        let id = group["id"].as_str().unwrap();
        let ana = format!("/customers/{ANA}/groups");
        let join = json!({ "invite_link": group["invite_link"] });
        self.control("POST", &format!("{ana}/join"), join.clone()).await;
        self.control("POST", &format!("{ana}/withdraw"), json!({ "group_id": id })).await;
        let asked = self.control("POST", &format!("{ana}/join"), join).await;
        let product = |mut body: Value| {
            body["messaging_product"] = json!("whatsapp");
            body
        };
        self.graph(
            &format!("{}/join_requests", encoded(id)),
            product(json!({ "join_requests": [asked["join_request_id"]] })),
        )
        .await;
        self.control(
            "PATCH",
            &format!("/groups/{}", encoded(id)),
            json!({ "fail_settings": { "description": 131_000 } }),
        )
        .await;
        self.graph(&encoded(id), product(json!({ "subject": "New", "description": "D" }))).await;
        for suspended in [true, false] {
            self.control("PATCH", &format!("/groups/{}", encoded(id)), json!({ "suspended": suspended }))
                .await;
        }
        let out = product(json!({ "participants": [{ "user": ANA }] }));
        let path = format!("/v25.0/{}/participants", encoded(id));
        assert_eq!(self.desk.call("DELETE", &path, Some(&out)).await.status, 200);
        self.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "group_creation_error": 131_214 })).await;
        self.graph(&format!("{NUMBER}/groups"), product(json!({ "subject": "Fails" }))).await;
        self.desk.call("DELETE", &format!("/v25.0/{}", encoded(id)), None).await;
        self.desk.advance(SECOND).await;
    }
}

/// The bodies of all webhooks of the story.
pub async fn everything_else() -> Vec<Value> {
    let desk = Desk::with(NOVEMBER, |config| config.link_media = emulator::LinkMedia::Trust).await;
    let hook = json!({ "url": desk.hook_url, "fields": FIELDS });
    desk.emulator.control().set_webhook(&hook).await.unwrap();
    let story = Story { desk };
    story.people().await;
    story.groups().await;
    story.templates().await;
    story.numbers().await;
    story.forms().await;
    story.accounts().await;
    let got = story.desk.receiver.got.lock().unwrap().clone();
    for received in &got {
        let parsed = cloud_api::webhook::parse(&received.body).unwrap();
        assert!(parsed.surprises().is_empty(), "{:?} in {}", parsed.surprises(), received.json());
    }
    got.iter().map(Received::json).collect()
}
