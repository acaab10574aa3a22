//! A long random walk over the control API and the Graph API of two businesses, beside a small model that knows only
//! the rules: whatever happens, nothing breaks, nothing leaks, and the same seed gives the same webhooks.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use emulator::{Clock, Config, Control, Emulator, WebhookQuery};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::desk::{APP, HOUR, MINUTE, NUMBER, SECOND, SEPTEMBER, TOKEN, WABA};

const STEPS: usize = 10_000;
const DAY: i64 = 24 * HOUR;

/// One business with everything that only it may see.
struct Tenant {
    app: &'static str,
    waba: &'static str,
    number: &'static str,
    token: &'static str,
    /// What nobody else's answers and webhooks may contain.
    secrets: Vec<String>,
    /// A word in every text of this business's.
    word: &'static str,
}

fn tenants() -> [Tenant; 2] {
    let secrets = |list: &[&str]| list.iter().map(|secret| (*secret).to_owned()).collect();
    [
        Tenant {
            app: APP,
            waba: WABA,
            number: NUMBER,
            token: TOKEN,
            secrets: secrets(&["800000000000001", WABA, NUMBER, "15550100001", "marble", "Lucky Shrub"]),
            word: "marble",
        },
        Tenant {
            app: "900000000000002",
            waba: "700000000000002",
            number: "600000000000002",
            token: "ANOTHER",
            secrets: secrets(&[
                "800000000000002",
                "700000000000002",
                "600000000000002",
                "15550100002",
                "walnut",
                "Another Shop",
                "s3cret",
            ]),
            word: "walnut",
        },
    ]
}

/// The walker's own dice, so that the walk doesn't depend on the emulator's.
struct Throws(u64);

impl Throws {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// What is known of a message that was accepted.
struct Accepted {
    tenant: usize,
    free_form: bool,
    window_open: bool,
    states: Vec<String>,
}

struct Walk {
    control: Control,
    router: Router,
    clock: Clock,
    throws: Throws,
    tenants: [Tenant; 2],
    /// Until when a customer may be answered, by tenant and `wa_id`.
    windows: BTreeMap<(usize, String), i64>,
    accepted: BTreeMap<String, Accepted>,
    inbound: Vec<(usize, String)>,
    seen: u64,
    webhooks: Vec<String>,
}

impl Walk {
    fn new(seed: u64) -> (Emulator, Self) {
        let clock = Clock::manual(SEPTEMBER);
        let mut config = Config::new(clock.clone());
        config.seed = seed;
        config.webhooks.log_limit = 1_000_000;
        // Nobody sends the webhooks: their bodies are read from the log.
        let emulator = Emulator::new(config);
        let walk = Self {
            control: emulator.control(),
            router: emulator.router(),
            clock,
            throws: Throws(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            tenants: tenants(),
            windows: BTreeMap::new(),
            accepted: BTreeMap::new(),
            inbound: Vec::new(),
            seen: 0,
            webhooks: Vec::new(),
        };
        let set = |operation: (&str, &str), body: Value| {
            walk.control.perform(operation.0, operation.1, &body).unwrap()
        };
        set(("PUT", "/businesses"), json!({ "id": "800000000000002", "name": "Another Shop" }));
        set(("PUT", "/apps"), json!({ "id": "900000000000002", "name": "Another Shop", "secret": "s3cret" }));
        set(
            ("PUT", "/wabas"),
            json!({ "id": "700000000000002", "business_id": "800000000000002", "name": "Another Shop",
            "subscribed_apps": ["900000000000002"] }),
        );
        set(
            ("PUT", "/phone-numbers"),
            json!({ "id": "600000000000002", "waba_id": "700000000000002",
            "display_phone_number": "+1 555-010-0002", "verified_name": "Another Shop" }),
        );
        set(
            ("PUT", "/tokens"),
            json!({ "token": "ANOTHER", "app_id": "900000000000002", "wabas": ["700000000000002"],
            "businesses": ["800000000000002"] }),
        );
        for app in [APP, "900000000000002"] {
            set(("PUT", "/webhook"), json!({ "url": "http://127.0.0.1:9/hook", "app_id": app }));
        }
        (emulator, walk)
    }

    /// A phone call away: the same eight people all the time, half of them in Europe.
    fn person(&mut self) -> String {
        let n = self.throws.below(8);
        if n < 4 { format!("3460011122{n}") } else { format!("1555020000{n}") }
    }

    fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    async fn step(&mut self) {
        match self.throws.below(100) {
            0..=24 => self.customer_writes(),
            25..=59 => self.business_sends().await,
            60..=66 => self.looks().await,
            67..=74 => self.odd_call().await,
            75..=84 => self.odd_control(),
            85..=90 => self.customer_acts(),
            _ => self.time_passes(),
        }
        self.read_webhooks();
    }

    fn customer_writes(&mut self) {
        let (wa_id, tenant) = (self.person(), self.throws.below(2));
        drop(self.control.perform("POST", "/customers", &json!({ "wa_id": wa_id })));
        let Tenant { number, word, .. } = self.tenants[tenant];
        let text = json!({ "body": format!("hola {word}") });
        let body = match self.throws.below(4) {
            0 => {
                json!({ "type": "location", "location": { "latitude": 1.5, "longitude": 2.5 }, "phone_number_id": number })
            }
            _ => json!({ "type": "text", "text": text, "phone_number_id": number }),
        };
        if let Ok(sent) = self.control.perform("POST", &format!("/customers/{wa_id}/messages"), &body) {
            self.inbound.push((tenant, sent["wamid"].as_str().unwrap().to_owned()));
            self.windows.insert((tenant, wa_id), self.now() + DAY);
        }
    }

    async fn business_sends(&mut self) {
        let (wa_id, tenant) = (self.person(), self.throws.below(2));
        let word = self.tenants[tenant].word;
        let mut body = match self.throws.below(8) {
            0 | 1 => {
                json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "es" } } })
            }
            2 => {
                json!({ "type": "template", "template": { "name": "welcome_back", "language": { "code": "es" }, "components": [
                { "type": "body", "parameters": [{ "type": "text", "text": word }] }] } })
            }
            3 => {
                json!({ "type": "interactive", "interactive": { "type": "button", "body": { "text": word }, "action": {
                "buttons": [{ "type": "reply", "reply": { "id": "a", "title": "A" } }] } } })
            }
            4 => json!({ "type": "reaction", "reaction": { "emoji": "👍",
                "message_id": self.known_message(tenant) } }),
            _ => json!({ "type": "text", "text": { "body": word } }),
        };
        body["messaging_product"] = json!("whatsapp");
        body["to"] = json!(wa_id);
        let free_form = !["template", "reaction"].contains(&body["type"].as_str().unwrap());
        let window_open = self.windows.get(&(tenant, wa_id)).is_some_and(|until| self.now() < *until);
        let path = format!("/v25.0/{}/messages", self.tenants[tenant].number);
        let answer = self.graph(tenant, "POST", &path, Some(&body)).await;
        if let Some(wamid) = answer["messages"][0]["id"].as_str() {
            let new = Accepted { tenant, free_form, window_open, states: Vec::new() };
            assert!(self.accepted.insert(wamid.to_owned(), new).is_none(), "a wamid came twice");
        }
    }

    fn known_message(&mut self, tenant: usize) -> String {
        let own: Vec<&String> =
            self.inbound.iter().filter(|(of, _)| *of == tenant).map(|(_, id)| id).collect();
        if own.is_empty() { "wamid.none".to_owned() } else { (*self.throws.of(&own)).clone() }
    }

    /// Reads, marks as read, and lists.
    async fn looks(&mut self) {
        let tenant = self.throws.below(2);
        let Tenant { number, waba, app, .. } = self.tenants[tenant];
        let wamid = self.known_message(tenant);
        let read = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": wamid });
        let (method, path, body) = match self.throws.below(8) {
            0 => ("GET", format!("/v25.0/{number}"), None),
            1 => ("GET", format!("/v25.0/{waba}/message_templates?limit=2"), None),
            2 => ("GET", format!("/v25.0/{waba}/phone_numbers"), None),
            3 => ("GET", format!("/v25.0/{number}/whatsapp_business_profile?fields=about,email"), None),
            4 => ("GET", format!("/v25.0/{waba}?fields=id,name"), None),
            5 => ("GET", format!("/v25.0/{app}/subscriptions"), None),
            _ => ("POST", format!("/v25.0/{number}/messages"), Some(read)),
        };
        self.graph(tenant, method, &path, body.as_ref()).await;
    }

    /// Calls that nobody should make: foreign ids, wrong types, missing parts.
    async fn odd_call(&mut self) {
        let tenant = self.throws.below(2);
        let other = &self.tenants[1 - tenant];
        let node = *self.throws.of(&[
            other.number,
            other.waba,
            other.app,
            "800000000000002",
            "1",
            "x",
            "wamid.x",
            "",
        ]);
        let edges = [
            "",
            "/messages",
            "/message_templates",
            "/phone_numbers",
            "/subscribed_apps",
            "/media",
            "/groups",
            "/calls",
            "/settings",
            "/whatsapp_business_profile",
            "/register",
            "/nothing",
        ];
        let edge = *self.throws.of(&edges);
        let method = *self.throws.of(&["GET", "POST", "DELETE"]);
        let body = match self.throws.below(5) {
            0 => json!({}),
            1 => json!({ "messaging_product": 5, "to": [], "type": {} }),
            2 => {
                json!({ "messaging_product": "whatsapp", "to": "34600111220", "type": "interactive", "interactive": { "type": "list", "action": 1 } })
            }
            3 => json!({ "messaging_product": "whatsapp", "to": "34600111220", "text": { "body": "" } }),
            _ => {
                json!({ "messaging_product": "whatsapp", "recipient_type": "group", "to": "1", "type": "text", "text": { "body": "x" } })
            }
        };
        let version = *self.throws.of(&["/v25.0", "/v13.0", "", "/v99.0"]);
        let body = (method == "POST").then_some(&body);
        self.graph(tenant, method, &format!("{version}/{node}{edge}"), body).await;
    }

    /// Control operations with bodies that fit and bodies that don't: refused or not, never broken.
    fn odd_control(&mut self) {
        let person = self.person();
        let bodies = [
            json!({}),
            json!({ "url": 5 }),
            json!({ "customers": -1 }),
            json!({ "ms": -5 }),
            json!({ "type": "text" }),
            json!({ "yaml": "steps: [" }),
            json!({ "username": "a" }),
            json!({ "effect": {} }),
            json!({ "type": "interactive", "interactive": { "type": "button_reply", "button_reply": { "id": "nope" } } }),
        ];
        let operations = [
            ("GET", "/world".to_owned()),
            ("GET", "/clock".to_owned()),
            ("GET", "/webhooks?limit=3".to_owned()),
            ("GET", "/messages?limit=3".to_owned()),
            ("POST", "/faults".to_owned()),
            ("POST", "/scenarios".to_owned()),
            ("POST", "/talk".to_owned()),
            ("PUT", "/templates".to_owned()),
            ("PUT", "/webhook".to_owned()),
            ("GET", format!("/customers/{person}")),
            ("GET", format!("/customers/{person}/thread?all=true&limit=5")),
            ("POST", format!("/customers/{person}/messages")),
            ("POST", format!("/customers/{person}/calls")),
            ("PATCH", format!("/customers/{person}")),
            ("POST", "/webhooks/1/redeliver".to_owned()),
            ("POST", "/clock/advance".to_owned()),
            ("GET", "/nothing".to_owned()),
        ];
        let (method, path) = self.throws.of(&operations).clone();
        let body = self.throws.of(&bodies).clone();
        let body = if method == "GET" { Value::Null } else { body };
        if let Err(error) = self.control.perform(method, &path, &body) {
            assert!(error.status < 500, "{method} {path} {body}: {error:?}");
        }
    }

    fn customer_acts(&mut self) {
        let (person, tenant) = (self.person(), self.throws.below(2));
        let number = self.tenants[tenant].number;
        let of = json!({ "phone_number_id": number });
        let act = self.throws.below(9);
        let (method, what, body) = match act {
            0 => ("POST", "block", of),
            1 | 2 => ("DELETE", "block", of),
            3 => ("POST", "preferences", json!({ "marketing": "stop", "phone_number_id": number })),
            4 => ("POST", "preferences", json!({ "marketing": "resume", "phone_number_id": number })),
            5 => ("POST", "open", json!({ "seconds": 30, "phone_number_id": number })),
            6 => ("POST", "tap", of),
            _ => ("POST", "read", of),
        };
        let done = self.control.perform(method, &format!("/customers/{person}/{what}"), &body);
        if let (6, Ok(sent)) = (act, done) {
            self.inbound.push((tenant, sent["wamid"].as_str().unwrap().to_owned()));
            self.windows.insert((tenant, person), self.now() + DAY);
        }
    }

    fn time_passes(&mut self) {
        let far = [100, SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY + 1];
        let ms = *self.throws.of(&far);
        self.control.advance(ms);
    }

    /// A call; its answer has Graph's form and nothing of the other business.
    async fn graph(&mut self, tenant: usize, method: &str, path: &str, body: Option<&Value>) -> Value {
        let asked = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.tenants[tenant].token))
            .header("content-type", "application/json")
            .body(Body::from(asked.clone()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let headers = format!("{:?}", response.headers());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(status < 500, "{method} {path} {asked}: {status} {text}");
        let answer: Value = if text.starts_with('<') {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{method} {path}: {text}"))
        };
        if status >= 400 {
            assert!(
                answer["error"]["code"].is_i64() && answer["error"]["message"].is_string(),
                "{method} {path}: {text}"
            );
        }
        for secret in &self.tenants[1 - tenant].secrets {
            let said_by_caller = path.contains(secret.as_str()) || asked.contains(secret.as_str());
            assert!(
                said_by_caller || !text.contains(secret.as_str()),
                "{method} {path} tells {secret}: {text}"
            );
            assert!(
                said_by_caller || !headers.contains(secret.as_str()),
                "{method} {path} tells {secret}: {headers}"
            );
        }
        answer
    }

    /// Everything that was sent since the last look, oldest first.
    fn read_webhooks(&mut self) {
        let (mut fresh, mut before) = (Vec::new(), None);
        loop {
            let query = WebhookQuery { limit: Some(8), before, ..WebhookQuery::default() };
            let page = self.control.webhooks(&query)["data"].as_array().unwrap().clone();
            let more = page.len() == 8;
            let new: Vec<Value> =
                page.into_iter().filter(|webhook| webhook["id"].as_u64().unwrap() > self.seen).collect();
            let all_new = new.len() == 8;
            before = new.last().and_then(|webhook| webhook["id"].as_u64());
            fresh.extend(new);
            if !more || !all_new {
                break;
            }
        }
        fresh.reverse();
        for webhook in fresh {
            self.seen = webhook["id"].as_u64().unwrap();
            self.check(&webhook);
            self.webhooks.push(webhook["body"].as_str().unwrap().to_owned());
        }
    }

    /// A webhook goes to its own business alone, and its statuses keep the rules.
    fn check(&mut self, webhook: &Value) {
        let text = webhook["body"].as_str().unwrap();
        let surprises = cloud_api::webhook::parse(text.as_bytes()).unwrap().surprises();
        assert!(surprises.is_empty(), "{surprises:?}: {text}");
        let tenant = self.tenants.iter().position(|tenant| webhook["app_id"] == tenant.app).unwrap();
        for secret in &self.tenants[1 - tenant].secrets {
            assert!(!text.contains(secret.as_str()), "a webhook tells {secret}: {text}");
        }
        let body: Value = serde_json::from_str(text).unwrap();
        let value = &body["entry"][0]["changes"][0]["value"];
        for status in value["statuses"].as_array().into_iter().flatten() {
            self.check_status(tenant, status);
        }
    }

    fn check_status(&mut self, tenant: usize, status: &Value) {
        let (wamid, name) = (status["id"].as_str().unwrap(), status["status"].as_str().unwrap());
        let message = self.accepted.get_mut(wamid).unwrap_or_else(|| panic!("a status of nothing: {status}"));
        assert_eq!(message.tenant, tenant, "{status}");
        let rank =
            |state: &str| ["sent", "delivered", "read", "played"].iter().position(|known| *known == state);
        let before = message.states.last().map(String::as_str);
        assert_ne!(before, Some("failed"), "a status after the failure: {status}");
        match (name, before) {
            ("failed", before) => {
                assert!(before.and_then(rank).unwrap_or(0) < 1, "failed after {before:?}: {status}")
            }
            (_, before) => {
                assert!(before.is_none_or(|before| rank(before) < rank(name)), "{before:?} then {status}")
            }
        }
        let code = status["errors"][0]["code"].as_i64();
        if message.free_form && !message.window_open {
            assert_eq!(name, "failed", "outside the window: {status}");
        }
        if message.window_open || !message.free_form {
            assert_ne!(code, Some(131_047), "inside the window, or a template: {status}");
        }
        message.states.push(name.to_owned());
    }
}

async fn walk(seed: u64, steps: usize) -> Walk {
    let (emulator, mut walk) = Walk::new(seed);
    for step in 0..steps {
        if step % 1_000 == 0 {
            println!("walk with seed {seed}, step {step}");
        }
        walk.step().await;
    }
    walk.control.advance(DAY);
    walk.read_webhooks();
    drop(emulator);
    walk
}

/// `WALK_SEED` repeats a walk that failed, or takes another one.
fn seed() -> u64 {
    std::env::var("WALK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7)
}

#[tokio::test]
async fn b40_ten_thousand_random_steps_break_nothing_and_leak_nothing() {
    let walked = walk(seed(), STEPS).await;
    let (sent, told) = (walked.accepted.len(), walked.webhooks.len());
    assert!(sent > 500 && told > 2_000, "{sent} sends and {told} webhooks are too few to say much");
    let settled = walked.accepted.values().filter(|message| !message.states.is_empty()).count();
    assert_eq!(settled, sent, "every message that was accepted is sent or fails");
}

#[tokio::test]
async fn b40_a_walk_with_the_same_seed_sends_the_same_webhooks_byte_for_byte() {
    let (first, second) = (walk(seed(), STEPS / 10).await, walk(seed(), STEPS / 10).await);
    assert_eq!(first.webhooks.len(), second.webhooks.len());
    for (first, second) in first.webhooks.iter().zip(&second.webhooks) {
        assert_eq!(first, second);
    }
}
