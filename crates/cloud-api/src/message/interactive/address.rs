//! Asking for a postal address. Meta: Messages > Interactive > Address.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the form for the address starts with. Fields of an address: `name`, `phone_number`, `in_pin_code` (up to 6
/// characters), `house_number`, `floor_number`, `tower_number`, `building_name`, `address`, `landmark_area`, `city`,
/// `state`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRequest {
    /// `IN`, the one country where this works.
    pub country: String,
    /// Fields filled in already.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Value>,
    /// Addresses to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saved_addresses: Vec<SavedAddress>,
    /// What is wrong with the last answer, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub validation_errors: BTreeMap<String, String>,
}

/// An address the person gave before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAddress {
    /// Yours; comes back when it is chosen.
    pub id: String,
    /// Its fields.
    pub value: BTreeMap<String, Value>,
}

impl AddressRequest {
    /// An empty form for an address in India.
    pub fn india() -> Self {
        Self {
            country: "IN".to_owned(),
            values: BTreeMap::new(),
            saved_addresses: Vec::new(),
            validation_errors: BTreeMap::new(),
        }
    }

    /// The same with a field filled in.
    #[must_use]
    pub fn value(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.values.insert(field.into(), value.into());
        self
    }

    /// The same with what is wrong with a field of the last answer.
    #[must_use]
    pub fn error(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.validation_errors.insert(field.into(), message.into());
        self
    }
}
