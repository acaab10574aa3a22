//! Contact cards that customers share. Meta: Webhooks > messages > Contacts messages.

use super::scalar::Id;
use super::wire::{object, words};

words! {
    /// Why a card was sent.
    pub enum CardOrigin {
        /// Shared by the customer; comes with a `vcard`.
        Shared = "other",
        /// Answer to our request for their number; comes without one.
        ContactRequest = "contact_request",
    }
}

object! {
    /// One card. Everything in it is what the customer's phone book says.
    pub struct ContactCard {
        /// Why it was sent.
        origin: CardOrigin = "origin",
        /// Names.
        name: CardName = "name",
        /// Where the person works.
        org: CardOrganization = "org",
        /// `YYYY-MM-DD`.
        birthday: String = "birthday",
        /// Phone numbers.
        phones: Vec<CardPhone> = "phones",
        /// E-mail addresses.
        emails: Vec<CardEmail> = "emails",
        /// Postal addresses.
        addresses: Vec<CardAddress> = "addresses",
        /// Web pages.
        urls: Vec<CardUrl> = "urls",
        /// The same card as vCard 3.0.
        vcard: String = "vcard",
    }
}

object! {
    /// Names on a card.
    pub struct CardName {
        /// As it is shown.
        formatted_name: String = "formatted_name",
        /// Given name.
        first_name: String = "first_name",
        /// Family name.
        last_name: String = "last_name",
        /// Between them.
        middle_name: String = "middle_name",
        /// After them.
        suffix: String = "suffix",
        /// Before them.
        prefix: String = "prefix",
    }
}

object! {
    /// Where the person on a card works.
    pub struct CardOrganization {
        /// Company.
        company: String = "company",
        /// Department.
        department: String = "department",
        /// Job.
        title: String = "title",
    }
}

object! {
    /// A phone number on a card.
    pub struct CardPhone {
        /// As the phone book has it.
        phone: String = "phone",
        /// The WhatsApp account behind it, when there is one.
        wa_id: Id = "wa_id",
        /// The same account's business-scoped user id.
        user_id: Id = "user_id",
        /// `CELL`, `HOME`, … or the customer's own word.
        kind: String = "type",
    }
}

object! {
    /// An e-mail address on a card.
    pub struct CardEmail {
        /// The address.
        email: String = "email",
        /// `HOME`, `WORK` or the customer's own word.
        kind: String = "type",
    }
}

object! {
    /// A postal address on a card.
    pub struct CardAddress {
        /// Street and number.
        street: String = "street",
        /// City.
        city: String = "city",
        /// State.
        state: String = "state",
        /// Postal code.
        zip: String = "zip",
        /// Country.
        country: String = "country",
        /// ISO 3166, two letters.
        country_code: String = "country_code",
        /// `HOME`, `WORK` or the customer's own word.
        kind: String = "type",
    }
}

object! {
    /// A web page on a card.
    pub struct CardUrl {
        /// The address.
        url: String = "url",
        /// `HOME`, `WORK` or the customer's own word.
        kind: String = "type",
    }
}
