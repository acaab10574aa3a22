//! Who gets a copy of a webhook, and at which address.

use std::collections::BTreeSet;

use super::emit::Notice;
use crate::config::{Config, OverrideScope};
use crate::open_questions::same_field;
use crate::world::World;
use crate::world::account::SubscribedApp;

const OBJECT: &str = "whatsapp_business_account";

/// Fields that follow the callback of a number or WABA. Templates, accounts and standby never do.
const OVERRIDABLE: [&str; 10] = [
    "messages",
    "calls",
    "messaging_handovers",
    "history",
    "smb_app_state_sync",
    "smb_message_echoes",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
];

/// Which of the subscribed apps are meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Audience<'a> {
    Everybody,
    /// The responder that owns the thread.
    Only(&'a str),
    /// The other responders.
    AllBut(&'a str),
}

impl Audience<'_> {
    fn includes(self, app_id: &str) -> bool {
        match self {
            Self::Everybody => true,
            Self::Only(only) => app_id == only,
            Self::AllBut(but) => app_id != but,
        }
    }
}

/// An app that gets a copy, or would.
pub(super) struct Receiver {
    pub app_id: String,
    /// `None` when nothing is sent; `note` says why.
    pub url: Option<String>,
    pub note: Option<&'static str>,
    /// Whether statuses name their conversation.
    pub with_conversation: bool,
}

impl World {
    /// Apps that get a copy, each with its callback: for what happens on a phone number the number's own, else the
    /// WABA's, else the app's; everything else goes to the app's. When nobody does there is one entry that says why,
    /// so that the log still shows what happened.
    pub(super) fn receivers(
        &self,
        config: &Config,
        notice: &Notice,
        audience: Audience<'_>,
    ) -> Vec<Receiver> {
        let entry = notice.entry_id.as_str();
        // Partner events name a portfolio; they go to the apps of its WABAs, and to its own.
        let wabas = self.wabas.values().filter(|w| w.id == entry || w.business_id == entry);
        let own: BTreeSet<String> =
            if self.businesses.contains_key(entry) { self.apps_of(entry) } else { BTreeSet::new() };
        let own: Vec<SubscribedApp> =
            own.into_iter().map(|app_id| SubscribedApp { app_id, override_callback_uri: None }).collect();
        let mut subscribed: Vec<&SubscribedApp> =
            wabas.flat_map(|w| &w.subscribed_apps).chain(&own).collect();
        subscribed.sort_by(|a, b| a.app_id.cmp(&b.app_id));
        subscribed.dedup_by(|a, b| a.app_id == b.app_id);
        let overridable = match self.engine.override_scope(config) {
            OverrideScope::All => OVERRIDABLE.contains(&notice.field),
            OverrideScope::Messages => notice.field == "messages",
        };
        let mut found = Vec::new();
        for entry in subscribed.iter().filter(|s| audience.includes(&s.app_id)) {
            let Some(url) = self.callback(entry, notice, overridable) else { continue };
            let settings = self.engine.app(&entry.app_id);
            let heard = settings.hears_of(&notice.wa_id);
            found.push(Receiver {
                app_id: entry.app_id.clone(),
                url: heard.then_some(url),
                note: (!heard).then_some("the app is in development mode"),
                with_conversation: settings.with_conversation() || self.open.conversation_since_v24,
            });
        }
        if found.is_empty() && notice.field != "standby" {
            let note = match audience {
                Audience::Only(_) => "the responder that owns the thread has no callback for this field",
                _ => "no app with a callback is subscribed to this field",
            };
            let app_id = subscribed.first().map(|s| s.app_id.clone()).unwrap_or_default();
            found.push(Receiver { app_id, url: None, note: Some(note), with_conversation: false });
        }
        found
    }

    fn callback(&self, subscribed: &SubscribedApp, notice: &Notice, overridable: bool) -> Option<String> {
        let subscription = self.apps.get(&subscribed.app_id)?.subscriptions.get(OBJECT);
        let number = notice.phone_number_id.as_ref().and_then(|id| self.numbers.get(id));
        let overriding = number.filter(|_| overridable).and_then(|number| {
            number.override_callback_uri.as_ref().or(subscribed.override_callback_uri.as_ref())
        });
        match subscription {
            Some(own) if own.fields.iter().any(|field| same_field(field, notice.field)) => {
                Some(overriding.unwrap_or(&own.callback_url).clone())
            }
            Some(_) => None,
            // Without a callback of its own an app can't choose fields; the other address gets all that may go there.
            None => overriding.cloned(),
        }
    }
}
