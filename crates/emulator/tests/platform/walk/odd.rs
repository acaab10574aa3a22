//! What nobody should ask of the control API.

use serde_json::{Value, json};

use super::Walk;

impl Walk {
    /// Control operations with bodies that don't fit.
    pub fn odd_control(&mut self) {
        let who = self.throws.below(8);
        let person = self.people.phones[who].clone();
        let number = self.tenants[0].number;
        let bodies = [
            json!({}),
            json!({ "url": 5 }),
            json!({ "customers": -1 }),
            json!({ "ms": -5 }),
            json!({ "type": "text" }),
            json!({ "yaml": "steps: [" }),
            json!({ "username": 5 }),
            json!({ "effect": {} }),
            json!({ "name": 1, "rules": 1 }),
            json!({ "type": "interactive", "interactive": { "type": "button_reply", "button_reply": { "id": "nope" } } }),
            json!({ "action": "fly", "event": "NOTHING", "seconds": "x", "batch": [], "of": "nothing" }),
        ];
        let operations = [
            ("GET", "/world".to_owned()),
            ("GET", "/clock".to_owned()),
            ("GET", "/webhooks?limit=3&text=x".to_owned()),
            ("GET", "/messages?limit=3".to_owned()),
            ("GET", "/requests?limit=3&status=4xx".to_owned()),
            ("GET", "/money".to_owned()),
            ("GET", "/calls".to_owned()),
            ("GET", "/forms".to_owned()),
            ("GET", "/templates".to_owned()),
            ("GET", "/customers?limit=2".to_owned()),
            ("POST", "/faults".to_owned()),
            ("POST", "/scenarios".to_owned()),
            ("POST", "/talk".to_owned()),
            ("PUT", "/templates".to_owned()),
            ("PUT", "/webhook".to_owned()),
            ("PUT", "/tokens".to_owned()),
            ("PUT", "/open-questions".to_owned()),
            ("PUT", "/webhook-engine".to_owned()),
            ("PUT", "/reviewer".to_owned()),
            ("PUT", "/forms".to_owned()),
            ("POST", "/wabas/1/enforce".to_owned()),
            ("GET", format!("/customers/{person}")),
            ("GET", format!("/customers/{person}/thread?all=true&limit=5")),
            ("POST", format!("/customers/{person}/messages")),
            ("POST", format!("/customers/{person}/calls")),
            ("PATCH", format!("/customers/{person}")),
            ("POST", format!("/customers/{person}/forms/open")),
            ("PATCH", format!("/phone-numbers/{number}")),
            ("PUT", format!("/phone-numbers/{number}/routing")),
            ("POST", format!("/phone-numbers/{number}/review")),
            ("POST", "/clock/advance".to_owned()),
            ("GET", "/nothing".to_owned()),
        ];
        let (method, path) = self.throws.of(&operations).clone();
        let body = self.throws.of(&bodies).clone();
        let body = if method == "GET" { Value::Null } else { body };
        self.control(method, &path, &body);
        self.learn(who);
    }
}
