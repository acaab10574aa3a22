//! How webhooks are sent, as far as it was changed while running, and what each app has asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::gather::Gathering;
use crate::config::{Batch, Config, OverrideScope, Webhooks};

/// Until this version a status webhook carries the conversation it is in; later only in free entry points.
const CONVERSATION_UNTIL: u32 = 23;
const NEWEST: u32 = 25;

/// Changes to [`Webhooks`] by the control API, and facts about apps that only webhooks care for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Engine {
    /// Failed deliveries are given up after so many hours.
    pub retry_hours: Option<u32>,
    pub batch: Option<Batch>,
    pub override_scope: Option<OverrideScope>,
    /// By app; those that nothing was said of are live and at the newest version.
    pub apps: BTreeMap<String, AppWebhooks>,
    /// Changes that wait for others to the same callback.
    pub(super) gathering: Vec<Gathering>,
}

/// What webhooks an app gets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AppWebhooks {
    /// An app in development mode gets no webhooks but those about its testers.
    pub live: bool,
    /// Customers by `wa_id`.
    pub testers: BTreeSet<String>,
    /// The version its webhook fields are subscribed at: 23 for v23.0.
    pub version: u32,
}

impl Default for AppWebhooks {
    fn default() -> Self {
        Self { live: true, testers: BTreeSet::new(), version: NEWEST }
    }
}

impl AppWebhooks {
    pub(super) fn hears_of(&self, wa_id: &str) -> bool {
        self.live || self.testers.contains(wa_id)
    }

    /// Whether statuses name their conversation.
    pub(super) fn with_conversation(&self) -> bool {
        self.version <= CONVERSATION_UNTIL
    }
}

impl Engine {
    pub(super) fn schedule<'a>(&self, config: &'a Config) -> Cow<'a, [i64]> {
        match self.retry_hours {
            Some(hours) => Cow::Owned(Webhooks::ladder(i64::from(hours))),
            None => Cow::Borrowed(&config.webhooks.schedule_ms),
        }
    }

    pub(crate) fn batch(&self, config: &Config) -> Batch {
        self.batch.unwrap_or(config.webhooks.batch)
    }

    pub(crate) fn override_scope(&self, config: &Config) -> OverrideScope {
        self.override_scope.unwrap_or(config.webhooks.override_scope)
    }

    pub(crate) fn app(&self, app_id: &str) -> Cow<'_, AppWebhooks> {
        self.apps.get(app_id).map_or_else(|| Cow::Owned(AppWebhooks::default()), Cow::Borrowed)
    }

    /// Whether any app still wants statuses with their conversation.
    pub(super) fn needs_conversations(&self) -> bool {
        self.apps.values().any(AppWebhooks::with_conversation)
    }
}
