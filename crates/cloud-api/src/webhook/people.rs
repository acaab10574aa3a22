//! What customers do besides writing: preferences, clicks, leads and purchases, new ids. Meta: Webhooks >
//! `user_preferences`, Marketing Messages API > Track click events, Webhooks > `automatic_events`.

use serde_json::Number;

use super::contacts::{Contact, Metadata};
use super::errors::WireError;
use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

words! {
    /// What a preference is about.
    pub enum PreferenceCategory {
        /// Marketing.
        MarketingMessages = "marketing_messages",
    }
}

words! {
    /// What a customer prefers.
    pub enum PreferenceValue {
        /// No marketing: sending it fails with 131050.
        Stop = "stop",
        /// Marketing again.
        Resume = "resume",
        /// Signed up for marketing.
        SignUp = "signup",
    }
}

object! {
    /// Whether a customer wants marketing.
    pub struct UserPreference {
        /// Phone number, if shared.
        wa_id: Id = "wa_id",
        /// Business-scoped user id.
        user_id: Id = "user_id",
        /// Id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// In words.
        detail: String = "detail",
        /// What it is about.
        category: PreferenceCategory = "category",
        /// What they prefer.
        value: PreferenceValue = "value",
        /// With a sign-up.
        signup_id: Id = "signup_id",
        /// When.
        timestamp: UnixTime = "timestamp",
    }
}

words! {
    /// What a customer did with a message.
    pub enum UserActionKind {
        /// Followed a link of a marketing message.
        LinkClick = "marketing_messages_link_click",
    }
}

words! {
    /// What was clicked.
    pub enum ClickComponent {
        /// The button.
        Cta = "cta",
        /// A link in the text.
        Body = "body",
    }
}

object! {
    /// What a customer did with a message of ours.
    pub struct UserAction {
        /// What.
        action_type: UserActionKind = "action_type",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// The click.
        link_click: LinkClick = "marketing_messages_link_click_data",
    }
}

object! {
    /// A click in a marketing message.
    pub struct LinkClick {
        /// What was clicked.
        click_component: ClickComponent = "click_component",
        /// The product, in catalogues.
        product_id: Id = "product_id",
        /// The click.
        click_id: Id = "click_id",
        /// Given when sending.
        tracking_token: String = "tracking_token",
    }
}

object! {
    /// Value of the field `automatic_events`.
    pub struct AutomaticEventsValue {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// Our phone number.
        metadata: Metadata = "metadata",
        /// The customers.
        contacts: Vec<Contact> = "contacts",
        /// What Meta noticed.
        automatic_events: Vec<AutomaticEvent> = "automatic_events",
        /// Errors that belong to no event.
        errors: Vec<WireError> = "errors",
    }
}

words! {
    /// What Meta noticed in a chat.
    pub enum AutomaticEventName {
        /// A customer became a lead.
        LeadSubmitted = "LeadSubmitted",
        /// A customer bought.
        Purchase = "Purchase",
    }
}

object! {
    /// A lead or purchase that Meta noticed in a chat which began with an advertisement.
    pub struct AutomaticEvent {
        /// The message it was noticed in.
        id: Id = "id",
        /// What.
        event_name: AutomaticEventName = "event_name",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// The advertisement's click id.
        ctwa_clid: String = "ctwa_clid",
        /// What was bought for how much.
        custom_data: PurchaseData = "custom_data",
    }
}

object! {
    /// What was bought for how much.
    pub struct PurchaseData {
        /// ISO 4217.
        currency: String = "currency",
        /// How much; the page doesn't say in which unit.
        value: Number = "value",
    }
}

object! {
    /// Value of the field `user_id_update`, which Meta withdrew in August 2026; system messages tell the same.
    pub struct UserIdValue {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// Our phone number.
        metadata: Metadata = "metadata",
        /// The customers.
        contacts: Vec<Contact> = "contacts",
        /// Who has a new id.
        user_id_update: Vec<UserIdUpdate> = "user_id_update",
        /// Errors that belong to no customer.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// A customer's new business-scoped user id.
    pub struct UserIdUpdate {
        /// Phone number, if shared.
        wa_id: Id = "wa_id",
        /// In words.
        detail: String = "detail",
        /// Business-scoped user id.
        user_id: IdChange = "user_id",
        /// Id for a parent portfolio.
        parent_user_id: IdChange = "parent_user_id",
        /// When.
        timestamp: UnixTime = "timestamp",
    }
}

object! {
    /// An id until now and from now on.
    pub struct IdChange {
        /// Until now.
        previous: Id = "previous",
        /// From now on.
        current: Id = "current",
    }
}
