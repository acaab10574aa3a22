//! Who and where: the customer's profile and our number.

use super::scalar::Id;
use super::wire::object;

object! {
    /// Our phone number that this is about.
    pub struct Metadata {
        /// E.g. `15550783881`.
        display_phone_number: Id = "display_phone_number",
        /// The id used in calls.
        phone_number_id: Id = "phone_number_id",
    }
}

object! {
    /// A customer. The phone number is absent when it isn't shared: then `user_id` is all there is.
    pub struct Contact {
        /// What they call themselves.
        profile: Profile = "profile",
        /// Phone number as WhatsApp spells it, digits only.
        wa_id: Id = "wa_id",
        /// Business-scoped user id.
        user_id: Id = "user_id",
        /// The same person's id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// Changes when the person's identity key does; present when identity checks are on.
        identity_key_hash: String = "identity_key_hash",
    }
}

object! {
    /// What a customer calls themselves.
    pub struct Profile {
        /// Free text.
        name: String = "name",
        /// With or without a leading `@`.
        username: String = "username",
    }
}
