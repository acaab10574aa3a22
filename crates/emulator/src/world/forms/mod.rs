//! Forms, which Meta calls Flows: what they are, whose they are and where they stand in their life.

pub(crate) mod expression;
pub(crate) mod health;
pub(crate) mod link;
pub(crate) mod metrics;
pub(crate) mod screen;
pub(crate) mod session;
pub(crate) mod values;

use std::collections::{BTreeMap, VecDeque};

use cloud_api::form::{self, ValidationError, Version};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::{DAY, MINUTE, MediaUrl};
use crate::clock::rfc3339;
use crate::config::Config;
use health::Health;
use session::Session;

/// How long a preview can be looked at.
const PREVIEW: i64 = 30 * DAY;
/// How long the address of a form's JSON works.
const DOWNLOAD: i64 = 60 * MINUTE;
/// Exchanges with an endpoint that are kept to be looked at.
const EXCHANGES_KEPT: usize = 50;
/// Messages in an hour that a throttled form may still be sent with.
pub(crate) const THROTTLED_PER_HOUR: usize = 10;

/// All that belongs to forms.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Forms {
    pub all: BTreeMap<String, Form>,
    /// Public keys of the businesses' endpoints, by phone number id.
    pub keys: BTreeMap<String, Key>,
    /// The key each phone fetched last, by `phone number id:wa_id`. It is fetched anew only when it doesn't work.
    pub remembered: BTreeMap<String, String>,
    /// What customers have opened, by the message that opened it.
    pub sessions: BTreeMap<String, Session>,
    /// Messages whose button works no more, with what the person was told.
    pub disabled: BTreeMap<String, String>,
    /// Files that people put into forms, as their endpoints fetch them: hash of the address by media id.
    pub uploads: BTreeMap<String, String>,
}

/// The public key of a phone number's endpoints.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Key {
    pub pem: String,
    /// Whether the platform's signature of it is the number's; it isn't after the number was registered again.
    pub signed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Form {
    pub id: String,
    pub waba_id: String,
    pub name: String,
    pub categories: Vec<String>,
    pub status: Status,
    /// The status was set from outside: health doesn't change it.
    pub held: bool,
    /// Its JSON, as it was uploaded.
    pub source: Option<String>,
    pub endpoint_uri: Option<String>,
    pub application_id: Option<String>,
    pub updated_at: i64,
    pub preview: Option<Preview>,
    pub downloads: Vec<MediaUrl>,
    /// When it was last sent, the newest last.
    pub sent: VecDeque<i64>,
    pub health: Health,
    /// The newest exchanges with its endpoint, the newest last.
    pub exchanges: VecDeque<Exchange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Draft,
    Published,
    Deprecated,
    Throttled,
    Blocked,
}

impl Status {
    pub(crate) const ALL: [Self; 5] =
        [Self::Draft, Self::Published, Self::Deprecated, Self::Throttled, Self::Blocked];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Published => "PUBLISHED",
            Self::Deprecated => "DEPRECATED",
            Self::Throttled => "THROTTLED",
            Self::Blocked => "BLOCKED",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Published and not deprecated: health moves it between these.
    pub(crate) fn is_out(self) -> bool {
        matches!(self, Self::Published | Self::Throttled | Self::Blocked)
    }
}

/// The token of a preview's address, and until when it works.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Preview {
    pub token: String,
    pub expires_at: i64,
}

/// One request to an endpoint, decrypted, and what came back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Exchange {
    pub at: i64,
    pub message_id: Option<String>,
    pub request: Value,
    /// HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    pub response: Option<Value>,
    pub error: Option<String>,
    pub duration_ms: u64,
}

impl Form {
    /// A draft without JSON.
    pub(crate) fn new(id: String, waba_id: &str, name: &str, now: i64) -> Self {
        Self {
            id,
            waba_id: waba_id.to_owned(),
            name: name.to_owned(),
            categories: vec!["OTHER".to_owned()],
            status: Status::Draft,
            held: false,
            source: None,
            endpoint_uri: None,
            application_id: None,
            updated_at: now,
            preview: None,
            downloads: Vec::new(),
            sent: VecDeque::new(),
            health: Health::default(),
            exchanges: VecDeque::new(),
        }
    }

    /// Its JSON; null while it has none that can be read.
    pub(crate) fn json(&self) -> Value {
        self.source.as_deref().and_then(|source| serde_json::from_str(source).ok()).unwrap_or_default()
    }

    pub(crate) fn validation_errors(&self) -> Vec<ValidationError> {
        self.source.as_deref().and_then(|source| form::check_source(source).err()).unwrap_or_default()
    }

    pub(crate) fn version(&self) -> Option<Version> {
        self.json()["version"].as_str().and_then(Version::parse)
    }

    /// Whether its JSON asks an endpoint.
    pub(crate) fn has_endpoint(&self) -> bool {
        let json = self.json();
        json["data_api_version"].is_string() || json["data_channel_uri"].is_string()
    }

    /// Where its endpoint is; below version 3.0 the JSON itself says so.
    pub(crate) fn endpoint(&self) -> Option<String> {
        let within = || self.json()["data_channel_uri"].as_str().map(str::to_owned);
        self.endpoint_uri.clone().or_else(within)
    }

    /// The throttle's ten messages of this hour are used up.
    pub(crate) fn exhausted(&self, now: i64) -> bool {
        let lately = self.sent.iter().filter(|at| now - **at < 60 * MINUTE).count();
        self.status == Status::Throttled && lately >= THROTTLED_PER_HOUR
    }

    fn was_sent(&mut self, now: i64) {
        self.sent.push_back(now);
        while self.sent.len() > THROTTLED_PER_HOUR {
            self.sent.pop_front();
        }
    }

    pub(crate) fn keep_exchange(&mut self, exchange: Exchange) {
        self.exchanges.push_back(exchange);
        while self.exchanges.len() > EXCHANGES_KEPT {
            self.exchanges.pop_front();
        }
    }

    /// A new address of its JSON, valid for an hour; `hash` is what makes it secret.
    pub(crate) fn mint_download(&mut self, public_url: &str, hash: String, now: i64) -> String {
        self.downloads.retain(|url| url.expires_at > now);
        let url = format!("{public_url}/whatsapp_flows/assets/?flow_id={}&hash={hash}", self.id);
        self.downloads.push(MediaUrl { hash, expires_at: now + DOWNLOAD });
        url
    }

    /// The preview in force, or a new one with `token` when there is none or `fresh` is asked for.
    pub(crate) fn preview(&mut self, fresh: bool, token: String, now: i64) -> &Preview {
        if fresh || self.preview.as_ref().is_none_or(|preview| preview.expires_at <= now) {
            self.preview = None;
        }
        self.preview.get_or_insert(Preview { token, expires_at: now + PREVIEW })
    }
}

impl Exchange {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "at": rfc3339(self.at), "message_id": self.message_id, "request": self.request, "status": self.status,
            "response": self.response, "error": self.error, "duration_ms": self.duration_ms,
        })
    }
}

impl World {
    /// The form of a WABA with this name.
    pub(crate) fn form_named(&self, waba_id: &str, name: &str) -> Option<&Form> {
        self.forms.all.values().find(|form| form.waba_id == waba_id && form.name == name)
    }

    /// Adds a draft. What is to be known of it beyond its name is set by the caller.
    pub(crate) fn add_form(&mut self, waba_id: &str, name: &str) -> &mut Form {
        self.changes += 1;
        let form = Form::new(self.ids.numeric_id(16), waba_id, name, self.now);
        self.forms.all.entry(form.id.clone()).or_insert(form)
    }

    /// Moves a form to another status, and tells who has subscribed.
    pub(crate) fn set_form_status(&mut self, config: &Config, id: &str, status: Status) {
        let now = self.now;
        let Some(form) = self.forms.all.get_mut(id).filter(|form| form.status != status) else { return };
        if form.status == Status::Draft {
            form.health.start_over();
        }
        let (old, new) = (form.status.name(), status.name());
        form.status = status;
        form.updated_at = now;
        let value = json!({
            "event": "FLOW_STATUS_CHANGE", "flow_id": id, "old_status": old, "new_status": new,
            "message": format!("Flow {} changed status from {old} to {new}", form.name),
        });
        let waba_id = form.waba_id.clone();
        self.notify_management(config, &waba_id, "flows", value);
        self.announce_form(id);
    }

    /// Tells listeners that a form changed.
    pub(crate) fn announce_form(&mut self, id: &str) {
        self.changes += 1;
        let Some(form) = self.forms.all.get(id) else { return };
        self.effects.feed.push(json!({
            "kind": "form", "at": rfc3339(self.now), "form_id": id, "waba_id": form.waba_id,
            "status": form.status.name(),
        }));
    }

    /// A message with this form was accepted.
    pub(crate) fn form_sent(&mut self, id: &str) {
        let now = self.now;
        if let Some(form) = self.forms.all.get_mut(id) {
            form.was_sent(now);
        }
    }

    /// The key of a number that was registered again isn't signed any more.
    pub(crate) fn unsign_key(&mut self, phone_number_id: &str) {
        if let Some(key) = self.forms.keys.get_mut(phone_number_id) {
            key.signed = false;
        }
    }

    /// Whether a number of this WABA has a signed key.
    pub(crate) fn has_signed_key(&self, waba_id: &str) -> bool {
        let mut numbers = self.numbers.values().filter(|number| number.waba_id == waba_id);
        numbers.any(|number| self.forms.keys.get(&number.id).is_some_and(|key| key.signed))
    }

    /// Bytes for keys and vectors of what phones encrypt.
    pub(crate) fn random_bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.traces.below(256).to_le_bytes()[0])
    }
}
