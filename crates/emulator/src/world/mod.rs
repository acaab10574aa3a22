//! Everything that exists on the emulated platform, as plain data. No IO and no clock: `now` is set by whoever holds
//! the lock, and what must leave the process is put into [`Effects`].

pub(crate) mod account;
pub(crate) mod call_permissions;
pub(crate) mod call_webhooks;
pub(crate) mod calls;
pub(crate) mod coexistence;
mod coexistence_webhooks;
pub(crate) mod customer;
pub(crate) mod forms;
mod group_messages;
pub(crate) mod group_requests;
pub(crate) mod group_webhooks;
pub(crate) mod groups;
mod identity;
pub(crate) mod ledger;
pub(crate) mod limits;
pub(crate) mod message;
pub(crate) mod node;
pub(crate) mod number;
pub(crate) mod policy;
pub(crate) mod registry;
mod reviews;
pub(crate) mod rewrite;
pub(crate) mod routing;
mod routing_webhooks;
pub(crate) mod scenarios;
pub(crate) mod schedule;
mod seed;
pub(crate) mod standing;
pub(crate) mod talk;
pub(crate) mod talk_script;
pub(crate) mod template;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::Config;
use crate::dice::Dice;
use crate::faults::Faults;
use crate::open_questions::OpenQuestions;
use crate::requests::RequestLog;
use crate::webhooks::engine::Engine;
use crate::webhooks::log::DeliveryLog;
use account::{App, Business, Media, Number, Token, Waba};
use calls::Calls;
use coexistence::Coexistence;
use customer::{Chat, Customer};
use forms::Forms;
use groups::Groups;
use ledger::Ledger;
use message::Message;
use registry::Registry;
use routing::Routing;
use scenarios::{Scenarios, StepDue};
use schedule::{Due, Schedule};
pub(crate) use seed::all_scopes;
use talk::Talk;
use template::{Template, Templating};

/// Messages remembered in load mode.
const LOAD_MESSAGES: usize = 20_000;

/// The platform's state.
#[derive(Serialize, Deserialize)]
pub(crate) struct World {
    pub apps: BTreeMap<String, App>,
    pub tokens: BTreeMap<String, Token>,
    pub businesses: BTreeMap<String, Business>,
    pub wabas: BTreeMap<String, Waba>,
    pub numbers: BTreeMap<String, Number>,
    pub templates: BTreeMap<String, Template>,
    #[serde(default)]
    pub templating: Templating,
    /// By `wa_id`, whether or not the business can see it.
    pub customers: BTreeMap<String, Customer>,
    /// Business-scoped user id to the portfolio it is for and `wa_id`.
    pub user_ids: BTreeMap<String, (String, String)>,
    /// By phone number id, then `wa_id`.
    pub chats: BTreeMap<String, BTreeMap<String, Chat>>,
    pub messages: HashMap<String, Message>,
    /// Messages by age, oldest first.
    pub order: VecDeque<String>,
    pub media: BTreeMap<String, Media>,
    #[serde(default)]
    pub forms: Forms,
    #[serde(default)]
    pub ledger: Ledger,
    #[serde(default)]
    pub groups: Groups,
    #[serde(default)]
    pub calls: Calls,
    #[serde(default)]
    pub registry: Registry,
    #[serde(default)]
    pub coexistence: Coexistence,
    #[serde(default)]
    pub routing: Routing,
    /// WABAs whose messages a partner pays for, and who therefore don't learn of costs.
    #[serde(default)]
    pub paid_by_partner: BTreeSet<String>,
    /// What is modelled where Meta's pages leave it open.
    #[serde(default)]
    pub open: OpenQuestions,
    /// How webhooks are sent, where it was changed while running.
    #[serde(default)]
    pub engine: Engine,
    #[serde(default)]
    pub scenarios: Scenarios,
    #[serde(default)]
    pub talk: Talk,
    /// Takes whatever comes, as fast as it can.
    #[serde(default)]
    pub load: bool,
    pub schedule: Schedule,
    pub faults: Faults,
    pub ids: Dice,
    pub delays: Dice,
    /// Trace ids and the like, apart from `ids` so that looking changes nothing.
    pub traces: Dice,
    #[serde(serialize_with = "pending_only")]
    pub log: DeliveryLog,
    /// What is looked at in the inspector; not part of the state.
    #[serde(skip)]
    pub requests: RequestLog,
    #[serde(skip)]
    pub effects: Effects,
    #[serde(skip)]
    pub now: i64,
    /// Grows with every change, so that snapshots are written only when there is something new.
    #[serde(skip)]
    pub changes: u64,
    /// Which reset this world follows; work under way for an earlier one is dropped.
    #[serde(skip)]
    pub generation: u64,
}

/// A snapshot keeps the webhooks that must still be sent, not the log of those that were.
fn pending_only<S: serde::Serializer>(log: &DeliveryLog, out: S) -> Result<S::Ok, S::Error> {
    log.pending_only().serialize(out)
}

/// What a step of the world wants done outside: collected under the lock, carried out after it.
#[derive(Default)]
pub(crate) struct Effects {
    /// Webhook attempts to make now: lane and delivery.
    pub posts: Vec<(u64, u64)>,
    /// Links to fetch: message and URL.
    pub fetches: Vec<(String, String)>,
    /// Events for the phones page and other listeners.
    pub feed: Vec<Value>,
}

impl World {
    pub(crate) fn new(config: &Config) -> Self {
        let mut world = Self {
            apps: BTreeMap::new(),
            tokens: BTreeMap::new(),
            businesses: BTreeMap::new(),
            wabas: BTreeMap::new(),
            numbers: BTreeMap::new(),
            templates: BTreeMap::new(),
            templating: Templating::default(),
            customers: BTreeMap::new(),
            user_ids: BTreeMap::new(),
            chats: BTreeMap::new(),
            messages: HashMap::new(),
            order: VecDeque::new(),
            media: BTreeMap::new(),
            forms: Forms::default(),
            ledger: Ledger::default(),
            groups: Groups::default(),
            calls: Calls::default(),
            registry: Registry::default(),
            coexistence: Coexistence::default(),
            routing: Routing::default(),
            paid_by_partner: BTreeSet::new(),
            open: config.open_questions.clone(),
            engine: Engine::default(),
            scenarios: Scenarios::default(),
            talk: Talk::default(),
            load: config.load,
            schedule: Schedule::default(),
            faults: Faults::new(config.seed),
            ids: Dice::new(config.seed, "ids"),
            delays: Dice::new(config.seed, "delays"),
            traces: Dice::new(config.seed, "traces"),
            log: DeliveryLog::default(),
            requests: RequestLog::default(),
            effects: Effects::default(),
            now: config.clock.now_ms(),
            changes: 0,
            generation: 0,
        };
        seed::fill(&mut world, config);
        world
    }

    /// Carries out everything that is due by `now`, each thing at its own moment.
    ///
    /// A scenario's step acts through the control API, for which the world must be free: it is handed back to be
    /// carried out, and then this is called again.
    pub(crate) fn run_due(&mut self, config: &Config, now: i64) -> Option<StepDue> {
        while let Some((at, due)) = self.schedule.pop_due(now) {
            self.now = at;
            self.changes += 1;
            match due {
                Due::Step { wamid, state } => self.step(config, &wamid, state),
                Due::Fail { wamid, code, details } => self.fail(config, &wamid, code, details),
                Due::Attempt { delivery } => self.attempt(delivery),
                Due::Release { app } => self.release_held(&app),
                Due::Template { id, step } => self.template_due(config, &id, step),
                Due::Group { request_id, work } => self.group_due(config, &request_id, work),
                Due::GroupStep { wamid, state, participants } => {
                    self.step_in_group(config, &wamid, state, &participants)
                }
                Due::CallRings { call_id } => self.call_rings(config, &call_id),
                Due::CallTimeout { call_id } => self.call_times_out(config, &call_id),
                Due::FormHealth { form_id } => self.check_form_health(config, &form_id),
                Due::Account(due) => self.account_due(config, due),
                Due::Gathered { app_id, url } => self.send_gathered(config, &app_id, &url),
                Due::Sync { phone_number_id, work } => self.synchronise(config, &phone_number_id, work),
                Due::AgentAnswers { wamid } => self.agent_answers(config, &wamid),
                Due::Scenario { run, step } => {
                    if let Some(due) = self.step_due(run, step) {
                        return Some(due);
                    }
                }
                Due::Talk { act } => self.act(config, act),
            }
        }
        self.now = now;
        None
    }

    /// The chat between a phone number and a customer; begins empty.
    pub(crate) fn chat(&mut self, phone_number_id: &str, wa_id: &str) -> &mut Chat {
        if !self.chats.contains_key(phone_number_id) {
            self.chats.insert(phone_number_id.to_owned(), BTreeMap::new());
        }
        let chats = self.chats.get_mut(phone_number_id).expect("inserted above");
        if !chats.contains_key(wa_id) {
            chats.insert(wa_id.to_owned(), Chat::default());
        }
        chats.get_mut(wa_id).expect("inserted above")
    }

    pub(crate) fn chat_if_any(&self, phone_number_id: &str, wa_id: &str) -> Option<&Chat> {
        self.chats.get(phone_number_id)?.get(wa_id)
    }

    /// The number that a control call means when it names none: the first that came here, whatever its id is.
    pub(crate) fn default_number(&self) -> Option<&Number> {
        self.numbers.values().min_by_key(|number| number.facts.onboarded_at)
    }

    /// Keeps a message and forgets the oldest beyond the limit.
    pub(crate) fn keep(&mut self, config: &Config, message: Message) {
        self.chat(&message.phone_number_id, message.chat_key()).messages.push_back(message.wamid.clone());
        self.order.push_back(message.wamid.clone());
        self.messages.insert(message.wamid.clone(), message);
        let limit = if self.load { config.max_messages.min(LOAD_MESSAGES) } else { config.max_messages };
        while self.order.len() > limit {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(gone) = self.messages.remove(&oldest) {
                let chat = self.chat(&gone.phone_number_id, gone.chat_key());
                // The oldest of all is the oldest of its chat.
                if chat.messages.front() == Some(&oldest) {
                    chat.messages.pop_front();
                }
                chat.unread.retain(|id| *id != oldest);
            }
        }
    }

    /// Tells listeners that something about a chat changed.
    pub(crate) fn announce(&mut self, kind: &str, phone_number_id: &str, wa_id: &str, wamid: Option<&str>) {
        self.changes += 1;
        if self.load {
            return;
        }
        let mut event = serde_json::json!({
            "kind": kind, "at": crate::clock::rfc3339(self.now),
            "phone_number_id": phone_number_id, "wa_id": wa_id,
        });
        if let Some(wamid) = wamid {
            event["wamid"] = Value::from(wamid);
            if let Some(message) = self.messages.get(wamid) {
                event["state"] = Value::from(message.state.name());
                if let Some(group) = &message.group {
                    event["group_id"] = Value::from(group.id.as_str());
                }
            }
        }
        self.effects.feed.push(event);
    }
}
