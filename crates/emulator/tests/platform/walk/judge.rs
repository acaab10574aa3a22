//! What no webhook may ever do, by a small model that knows only the rules.

use serde_json::Value;

use super::{DAY, Walk};

/// What is known of a message that was accepted.
pub struct Accepted {
    pub tenant: usize,
    /// Needs an open service window.
    pub free_form: bool,
    pub window: Window,
    pub in_group: bool,
    pub states: Vec<String>,
    /// Whether anything was said of it, be it to Meta's agent.
    pub settled: bool,
}

/// Whether the service window was open, as far as webhooks in whole seconds tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Open,
    Closed,
    Unclear,
}

impl Walk {
    /// The window of a person with a business, now.
    pub fn window(&self, tenant: usize, who: usize) -> Window {
        let now = self.clock.now_ms();
        match self.windows.get(&(tenant, who)) {
            Some(opened) if now < opened + DAY => Window::Open,
            Some(opened) if now < opened + DAY + 1_000 => Window::Unclear,
            _ => Window::Closed,
        }
    }

    /// A webhook goes to its own business alone, and what it says keeps the rules.
    pub fn check(&mut self, webhook: &Value) {
        let text = webhook["body"].as_str().unwrap();
        let surprises = cloud_api::webhook::parse(text.as_bytes()).unwrap().surprises();
        assert!(surprises.is_empty(), "{surprises:?}: {text}");
        let body: Value = serde_json::from_str(text).unwrap();
        for entry in body["entry"].as_array().unwrap() {
            let id = entry["id"].as_str().unwrap();
            let of = |tenant: &super::Tenant| {
                webhook["app_id"] == tenant.app
                    || (webhook["url"].is_null()
                        && (id == tenant.business || tenant.ids("Waba").iter().any(|waba| waba == id)))
            };
            let tenant = self.tenants.iter().position(of);
            let tenant = tenant.unwrap_or_else(|| panic!("whose is this? {webhook}"));
            for secret in &self.tenants[1 - tenant].secrets {
                assert!(!text.contains(secret.as_str()), "a webhook tells {secret}: {text}");
            }
            // Of a thread that Meta's agent owns the log has what the agent gets, beside the copies for the apps.
            let agents =
                webhook["note"].as_str().is_some_and(|note| note.starts_with("the responder that owns"));
            for change in entry["changes"].as_array().unwrap() {
                self.check_change(tenant, change, agents);
            }
        }
    }

    fn check_change(&mut self, tenant: usize, change: &Value, agents: bool) {
        let value = &change["value"];
        let field = change["field"].as_str().unwrap();
        let passive = &value["standby"];
        for message in all(&value["messages"]).chain(all(&passive["messages"])) {
            if field == "messages" || field == "standby" {
                self.note_inbound(tenant, message);
            }
        }
        for call in all(&value["calls"]) {
            let by_user = call["direction"] == "USER_INITIATED" && call["event"] == "connect";
            let taken = call["direction"] == "BUSINESS_INITIATED" && call["event"] == "connect";
            let names = if by_user { ["from", "from_user_id"] } else { ["to", "to_user_id"] };
            if by_user || taken {
                self.open_window(tenant, call, names);
            }
        }
        let statuses: Vec<Value> =
            all(&value["statuses"]).chain(all(&passive["statuses"])).cloned().collect();
        for status in statuses.iter().filter(|status| status["type"].is_null()) {
            if !agents {
                self.check_status(tenant, status);
            }
            if let Some(message) = self.accepted.get_mut(status["id"].as_str().unwrap()) {
                message.settled = true;
            }
        }
    }

    fn note_inbound(&mut self, tenant: usize, message: &Value) {
        let kind = message["type"].as_str().unwrap();
        let taken_back = kind == "revoke" || message["unsupported"]["type"] == "unknown";
        if kind == "system" || taken_back || message["group_id"].is_string() {
            return;
        }
        let wamid = message["id"].as_str().unwrap().to_owned();
        self.inbound.push((tenant, wamid));
        let shut = (kind == "reaction" && !self.open["reactions_open_window"].as_bool().unwrap())
            || ((kind == "edit" || message["unsupported"]["type"] == "edit")
                && !self.open["edits_open_window"].as_bool().unwrap());
        if !shut {
            self.open_window(tenant, message, ["from", "from_user_id"]);
        }
    }

    fn open_window(&mut self, tenant: usize, about: &Value, names: [&str; 2]) {
        let name = names.iter().find_map(|name| about[*name].as_str());
        let who = self.people.who(name.unwrap_or_else(|| panic!("from nobody: {about}")));
        let at = about["timestamp"].as_str().unwrap().parse::<i64>().unwrap() * 1_000;
        let opened = self.windows.entry((tenant, who)).or_insert(at);
        *opened = at.max(*opened);
    }

    fn check_status(&mut self, tenant: usize, status: &Value) {
        let (wamid, name) = (status["id"].as_str().unwrap(), status["status"].as_str().unwrap());
        let participant = status["recipient_participant_user_id"].as_str().unwrap_or("");
        let key = format!("{wamid}{participant}");
        if !participant.is_empty() && !self.accepted.contains_key(&key) {
            let message = self.accepted.get(wamid).unwrap_or_else(|| panic!("a status of nothing: {status}"));
            assert!(message.in_group, "{status}");
            let own = Accepted { settled: true, ..unknown(message.tenant, true) };
            self.accepted.insert(key.clone(), own);
        }
        if self.answers_get_lost && !self.accepted.contains_key(&key) {
            self.accepted.insert(key.clone(), unknown(tenant, false));
        }
        let late = self.failed_may_arrive;
        let message = self.accepted.get_mut(&key).unwrap_or_else(|| panic!("a status of nothing: {status}"));
        assert_eq!(message.tenant, tenant, "{status}");
        let rank =
            |state: &str| ["sent", "delivered", "read", "played"].iter().position(|known| *known == state);
        let before = message.states.last().map(String::as_str);
        match (name, before) {
            ("failed", before) => {
                assert!(before.is_none_or(|before| before == "sent"), "failed after {before:?}: {status}")
            }
            ("delivered", Some("failed")) if late => {}
            (_, before) => assert!(
                before.is_none_or(|before| rank(before).is_some_and(|before| Some(before) < rank(name))),
                "{before:?} then {status}"
            ),
        }
        assert_eq!(status["errors"].is_array(), name == "failed", "{status}");
        let code = status["errors"][0]["code"].as_i64();
        if message.free_form && message.window == Window::Closed {
            assert_eq!(name, "failed", "outside the window: {status}");
        }
        if !message.in_group && (message.window == Window::Open || !message.free_form) {
            assert_ne!(code, Some(131_047), "inside the window, or a template: {status}");
        }
        message.states.push(name.to_owned());
    }
}

/// A message that nobody was told the acceptance of.
pub fn unknown(tenant: usize, in_group: bool) -> Accepted {
    // Whether it needed a window, and had one, can't be said.
    Accepted {
        tenant,
        free_form: true,
        window: Window::Unclear,
        in_group,
        states: Vec::new(),
        settled: false,
    }
}

fn all(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}
