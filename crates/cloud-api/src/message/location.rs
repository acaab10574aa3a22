//! A place on the map.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::check;
use crate::violation::Violation;
use crate::webhook::wire::{Read, Wire};

/// Payload of a location message, or of a template's location header. Meta: Messages > Location.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// -90 to 90.
    pub latitude: Degrees,
    /// -180 to 180.
    pub longitude: Degrees,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Shown only with a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A latitude or longitude. Meta takes and sends numbers and text; which of the two it was is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Degrees {
    /// As a number.
    Number(Number),
    /// As text, e.g. `37.44216251868683`.
    Text(String),
}

impl Location {
    /// A place without a name.
    pub fn new(latitude: impl Into<Degrees>, longitude: impl Into<Degrees>) -> Self {
        Self { latitude: latitude.into(), longitude: longitude.into(), name: None, address: None }
    }

    /// The same place with a name and an address.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, address: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self.address = Some(address.into());
        self
    }

    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found, with pointers into the payload.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        check::judge_typed(self, check::location)
    }
}

impl Degrees {
    /// The degrees, if it is a finite number or reads as one.
    pub fn as_f64(&self) -> Option<f64> {
        let degrees = match self {
            Self::Number(number) => number.as_f64(),
            Self::Text(text) => text.trim().parse().ok(),
        };
        degrees.filter(|degrees: &f64| degrees.is_finite())
    }
}

impl Wire for Degrees {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        let degrees = Self::from(&*text);
        if degrees.as_f64().is_some() { Ok(degrees) } else { Err(text.into()) }
    }

    fn number(number: Number) -> Read<Self> {
        let degrees = Self::Number(number);
        if degrees.as_f64().is_some() { Ok(degrees) } else { Err(degrees.write()) }
    }

    fn write(&self) -> Value {
        match self {
            Self::Number(number) => number.clone().into(),
            Self::Text(text) => text.as_str().into(),
        }
    }
}

impl From<f64> for Degrees {
    fn from(degrees: f64) -> Self {
        // JSON has no infinity and no NaN. As text they stay visible, and are refused by the check.
        Number::from_f64(degrees).map_or_else(|| Self::Text(degrees.to_string()), Self::Number)
    }
}

impl From<&str> for Degrees {
    fn from(degrees: &str) -> Self {
        Self::Text(degrees.to_owned())
    }
}
