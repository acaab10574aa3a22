//! What the two businesses ask of Graph: sensible things, and whatever the routing table has.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use super::judge::{Accepted, Window};
use super::{Walk, encoded};

impl Walk {
    pub async fn business_sends(&mut self) {
        let (who, tenant) = (self.throws.below(8), self.throws.below(2));
        let word = self.tenants[tenant].word;
        let mut body = self.message(tenant, word);
        body["messaging_product"] = json!("whatsapp");
        let group = self.group_of(tenant).filter(|_| self.throws.one_in(12));
        let user_id = self.user_ids.get(&(tenant, who)).cloned().filter(|_| self.throws.one_in(5));
        match (&group, user_id) {
            (Some(group), _) => {
                body["recipient_type"] = json!("group");
                body["to"] = json!(group);
            }
            (None, Some(user_id)) => body["recipient"] = json!(user_id),
            (None, None) => body["to"] = json!(self.people.phones[who]),
        }
        let kind = body["type"].as_str().unwrap().to_owned();
        let free_form = !["template", "reaction"].contains(&kind.as_str()) && body.get("category").is_none();
        // A group has a window of its own.
        let window = if group.is_some() { Window::Unclear } else { self.window(tenant, who) };
        let edge =
            if kind == "template" && self.throws.one_in(6) { "marketing_messages" } else { "messages" };
        let path = format!("/v25.0/{}/{edge}", self.tenants[tenant].number);
        let answer = self.graph(tenant, "POST", &path, Some(&body)).await;
        if let Some(wamid) = answer["messages"][0]["id"].as_str() {
            let in_group = group.is_some();
            let new = Accepted { tenant, free_form, window, in_group, states: Vec::new(), settled: false };
            assert!(self.accepted.insert(wamid.to_owned(), new).is_none(), "a wamid came twice");
            self.tenants[tenant].has_made("Message", wamid);
        }
    }

    fn message(&mut self, tenant: usize, word: &str) -> Value {
        let known = self.known_message(tenant);
        let media = self.tenants[tenant].made.get("Media").and_then(|ids| ids.last()).cloned();
        let buttons = json!({ "buttons": [{ "type": "reply", "reply": { "id": "a", "title": "A" } }] });
        let template = |name: &str, components: Value| {
            json!({ "type": "template", "template": {
            "name": name, "language": { "code": "es" }, "components": components } })
        };
        let interactive = |kind: &str, action: Value| {
            json!({ "type": "interactive", "interactive": {
            "type": kind, "body": { "text": word }, "action": action } })
        };
        match self.throws.below(18) {
            0 | 1 => template("hello_world", json!([])),
            2 => template(
                "welcome_back",
                json!([{ "type": "body", "parameters": [{ "type": "text", "text": word }] }]),
            ),
            3 => interactive("button", buttons),
            4 => interactive(
                "list",
                json!({ "button": "B", "sections": [{ "rows": [{ "id": "r", "title": "R" }] }] }),
            ),
            5 => interactive("call_permission_request", json!({ "name": "call_permission_request" })),
            6 => json!({ "type": "reaction", "reaction": { "emoji": "👍", "message_id": known } }),
            7 => json!({ "type": "audio", "audio": { "link": "https://a.test/v.ogg", "voice": true } }),
            8 => json!({ "type": "image", "image": { "id": media.unwrap_or_else(|| "1".to_owned()) } }),
            9 => json!({ "type": "text", "text": { "body": word }, "category": "utility" }),
            10 => {
                json!({ "type": "pin", "pin": { "type": "pin", "message_id": known, "expiration_days": 2 } })
            }
            11 => {
                json!({ "type": "location", "location": { "latitude": 1, "longitude": "2.5", "name": word } })
            }
            12 => json!({ "type": "text", "text": { "body": word }, "context": { "message_id": known } }),
            _ => json!({ "type": "text", "text": { "body": word }, "biz_opaque_callback_data": word }),
        }
    }

    fn group_of(&mut self, tenant: usize) -> Option<String> {
        let groups = self.tenants[tenant].made.get("Group")?.clone();
        Some(self.throws.of(&groups).clone())
    }

    pub fn known_message(&mut self, tenant: usize) -> String {
        let own: Vec<&String> =
            self.inbound.iter().rev().filter(|(of, _)| *of == tenant).map(|(_, id)| id).take(30).collect();
        if own.is_empty() { "wamid.none".to_owned() } else { (*self.throws.of(&own)).clone() }
    }

    /// Things that a business does besides sending, done as they should be.
    pub async fn business_acts(&mut self) {
        let (tenant, who) = (self.throws.below(2), self.throws.below(8));
        let (word, number, waba) = {
            let of = &self.tenants[tenant];
            (of.word, of.number, of.waba)
        };
        let (phone, n, known) =
            (self.people.phones[who].clone(), self.throws.below(1_000), self.known_message(tenant));
        let whatsapp = |mut body: Value| {
            body["messaging_product"] = json!("whatsapp");
            body
        };
        let call_id = self
            .calls
            .iter()
            .rev()
            .find(|(of, _)| *of == tenant)
            .map(|(_, id)| id.clone())
            .unwrap_or_default();
        let sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
        let (path, body, makes) = match self.throws.below(18) {
            0 => (
                format!("{waba}/message_templates"),
                json!({ "name": format!("{word}_{n}"), "language": "es",
                "category": "UTILITY", "components": [{ "type": "BODY", "text": format!("Su pedido de {word} ha salido hoy") }] }),
                "Template",
            ),
            1 => (
                format!("{waba}/flows"),
                json!({ "name": format!("{word} {n}"), "categories": ["OTHER"] }),
                "Form",
            ),
            2 => (format!("{number}/groups"), whatsapp(json!({ "subject": format!("{word} {n}") })), ""),
            3 => (format!("{number}/message_qrdls"), json!({ "prefilled_message": word }), "Code"),
            4 => (
                format!("{waba}/template_groups"),
                json!({ "name": format!("{word} {n}"), "description": word,
                "whatsapp_business_templates": self.tenants[tenant].ids("Template") }),
                "TemplateGroup",
            ),
            5 => (
                format!("{number}/calls"),
                whatsapp(json!({ "to": phone, "action": "connect",
                "session": { "sdp_type": "offer", "sdp": sdp } })),
                "",
            ),
            6 | 7 => {
                let action = *self.throws.of(&["accept", "pre_accept", "reject", "terminate"]);
                (
                    format!("{number}/calls"),
                    whatsapp(json!({ "call_id": call_id, "action": action,
                    "session": { "sdp_type": "answer", "sdp": sdp } })),
                    "",
                )
            }
            8 | 9 => (
                format!("{number}/messages"),
                whatsapp(json!({ "status": "read", "message_id": known,
                "typing_indicator": { "type": "text" } })),
                "",
            ),
            10 => {
                (format!("{number}/block_users"), whatsapp(json!({ "block_users": [{ "user": phone }] })), "")
            }
            11 => (
                format!("{number}/thread_control"),
                whatsapp(json!({ "to": phone, "metadata": word,
                "action": *self.throws.of(&["pass", "release", "take"]) })),
                "",
            ),
            12 => (
                format!("{number}/settings"),
                json!({ "user_identity_change": { "enable_identity_key_check": self.throws.one_in(2) } }),
                "",
            ),
            13 => (
                format!("{number}/smb_app_data"),
                whatsapp(json!({ "sync_type": *self.throws.of(&["history", "smb_app_state_sync"]) })),
                "",
            ),
            14 => (format!("{number}/username"), json!({ "username": format!("{word}.{n}") }), ""),
            15 => (
                format!("{waba}/phone_numbers"),
                json!({ "cc": "1", "phone_number": format!("555011{n:04}"), "verified_name": format!("{word} {n}") }),
                "Number",
            ),
            16 => (format!("{number}/register"), whatsapp(json!({ "pin": "123456" })), ""),
            _ => (format!("{waba}/subscribed_apps"), json!({}), ""),
        };
        let answer = self.graph(tenant, "POST", &format!("/v25.0/{path}"), Some(&body)).await;
        let id = ["id", "code"].iter().find_map(|key| answer[*key].as_str());
        if let (Some(id), false) = (id, makes.is_empty()) {
            self.tenants[tenant].has_made(makes, id);
        }
        if let Some(id) = answer["calls"][0]["id"].as_str() {
            self.calls.push((tenant, id.to_owned()));
            self.tenants[tenant].keeps_secret(id);
        }
    }

    /// A file comes as multipart.
    pub async fn uploads(&mut self) {
        let tenant = self.throws.below(2);
        let (number, word) = (self.tenants[tenant].number, self.tenants[tenant].word);
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--x\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{word}.txt\"\r\ncontent-type: text/plain\r\n\r\n{word}\r\n--x--\r\n"
        );
        let path = format!("/v25.0/{number}/media");
        let answer = self.ask(tenant, "POST", &path, "multipart/form-data; boundary=x", body, true).await;
        if let Some(id) = answer["id"].as_str() {
            self.tenants[tenant].has_made("Media", id);
        }
    }

    /// Any path of the routing table with any verb: ids of its own, of the other business, of nobody; parameters of
    /// every kind.
    pub async fn any_call(&mut self) {
        let tenant = self.throws.below(2);
        let path = self.throws.of(&self.table).clone();
        let verb = match self.throws.below(8) {
            0 => *self.throws.of(&["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD"]),
            _ => self.throws.of(&path.verbs),
        };
        let id = self.any_id(tenant, &path.node);
        let code = self.tenants[tenant].ids("Code").pop().unwrap_or_else(|| "x".to_owned());
        let rest = path.path.replace('*', &code);
        let version = *self.throws.of(&["/v25.0", "/v25.0", "/v25.0", "/v13.0", "/V26.0", "", "/v99.0"]);
        let parts = [id.as_str(), rest.as_str()].map(str::to_owned);
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let mut url = format!("{version}/{}", parts.join("/"));
        if self.throws.one_in(20) {
            url.push('/');
        }
        let with_app_token = self.throws.one_in(8);
        let params = self.params(tenant);
        let pairs: Vec<String> = params.iter().map(|(k, v)| format!("{k}={}", encoded(&plain(v)))).collect();
        let (kind, body) = match self.throws.below(4) {
            0 if verb == "POST" => ("application/x-www-form-urlencoded", pairs.join("&")),
            1 | 2 if verb == "POST" => ("application/json", Value::Object(params).to_string()),
            _ => {
                url = format!("{url}?{}", pairs.join("&"));
                ("application/json", String::new())
            }
        };
        let made = self.ask(tenant, verb, &url, kind, body, !with_app_token).await;
        let node = path.node.as_str();
        if verb == "POST"
            && let Some(id) = made["id"].as_str()
        {
            let of = match (node, path.path) {
                ("Waba", "phone_numbers") => Some("Number"),
                ("App", "uploads") => Some("Upload"),
                ("Business", "add_phone_numbers") => Some("Preverified"),
                ("App", "whatsapp_business_solution") => Some("Solution"),
                ("Waba", "set_solution_migration_intent" | "set_obo_mobility_intent") => Some("Intent"),
                _ => None,
            };
            if let Some(of) = of {
                self.tenants[tenant].has_made(of, id);
            }
        }
    }

    fn any_id(&mut self, tenant: usize, node: &str) -> String {
        if node == "Root" && !self.throws.one_in(10) {
            return String::new();
        }
        let odd =
            ["1", "x", "wamid.x", "%00", "..", "%F0%9F%98%80", "0", "99999999999999999999999", "me", ""];
        let list = match self.throws.below(10) {
            0..=5 => self.tenants[tenant].ids(node),
            6..=7 => self.tenants[1 - tenant].ids(node),
            8 => {
                let kinds =
                    ["Number", "Waba", "App", "Business", "Template", "Media", "Form", "Group", "Code"];
                let kind = *self.throws.of(&kinds);
                self.tenants[tenant].ids(kind)
            }
            _ => Vec::new(),
        };
        if list.is_empty() {
            (*self.throws.of(&odd)).to_owned()
        } else {
            encoded(self.throws.of::<String>(&list))
        }
    }

    /// A handful of parameters that some path knows, with values that fit or don't.
    fn params(&mut self, tenant: usize) -> Map<String, Value> {
        let who = self.throws.below(8);
        let of = &self.tenants[tenant];
        let (word, phone) = (of.word, self.people.phones[who].clone());
        let mut own: Vec<String> =
            ["Template", "Media", "Form", "Group"].iter().flat_map(|kind| of.ids(kind)).collect();
        own.extend([of.waba, of.number, of.business, of.app].map(str::to_owned));
        let mut params = Map::new();
        for _ in 0..self.throws.below(7) {
            let name = *self.throws.of(NAMES);
            let id = self.throws.of(&own).clone();
            let value = match self.throws.below(16) {
                0 => json!(id),
                1 => json!([id]),
                2 => json!({ "id": id }),
                3 => json!(word),
                4 => json!([word, 1, null, {}]),
                5 => json!(true),
                6 => json!(-1),
                7 => json!(1_788_220_800_i64),
                8 => json!(""),
                9 => json!("whatsapp"),
                10 => json!(phone),
                11 => json!([{ "user": phone }]),
                12 => json!("ñ🙂\u{0}\"'\\{}[]%"),
                13 => json!(1.5e300),
                14 => json!({ "a": { "b": [{ "c": null }] } }),
                _ => json!("id,name,a{b,c.limit(2)},x"),
            };
            params.insert(name.to_owned(), value);
        }
        if self.throws.one_in(2) {
            params.insert("messaging_product".to_owned(), json!("whatsapp"));
        }
        params
    }

    pub async fn graph(&mut self, tenant: usize, method: &str, path: &str, body: Option<&Value>) -> Value {
        let asked = body.map(Value::to_string).unwrap_or_default();
        self.ask(tenant, method, path, "application/json", asked, true).await
    }

    /// A call; its answer has Graph's form and nothing of the other business.
    async fn ask(
        &mut self,
        tenant: usize,
        method: &str,
        path: &str,
        kind: &str,
        asked: String,
        as_user: bool,
    ) -> Value {
        let broken = self.may_break();
        let of = &self.tenants[tenant];
        let token = if as_user { of.token.to_owned() } else { of.app_token.clone() };
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}")).header("content-type", kind);
        let Ok(request) = request.body(Body::from(asked.clone())) else { return Value::Null };
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let status = parts.status.as_u16();
        let headers = format!("{:?}", parts.headers);
        let Ok(bytes) = axum::body::to_bytes(body, 1 << 24).await else {
            assert!(broken, "{method} {path} was cut");
            return Value::Null;
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = headers.contains("application/json") && method != "HEAD";
        let answer: Value = if json {
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{method} {path}: {text}"))
        } else {
            Value::Null
        };
        // 131057 is the answer of a number that is being upgraded.
        let excused = broken || answer["error"]["code"] == 131_057;
        assert!(status < 500 || excused, "{method} {path} {asked}: {status} {text}");
        if status >= 400 && json {
            let error = &answer["error"];
            let whole = error["code"].is_i64() && error["message"].is_string() && error["type"].is_string();
            assert!(whole && error["fbtrace_id"].is_string(), "{method} {path}: {text}");
        }
        for secret in &self.tenants[1 - tenant].secrets {
            let told = text.contains(secret.as_str()) || headers.contains(secret.as_str());
            let asked_for = || {
                [path, asked.as_str()]
                    .iter()
                    .any(|said| said.contains(secret.as_str()) || said.contains(&encoded(secret)))
            };
            assert!(!told || asked_for(), "{method} {path} tells {secret}: {text} {headers}");
        }
        answer
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Parameters that paths know.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "fields", "limit", "after", "before", "name", "name_or_content", "status", "category", "language", "languages", "components",
    "hsm_id", "hsm_ids", "template_ids", "start", "end", "granularity", "metric_types", "dimensions", "to", "recipient", "type",
    "text", "template", "interactive", "image", "context", "recipient_type", "message_id", "phone_number_id", "pin", "code",
    "code_method", "cc", "phone_number", "verified_name", "new_display_name", "search_visibility", "webhook_configuration",
    "calling", "user_identity_change", "storage_configuration", "about", "websites", "vertical", "email", "description",
    "prefilled_message", "generate_qr_image", "prompts", "commands", "enable_welcome_message", "username", "block_users", "bsuid",
    "action", "call_id", "session", "user_wa_id", "subject", "join_approval_mode", "participants", "join_requests", "flow_json",
    "categories", "publish", "endpoint_uri", "clone_flow_id", "asset_type", "source_flow_names", "source_waba_id", "page_number",
    "business_public_key", "user", "tasks", "business", "is_enabled_for_insights", "summary", "search", "topic", "ids", "file_name",
    "file_length", "file_type", "object", "callback_url", "verify_token", "sync_type", "metadata", "control_pass", "ttl_seconds",
    "entity_name", "entity_type", "is_cart_enabled", "is_catalog_visible", "backup", "data_localization_region", "method",
    "include_values", "since", "until", "add_security_recommendation", "code_expiration_minutes", "button_types", "batch", "actions",
    "message_send_ttl_seconds", "biz_opaque_callback_data", "recipient_identity_key_hash", "preverified_id", "waba_currency",
];
