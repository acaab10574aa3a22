//! Contact cards. Meta: Messages > Contacts.

use serde::{Deserialize, Serialize};

use super::check;
use crate::violation::Violation;

/// One card of a contacts message; up to 257 go into one.
///
/// ```
/// use cloud_api::message::ContactCard;
///
/// let card = ContactCard::new("Barbara", "Johnson").phone("+16505559999", "Work").email("b@acme.test", "Work");
/// assert_eq!(card.validate(), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactCard {
    /// What they are called.
    pub name: ContactName,
    /// Phone numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<ContactPhone>,
    /// Mail addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<ContactEmail>,
    /// Postal addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<ContactAddress>,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<ContactOrg>,
    /// Pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<ContactUrl>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
}

/// A person's name: `formatted_name` and at least one other part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactName {
    /// The whole name, as shown.
    pub formatted_name: String,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Middle name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// E.g. `Esq.`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// E.g. `Dr.`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// A phone number on a card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactPhone {
    /// As shown.
    pub phone: String,
    /// E.g. `Mobile`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// WhatsApp's spelling of the number, digits only. With it the card has buttons to write and to save; without, one
    /// to invite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
}

/// A mail address on a card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactEmail {
    /// The address.
    pub email: String,
    /// E.g. `Work`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A postal address on a card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactAddress {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// City.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, as people write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// Country's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// ISO 3166 code of two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// E.g. `Office`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// Where somebody works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactOrg {
    /// The company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// What they are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A page on a card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactUrl {
    /// The URL.
    pub url: String,
    /// E.g. `Company`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl ContactCard {
    /// A card with a name: `formatted_name` is both parts.
    pub fn new(first_name: impl Into<String>, last_name: impl Into<String>) -> Self {
        let (first, last) = (first_name.into(), last_name.into());
        let name = ContactName {
            formatted_name: format!("{first} {last}").trim().to_owned(),
            first_name: Some(first),
            last_name: Some(last),
            ..ContactName::default()
        };
        Self { name, ..Self::default() }
    }

    /// The same card with one more phone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>, kind: impl Into<String>) -> Self {
        self.phones.push(ContactPhone { phone: phone.into(), kind: Some(kind.into()), wa_id: None });
        self
    }

    /// The same card with one more mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>, kind: impl Into<String>) -> Self {
        self.emails.push(ContactEmail { email: email.into(), kind: Some(kind.into()) });
        self
    }

    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found, with pointers into the card.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        check::judge_typed(self, check::contact_card)
    }
}
