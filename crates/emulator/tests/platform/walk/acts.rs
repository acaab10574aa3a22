//! What people and the platform do: customers, time, faults, reviewers, partners; by the control API.

use axum::body::Body;
use axum::http::Request;
use emulator::{Clock, Emulator};
use futures_util::FutureExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{DAY, Walk, encoded};
use crate::desk::{HOUR, MINUTE, SECOND};

impl Walk {
    /// An operation that fits or doesn't: refused or not, never broken.
    pub fn control(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::builder().method(method).uri(format!("/_control{path}"));
        let content = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.header("content-type", "application/json").body(content).unwrap();
        // Nothing waits but for the outside, which isn't there: asking once is enough.
        let Some(response) = self.router.clone().oneshot(request).now_or_never() else { return Value::Null };
        let response = response.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 24).now_or_never().unwrap().unwrap();
        assert!(status.as_u16() < 500, "{method} {path} {body}: {status}");
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let refused = answer["error"]["message"].is_string();
        assert_ne!(status.is_success(), refused, "{method} {path} {body}: {status} {answer}");
        if refused { Value::Null } else { answer }
    }

    /// Notes the names that somebody has now.
    pub fn learn(&mut self, who: usize) {
        let phone = self.people.phones[who].clone();
        let customer = self.control("GET", &format!("/customers/{phone}"), &Value::Null);
        self.people.learn(who, &customer);
        for tenant in 0..2 {
            if let Some(id) = customer["user_ids"][self.tenants[tenant].business].as_str() {
                self.tenants[tenant].keeps_secret(id);
                self.user_ids.insert((tenant, who), id.to_owned());
            }
        }
    }

    pub fn customer_writes(&mut self) {
        let (who, tenant) = (self.throws.below(8), self.throws.below(2));
        let phone = self.people.phones[who].clone();
        self.control("POST", "/customers", &json!({ "wa_id": phone }));
        self.learn(who);
        let (number, word) = (self.tenants[tenant].number, self.tenants[tenant].word);
        let mut body = match self.throws.below(8) {
            0 => json!({ "type": "location", "location": { "latitude": 1.5, "longitude": 2.5 } }),
            1 => {
                json!({ "type": "reaction", "reaction": { "message_id": self.known_message(tenant), "emoji": "👍" } })
            }
            2 => {
                json!({ "type": "text", "text": { "body": word }, "referral": { "source_type": "ad", "source_id": "1" } })
            }
            3 => json!({ "type": "request_welcome" }),
            4 => json!({ "type": "interactive", "interactive": { "type": "call_permission_reply",
                "call_permission_reply": { "response": "accept" } } }),
            _ => json!({ "type": "text", "text": { "body": format!("hola {word}") } }),
        };
        body["phone_number_id"] = json!(number);
        if let Some(group) = self.tenants[tenant].made.get("Group").and_then(|ids| ids.last()).cloned()
            && self.throws.one_in(10)
        {
            body["group_id"] = json!(group);
        }
        self.control("POST", &format!("/customers/{phone}/messages"), &body);
    }

    pub fn customer_acts(&mut self) {
        let (who, tenant) = (self.throws.below(8), self.throws.below(2));
        let (phone, number) = (self.people.phones[who].clone(), self.tenants[tenant].number);
        let wamid = encoded(&self.known_message(tenant));
        let of = json!({ "phone_number_id": number });
        let with = |mut body: Value| {
            body["phone_number_id"] = json!(number);
            body
        };
        let call = *self.throws.of(&["call", "accept", "reject", "hang_up", "fail"]);
        let invite = self.invites.last().cloned().unwrap_or_default();
        let (method, what, body) = match self.throws.below(19) {
            0 => ("POST", "block".to_owned(), of),
            1 | 2 => ("DELETE", "block".to_owned(), of),
            3 => ("POST", "preferences".to_owned(), with(json!({ "marketing": "stop" }))),
            4 => ("POST", "preferences".to_owned(), with(json!({ "marketing": "resume" }))),
            5 => ("POST", "open".to_owned(), with(json!({ "seconds": 30 }))),
            6 => ("POST", "tap".to_owned(), of),
            7..=9 => ("POST", "calls".to_owned(), with(json!({ "action": call }))),
            10 => (
                "POST",
                "calls".to_owned(),
                with(
                    json!({ "action": "permission", "response": "accept", "permanent": self.throws.one_in(3) }),
                ),
            ),
            11 => ("POST", "groups/join".to_owned(), json!({ "invite_link": invite })),
            12 => (
                "POST",
                format!("groups/{}", *self.throws.of(&["leave", "read", "withdraw"])),
                json!({ "group_id": self.tenants[tenant].ids("Group").pop() }),
            ),
            13 => (
                "POST",
                format!("messages/{wamid}/edit"),
                json!({ "text": { "body": self.tenants[tenant].word } }),
            ),
            14 => ("POST", format!("messages/{wamid}/revoke"), json!({})),
            15 => ("POST", "identity".to_owned(), json!({})),
            16 => ("POST", "click".to_owned(), of),
            17 => return self.changes_number(who),
            _ => ("POST", "read".to_owned(), of),
        };
        let done = self.control(method, &format!("/customers/{phone}/{what}"), &body);
        if what == "calls"
            && let Some(id) = done["id"].as_str()
        {
            self.calls.push((tenant, id.to_owned()));
            self.tenants[tenant].keeps_secret(id);
        }
    }

    fn changes_number(&mut self, who: usize) {
        let old = self.people.phones[who].clone();
        let n = self.throws.below(10_000);
        let new = if who < 4 { format!("3461{n:07}") } else { format!("1555030{n:04}") };
        let done = self.control("POST", &format!("/customers/{old}/number"), &json!({ "wa_id": new }));
        if done["wa_id"] == new.as_str() {
            self.people.moved(who, &new);
            self.learn(who);
        }
    }

    /// What the platform and its reviewers do to a business.
    pub fn platform_acts(&mut self) {
        let tenant = self.throws.below(2);
        let who = self.throws.below(8);
        let of = &self.tenants[tenant];
        let (waba, number, business, app, word) = (of.waba, of.number, of.business, of.app, of.word);
        let template = of.ids("Template").pop().unwrap_or_else(|| "500000000000001".to_owned());
        let group = encoded(&of.ids("Group").pop().unwrap_or_default());
        let phone = self.people.phones[who].clone();
        let score = *self.throws.of(&["GREEN", "YELLOW", "RED", "UNKNOWN"]);
        let act = *self.throws.of(&[
            "approve",
            "reject",
            "pause",
            "unpause",
            "quality",
            "recategorize",
            "archive",
            "unarchive",
            "pacing",
            "release",
            "drop",
        ]);
        let act_body = json!({ "score": score, "category": "MARKETING", "first": 2 });
        let name = (!self.throws.one_in(3)).then(|| format!("u{who}.plants"));
        let role = *self.throws.of(&["customer_service", "escalation", "marketing"]);
        let (method, path, body) = match self.throws.below(30) {
            0 | 1 => ("POST", format!("/templates/{template}/{act}"), act_body),
            2 => ("PATCH", format!("/customers/{phone}"), json!({ "username": name })),
            3 => ("PATCH", format!("/customers/{phone}"), json!({ "offline_seconds": 600 })),
            4 => ("PATCH", format!("/customers/{phone}"), json!({ "marketing_cap": 1 })),
            5 => ("PATCH", format!("/phone-numbers/{number}"), json!({ "quality_rating": score })),
            6 => (
                "PATCH",
                format!("/phone-numbers/{number}"),
                json!({ "status": *self.throws.of(&["FLAGGED", "BANNED", "RESTRICTED"]) }),
            ),
            7 => ("POST", format!("/phone-numbers/{number}/throughput"), json!({ "maintenance_seconds": 5 })),
            8 => ("POST", format!("/phone-numbers/{number}/pin-reset"), json!({})),
            9 => (
                "POST",
                format!("/phone-numbers/{number}/review"),
                json!({ "of": "username", "decision": "APPROVED" }),
            ),
            10 => (
                "POST",
                format!("/wabas/{waba}/enforce"),
                json!({ "event": "ACCOUNT_RESTRICTION", "restrictions": ["RESTRICTED_BIZ_INITIATED_MESSAGING"], "seconds": 3_600 }),
            ),
            11 => (
                "POST",
                format!("/wabas/{waba}/enforce"),
                json!({ "event": *self.throws.of(&["ACCOUNT_VIOLATION", "ALERT", "CAPABILITY", "VERIFIED_ACCOUNT"]), "violation_type": "SPAM" }),
            ),
            12 => ("PATCH", format!("/wabas/{waba}"), json!({ "payment_method": self.throws.one_in(2) })),
            13 => (
                "PUT",
                "/businesses".to_owned(),
                json!({ "id": business, "messaging_limit": *self.throws.of(&["TIER_250", "TIER_2K", "TIER_UNLIMITED"]) }),
            ),
            14 => (
                "PUT",
                "/businesses".to_owned(),
                json!({ "id": business, "contact_book": self.throws.one_in(2) }),
            ),
            15 => (
                "PUT",
                format!("/phone-numbers/{number}/routing"),
                json!({ "responders": [{ "app_id": app, "role": role }],
                "agent": { "answers": [{ "text": word, "pass": { "summary": word } }] } }),
            ),
            16 => ("DELETE", format!("/phone-numbers/{number}/routing"), json!({})),
            17 => (
                "PUT",
                "/phone-numbers".to_owned(),
                json!({ "id": number, "display_phone_number": self.tenants[tenant].secrets[0].as_str(),
                "verified_name": self.tenants[tenant].secrets[1].as_str(), "waba_id": waba, "is_on_biz_app": true }),
            ),
            18 => (
                "POST",
                format!("/phone-numbers/{number}/app-messages"),
                json!({ "to": phone, "type": "text", "text": { "body": word } }),
            ),
            19 => (
                "POST",
                format!("/phone-numbers/{number}/contacts"),
                json!({ "wa_id": phone, "full_name": word }),
            ),
            20 => (
                "PUT",
                "/apps".to_owned(),
                json!({ "id": app, "webhook_version": *self.throws.of(&["v22.0", "v25.0"]), "mode": *self.throws.of(&["live", "development"]) }),
            ),
            21 => (
                "PUT",
                "/webhook-engine".to_owned(),
                json!({ "batch": { "max_changes": *self.throws.of(&[1, 10]), "within_ms": 0 }, "override_scope": "messages" }),
            ),
            22 => ("PATCH", format!("/groups/{group}"), json!({ "suspended": self.throws.one_in(3) })),
            23 => (
                "PUT",
                "/reviewer".to_owned(),
                json!({ "rules": [{ "match": { "name": "*7" }, "decision": "reject" }] }),
            ),
            24 => (
                "POST",
                "/talk".to_owned(),
                json!({ "customers": 2, "first": format!("1555060{:04}", self.throws.below(9_000)), "per_minute": 1, "for": "10m",
                "says": [format!("crowd {word}")], "phone_number_id": number }),
            ),
            25 => (
                "POST",
                "/scenarios".to_owned(),
                json!({ "yaml": format!("name: s\nsteps:\n  - {{ do: POST /customers, with: {{ wa_id: \"{phone}\" }} }}\n  - {{ after: 1m, do: \"POST /customers/{phone}/messages\", with: {{ phone_number_id: \"{number}\", type: text, text: {{ body: {word} }} }} }}\n") }),
            ),
            26 => ("PUT", "/wabas".to_owned(), json!({ "id": waba, "direct_send": self.throws.one_in(2) })),
            27 => return self.looks_at_groups(),
            28 => return self.answers_open_questions(),
            _ => return self.repair(),
        };
        self.failed_may_arrive |= self.open["delivered_after_failed"] == true;
        // The agent's answers are sent by nobody here, and apps' phones by people.
        self.answers_get_lost |= path.ends_with("/routing");
        self.control(method, &path, &body);
        if path.starts_with("/customers/") {
            self.learn(who);
        }
    }

    fn answers_open_questions(&mut self) {
        let either = |throws: &mut super::Throws| throws.one_in(2);
        let t = &mut self.throws;
        let body = json!({
            "throttle_status": *t.of(&[400, 429]), "conversation_since_v24": either(t), "delivered_after_failed": either(t),
            "reactions_open_window": either(t), "edits_open_window": either(t), "username_at_sign": either(t),
            "call_status_case": *t.of(&["upper", "capitalized"]), "stale_user_id": *t.of(&["fails", "refused"]),
            "free_service_pricing": *t.of(&["regular", "free_customer_service"]),
            "business_username_field": *t.of(&["business_username_update", "business_username_updates"]),
            "connected_calls_per_day": *t.of(&[5, 10]),
        });
        self.open = self.control("PUT", "/open-questions", &body);
        self.failed_may_arrive |= self.open["delivered_after_failed"] == true;
    }

    fn looks_at_groups(&mut self) {
        for tenant in 0..2 {
            let number = self.tenants[tenant].number;
            let groups = self.control("GET", &format!("/groups?phone_number_id={number}"), &Value::Null);
            for group in groups["data"].as_array().into_iter().flatten().filter(|g| g["deleted_at"].is_null())
            {
                self.tenants[tenant].has_made("Group", group["id"].as_str().unwrap());
                if let Some(link) = group["invite_link"].as_str() {
                    self.invites.push(link.to_owned());
                }
            }
        }
    }

    pub fn faults(&mut self) {
        let code = *self.throws.of(&[131_026, 131_000, 131_053]);
        let when = *self.throws.of(&["before", "after"]);
        let effect = match self.throws.below(8) {
            0 => json!({ "status": 503, "when": when }),
            1 => json!({ "cut": true, "when": when }),
            2 => json!({ "error": 131_016 }),
            3 => json!({ "fail": code }),
            4 => json!({ "webhook": "duplicate" }),
            5 => json!({ "webhook": "reorder" }),
            6 => json!({ "webhook": "drop" }),
            _ => json!({ "webhook": "delay", "delay_ms": 5_000 }),
        };
        let kind = match self.throws.below(3) {
            0 => json!({}),
            1 => json!({ "kind": "send" }),
            _ => json!({ "path": "/messages" }),
        };
        let rule = json!({ "match": kind, "effect": effect, "probability": 0.5, "times": 3 });
        self.control("POST", "/faults", &rule);
        self.answers_get_lost |= when == "after";
    }

    /// Whether a rule is in force that breaks calls.
    pub fn may_break(&mut self) -> bool {
        let rules = self.control.faults();
        let breaks = |rule: &Value| {
            let effect = &rule["effect"];
            effect["status"].is_u64() || effect["cut"] == true || effect["error"].is_i64()
        };
        rules["data"].as_array().unwrap().iter().any(breaks)
    }

    /// Puts back what would keep the walk from going on.
    pub fn repair(&mut self) {
        self.control("DELETE", "/faults", &Value::Null);
        for tenant in 0..2 {
            let of = &self.tenants[tenant];
            let (waba, number, app) = (of.waba, of.number, of.app);
            let token = json!({ "token": of.token, "app_id": app, "wabas": [waba], "businesses": [of.business], "revoked": null });
            self.control("PUT", "/tokens", &token);
            self.control(
                "PATCH",
                &format!("/phone-numbers/{number}"),
                &json!({ "status": null, "test_recipients": null }),
            );
            self.control(
                "POST",
                &format!("/phone-numbers/{number}/review"),
                &json!({ "of": "name", "decision": "APPROVED" }),
            );
            self.control("PUT", "/phone-numbers", &json!({ "id": number, "registered": true }));
            self.control("PATCH", &format!("/wabas/{waba}"), &json!({ "payment_method": true }));
            self.control(
                "POST",
                &format!("/wabas/{waba}/enforce"),
                &json!({ "event": "RESTRICTIONS_LIFTED" }),
            );
            self.control("PUT", "/wabas", &json!({ "id": waba, "subscribed_apps": [app] }));
            self.control("PUT", "/apps", &json!({ "id": app, "mode": "live" }));
            self.control("DELETE", &format!("/phone-numbers/{number}/routing"), &Value::Null);
        }
    }

    pub fn time_passes(&mut self) {
        let far = [100, SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY + 1];
        let ms = *self.throws.of(&far);
        self.control.advance(ms);
    }

    /// The world goes into another emulator as JSON, and the walk goes on there.
    pub async fn round_trip(&mut self) {
        let state = self.control.export_state().await.unwrap();
        let clock = Clock::manual(self.clock.now_ms());
        let emulator = Emulator::new(super::config(self.seed, clock.clone()));
        emulator.control().import_state(state).await.unwrap();
        (self.control, self.router, self.clock) = (emulator.control(), emulator.router(), clock);
    }
}
