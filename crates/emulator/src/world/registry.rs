//! What stands beside accounts: signup codes, uploads, partners' solutions and numbers, credit lines, old identities.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::World;
use super::account::{HOUR, Number};
use super::node::Node;
use super::number::Verification;
use crate::dice::fnv;
use crate::graph::edges::Kind;

/// Everything that has an id and is neither account, number, template nor file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Registry {
    /// Codes of Embedded Signup.
    pub codes: BTreeMap<String, SignupCode>,
    /// Resumable uploads that were begun.
    pub uploads: BTreeMap<String, Upload>,
    /// Handles of finished uploads.
    pub handles: BTreeMap<String, Handle>,
    pub solutions: BTreeMap<String, Solution>,
    /// Moves of accounts between partners: the node, with `waba_id` beside its own members.
    pub intents: BTreeMap<String, Value>,
    pub preverified: BTreeMap<String, Preverified>,
    /// Credit lines: id to portfolio.
    pub credit_lines: BTreeMap<String, String>,
    pub allocations: BTreeMap<String, Allocation>,
    /// User ids that were somebody's once: to the portfolio, and the number of then.
    pub former_ids: BTreeMap<String, (String, String)>,
    /// Phone numbers that people have left.
    pub former_numbers: BTreeSet<String>,
    /// Management calls by app and account: hour number, count.
    pub usage: BTreeMap<String, (i64, u32)>,
    /// Another budget of management calls than the configured one.
    pub calls_per_hour: Option<u32>,
}

/// What a code of Embedded Signup is good for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignupCode {
    pub app_id: String,
    pub waba_id: String,
    pub business_id: String,
    pub scopes: Vec<String>,
    /// Unix ms.
    pub expires_at: i64,
    pub used: bool,
    /// How long the token lives, in seconds; `None` without end.
    pub token_seconds: Option<i64>,
}

/// A resumable upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub app_id: String,
    pub name: String,
    pub mime_type: String,
    pub length: u64,
    pub received: u64,
    /// The signature in its id.
    pub sig: String,
    /// Where its bytes are in the vault.
    pub vault_id: String,
}

/// A finished upload: good for profile pictures and template samples.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Handle {
    pub app_id: String,
    pub vault_id: String,
    pub mime_type: String,
}

/// A multi-partner solution.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Solution {
    pub id: String,
    pub name: String,
    pub owner_app: String,
    pub partner_app: String,
    pub owner_permissions: Vec<String>,
    pub partner_permissions: Vec<String>,
    /// `INITIATED`, `ACTIVE`, `REJECTED`, `PENDING_DEACTIVATION` or `DEACTIVATED`.
    pub status: String,
    /// The app that asked for the end.
    pub ending: Option<String>,
}

/// A number of a partner's pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Preverified {
    pub id: String,
    pub business_id: String,
    pub display_phone_number: String,
    pub wa_id: String,
    pub verification: Verification,
    /// When its verification ends, Unix ms.
    pub expires_at: Option<i64>,
    pub in_use: bool,
    pub partners: Vec<String>,
}

/// A credit line attached to an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Allocation {
    pub id: String,
    pub business_id: String,
    pub waba_id: String,
    pub deleted: bool,
}

/// Ids that a number has as another kind of node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    Profile,
    Bot,
    AccountNumber,
    Catalog,
}

impl Number {
    /// The id under which an aspect of this number is a node of its own.
    pub(crate) fn aspect(&self, aspect: Aspect) -> String {
        let lead = match aspect {
            Aspect::Profile => "31",
            Aspect::Bot => "32",
            Aspect::AccountNumber => "33",
            Aspect::Catalog => "34",
        };
        format!("{lead}{:013}", fnv(self.id.as_bytes()) % 10_000_000_000_000)
    }
}

/// The id of a message's history.
pub(crate) fn history_id(wamid: &str) -> String {
    format!("44{:014}", fnv(wamid.as_bytes()) % 100_000_000_000_000)
}

impl World {
    /// The node of something that stands in the registry, or is an aspect of a number.
    pub(super) fn registry_node(&self, id: &str) -> Option<Node> {
        let node = |kind, app_id, waba_id: Option<&str>, business_id: Option<&str>| Node {
            kind,
            app_id,
            waba_id: waba_id.map(str::to_owned),
            business_id: business_id.map(str::to_owned),
        };
        let registry = &self.registry;
        if let Some(upload) = registry.uploads.get(id) {
            return Some(node(Kind::Upload, Some(upload.app_id.clone()), None, None));
        }
        if registry.solutions.contains_key(id) {
            return Some(node(Kind::Solution, None, None, None));
        }
        if registry.preverified.contains_key(id) {
            return Some(node(Kind::Preverified, None, None, None));
        }
        if let Some(business) = registry.credit_lines.get(id) {
            return Some(node(Kind::CreditLine, None, None, Some(business)));
        }
        if let Some(allocation) = registry.allocations.get(id) {
            return Some(node(Kind::Allocation, None, None, Some(&allocation.business_id)));
        }
        if self.is_user(id) {
            return Some(node(Kind::User, None, None, None));
        }
        let (kind, waba_id) = match registry.intents.get(id) {
            Some(intent) => (Kind::Intent, intent["waba_id"].as_str()?),
            None => self.aspect_of(id)?,
        };
        let business_id = self.wabas.get(waba_id).map(|waba| waba.business_id.as_str());
        Some(node(kind, None, Some(waba_id), business_id))
    }

    fn is_user(&self, id: &str) -> bool {
        id == super::standing::SYSTEM_USER
            || self.wabas.values().any(|waba| waba.facts.users.contains_key(id))
    }

    fn aspect_of(&self, id: &str) -> Option<(Kind, &str)> {
        if id.len() == 16 && id.starts_with("44") {
            let message = self.history_of(id)?;
            let number = self.numbers.get(&message.phone_number_id)?;
            return Some((Kind::History, number.waba_id.as_str()));
        }
        let kinds = [
            (Aspect::Profile, Kind::Profile),
            (Aspect::Bot, Kind::Bot),
            (Aspect::AccountNumber, Kind::AccountNumber),
        ];
        kinds
            .into_iter()
            .find_map(|(aspect, kind)| Some((kind, self.number_of(aspect, id)?.waba_id.as_str())))
    }

    /// The number that has this aspect.
    pub(crate) fn number_of(&self, aspect: Aspect, id: &str) -> Option<&Number> {
        self.numbers.values().find(|number| number.aspect(aspect) == id)
    }

    /// The message whose history this is.
    pub(crate) fn history_of(&self, id: &str) -> Option<&super::message::Message> {
        self.order.iter().find(|wamid| history_id(wamid) == id).and_then(|wamid| self.messages.get(wamid))
    }

    /// A new id that nothing has.
    pub(crate) fn new_id(&mut self) -> String {
        loop {
            let id = self.ids.numeric_id(15);
            if self.node(&id).is_none() {
                return id;
            }
        }
    }

    /// Notes calls that somebody else has made with an app for an account in this hour.
    pub(crate) fn use_calls(&mut self, app_id: &str, account: &str, calls: u32) {
        let hour = self.now.div_euclid(HOUR);
        let used = self.registry.usage.entry(format!("{app_id}:{account}")).or_default();
        *used = (hour, if used.0 == hour { used.1.saturating_add(calls) } else { calls });
    }

    /// Management calls of this hour by app and account.
    pub(crate) fn calls_made(&self) -> impl Iterator<Item = (&str, u32)> {
        let hour = self.now.div_euclid(HOUR);
        let made = self.registry.usage.iter().filter(move |(_, used)| used.0 == hour);
        made.map(|(whose, used)| (whose.as_str(), used.1))
    }

    /// Counts a management call of an app for an account; false when the hour's budget is spent.
    pub(crate) fn count_call(&mut self, app_id: &str, account: &str, budget: u32) -> bool {
        let hour = self.now.div_euclid(HOUR);
        let used = self.registry.usage.entry(format!("{app_id}:{account}")).or_default();
        if used.0 != hour {
            *used = (hour, 0);
        }
        if used.1 >= budget {
            return false;
        }
        used.1 += 1;
        true
    }

    /// Calls of an app in this hour: for one account, or (`None`) for all.
    pub(crate) fn calls_of(&self, app_id: &str, account: Option<&str>) -> u32 {
        let hour = self.now.div_euclid(HOUR);
        let mine = |key: &str| match (key.split_once(':'), account) {
            (Some((app, of)), Some(account)) => app == app_id && of == account,
            (Some((app, _)), None) => app == app_id,
            (None, _) => false,
        };
        self.registry
            .usage
            .iter()
            .filter(|(key, used)| used.0 == hour && mine(key))
            .map(|(_, used)| used.1)
            .sum()
    }

    /// The apps of a portfolio: those with a token that reaches it.
    pub(crate) fn apps_of(&self, business_id: &str) -> BTreeSet<String> {
        let tokens = self.tokens.values().filter(|token| token.businesses.iter().any(|id| id == business_id));
        tokens.map(|token| token.app_id.clone()).collect()
    }

    /// The portfolio behind an app: the first that one of its tokens reaches.
    pub(crate) fn business_of_app(&self, app_id: &str) -> Option<&str> {
        let mut tokens = self.tokens.values().filter(|token| token.app_id == app_id);
        tokens.find_map(|token| token.businesses.first()).map(String::as_str)
    }
}
