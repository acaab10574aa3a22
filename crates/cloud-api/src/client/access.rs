//! Who and what may use an account: assigned users, and apps that get its webhooks.

use serde_json::{Value, json};

use super::node::judged;
use super::query::{count, fields, filtered, json_list};
use super::waba::{Party, Waba};
use super::{Client, Listing, Secret};
use crate::error::Error;
use crate::judge::text;
use crate::violation::Violation;
use crate::webhook::Id;
use crate::webhook::wire::{object, words};

words! {
    /// What a user may do with an account. Meta: WhatsApp Business Account > Assigned users.
    pub enum Task {
        /// Everything: Meta's "full control" together with [`Task::FullControl`].
        Manage = "MANAGE",
        /// Webhooks and API.
        Develop = "DEVELOP",
        /// Make and change templates.
        ManageTemplates = "MANAGE_TEMPLATES",
        /// Change phone numbers.
        ManagePhone = "MANAGE_PHONE",
        /// See costs.
        ViewCost = "VIEW_COST",
        /// Change extensions.
        ManageExtensions = "MANAGE_EXTENSIONS",
        /// See phone numbers.
        ViewPhoneAssets = "VIEW_PHONE_ASSETS",
        /// Change what belongs to phone numbers.
        ManagePhoneAssets = "MANAGE_PHONE_ASSETS",
        /// See templates.
        ViewTemplates = "VIEW_TEMPLATES",
        /// See analytics.
        ViewInsights = "VIEW_INSIGHTS",
        /// Get messages.
        ReceiveIncomingMessages = "RECEIVE_INCOMING_MESSAGES",
        /// Change billing.
        ManageBilling = "MANAGE_BILLING",
        /// Assign users.
        ManageUsers = "MANAGE_USERS",
        /// Send messages.
        Messaging = "MESSAGING",
        /// Everything.
        FullControl = "FULL_CONTROL",
    }
}

object! {
    /// A user of the business with access to an account.
    pub struct AssignedUser {
        /// Its id.
        id: Id = "id",
        /// Its name.
        name: String = "name",
        /// The business it belongs to.
        business: Party = "business",
        /// `BUSINESS_USER`, `SYSTEM_USER` or `PERSONAL_USER`.
        user_type: String = "user_type",
        /// What it may do.
        tasks: Vec<Task> = "tasks",
    }
}

object! {
    /// An app that gets the webhooks of an account.
    pub struct SubscribedApp {
        /// The app.
        whatsapp_business_api_data: AppData = "whatsapp_business_api_data",
        /// Where the account's webhooks go instead of the app's own callback.
        override_callback_uri: String = "override_callback_uri",
    }
}

object! {
    /// An app.
    pub struct AppData {
        /// Its id.
        id: Id = "id",
        /// Its name.
        name: String = "name",
        /// Its page.
        link: String = "link",
    }
}

/// Another callback for the webhooks of one account or phone number. Meta: Webhooks > Override callback URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookOverride {
    /// At most 200 characters, `https`. Meta calls it with the handshake before it takes it.
    pub callback_uri: String,
    /// What the handshake carries.
    pub verify_token: Secret,
}

impl WebhookOverride {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: no URL, a URL of more than 200 characters, no verify token.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(&self.body(), |node, findings| {
            findings.url(node, "override_callback_uri");
            findings.may_have_text(node, "override_callback_uri", text("Callback URL", 0, 200));
            findings.needs_text(node, "verify_token", text("Verify token", 1, usize::MAX));
        })
    }

    fn body(&self) -> Value {
        json!({"override_callback_uri": self.callback_uri, "verify_token": self.verify_token.expose()})
    }
}

impl Client {
    /// The users of a business that have access to an account.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Assigned users.
    pub fn assigned_users(&self, waba_id: &str, business_id: &str) -> Listing<AssignedUser> {
        self.list("assigned_users", &[waba_id, "assigned_users"]).with("business", business_id)
    }

    /// Gives a user (mostly a system user of a partner) access to an account, or changes what it may do.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Assigned users.
    ///
    /// # Errors
    /// Code 100 when the user isn't of a business the account is shared with; codes 10 and 200 without full control.
    pub async fn assign_user(&self, waba_id: &str, user_id: &str, tasks: &[Task]) -> Result<(), Error> {
        self.judge(|| count("tasks", tasks.len(), [1, usize::MAX]))?;
        let tasks: Vec<&str> = tasks.iter().map(Task::as_str).collect();
        let call = self.post("assign_user", &[waba_id, "assigned_users"]).query("user", user_id);
        call.query("tasks", &json_list(&tasks)).idempotent().command().await
    }

    /// Takes a user's access to an account away.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Assigned users.
    ///
    /// # Errors
    /// As [`Client::assign_user`].
    pub async fn unassign_user(&self, waba_id: &str, user_id: &str) -> Result<(), Error> {
        self.delete("unassign_user", &[waba_id, "assigned_users"]).query("user", user_id).command().await
    }

    /// The accounts a (system) user has access to.
    ///
    /// Permission B and `business_management`. Meta: Business > System users.
    pub fn assigned_wabas(&self, user_id: &str, wanted: &[&str]) -> Listing<Waba> {
        let listing = self.list("assigned_wabas", &[user_id, "assigned_whatsapp_business_accounts"]);
        filtered(listing, fields(wanted))
    }

    /// The apps that get an account's webhooks.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Subscribed apps.
    pub fn subscribed_apps(&self, waba_id: &str) -> Listing<SubscribedApp> {
        self.list("subscribed_apps", &[waba_id, "subscribed_apps"])
    }

    /// Subscribes the token's app to an account's webhooks and sends them to a callback of their own. Doing it again
    /// replaces the callback; [`Client::subscribe_app`] takes the override away.
    ///
    /// Permission B. Meta: Webhooks > Override callback URL.
    ///
    /// # Errors
    /// [`Error::Refused`] for a URL of more than 200 characters; code 2200 when the callback fails the handshake.
    pub async fn subscribe_app_at(&self, waba_id: &str, at: &WebhookOverride) -> Result<(), Error> {
        self.judge(|| at.validate())?;
        let call = self.post("subscribe_app_at", &[waba_id, "subscribed_apps"]).json(&at.body());
        call.idempotent().command().await
    }

    /// Ends the delivery of an account's webhooks to the token's app. Its numbers go on sending.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Subscribed apps.
    ///
    /// # Errors
    /// Code 100 when the app isn't subscribed.
    pub async fn unsubscribe_app(&self, waba_id: &str) -> Result<(), Error> {
        self.delete("unsubscribe_app", &[waba_id, "subscribed_apps"]).command().await
    }
}
