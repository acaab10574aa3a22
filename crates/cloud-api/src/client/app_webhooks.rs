//! Where an app's webhooks go. Meta: Graph API > Application > Subscriptions.

use super::node::judged;
use super::tokens::AppCredentials;
use super::{Client, Listing, Secret};
use crate::error::Error;
use crate::judge::text;
use crate::violation::Violation;
use crate::webhook::wire::object;

/// The kind of object whose webhooks this crate reads.
pub const WEBHOOK_OBJECT: &str = "whatsapp_business_account";

/// Where an app's webhooks go, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppWebhook {
    /// `https`, with a certificate a browser would take.
    pub callback_url: String,
    /// What the handshake carries.
    pub verify_token: Secret,
    /// `messages`, `message_template_status_update`, …; those of before stay.
    pub fields: Vec<String>,
}

impl AppWebhook {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: no URL, no verify token, no field.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        let json = serde_json::json!({
            "callback_url": self.callback_url, "verify_token": self.verify_token.expose(), "fields": self.fields.join(","),
        });
        judged(&json, |node, findings| {
            findings.url(node, "callback_url");
            findings.needs_text(node, "verify_token", text("Verify token", 1, usize::MAX));
            findings.needs_text(node, "fields", text("Fields", 1, usize::MAX));
        })
    }
}

object! {
    /// Webhooks an app gets.
    pub struct AppSubscription {
        /// `whatsapp_business_account` and others.
        object: String = "object",
        /// Where they go.
        callback_url: String = "callback_url",
        /// Whether they are on.
        active: bool = "active",
        /// Which.
        fields: Vec<AppSubscriptionField> = "fields",
    }
}

object! {
    /// A webhook an app gets.
    pub struct AppSubscriptionField {
        /// E.g. `messages`.
        name: String = "name",
        /// Version of its shape, e.g. `v25.0`.
        version: String = "version",
    }
}

impl Client {
    /// Says where an app's webhooks go. Meta calls the URL with the handshake (`hub.challenge`) before it answers. Each account
    /// must then be subscribed with [`Client::subscribe_app`].
    ///
    /// Asked with the app's own token. Meta: Graph API > Application > Subscriptions.
    ///
    /// # Errors
    /// [`Error::Refused`] when something is missing; code 2200 when the URL fails the handshake; code 100 for a field that
    /// doesn't exist.
    pub async fn set_app_webhook(&self, app: &AppCredentials, webhook: &AppWebhook) -> Result<(), Error> {
        self.judge(|| webhook.validate())?;
        let asker = self.as_app(app);
        let call = asker.post("set_app_webhook", &[app.app_id.as_str(), "subscriptions"]);
        let call = call.query("object", WEBHOOK_OBJECT).query("callback_url", &webhook.callback_url);
        let call = call.query("verify_token", webhook.verify_token.expose());
        let call = call.query("fields", &webhook.fields.join(",")).query("include_values", "true");
        call.idempotent().command().await
    }

    /// Where an app's webhooks go, kind by kind.
    ///
    /// Asked with the app's own token. Meta: Graph API > Application > Subscriptions.
    pub fn app_webhooks(&self, app: &AppCredentials) -> Listing<AppSubscription> {
        self.as_app(app).list("app_webhooks", &[app.app_id.as_str(), "subscriptions"])
    }

    /// Ends an app's webhooks of accounts: these fields, or all when there are none.
    ///
    /// Asked with the app's own token. Meta: Graph API > Application > Subscriptions.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_app_webhook(&self, app: &AppCredentials, fields: &[&str]) -> Result<(), Error> {
        let asker = self.as_app(app);
        let call = asker.delete("delete_app_webhook", &[app.app_id.as_str(), "subscriptions"]);
        let fields = (!fields.is_empty()).then(|| fields.join(","));
        call.query("object", WEBHOOK_OBJECT).query_some("fields", fields.as_deref()).command().await
    }
}
