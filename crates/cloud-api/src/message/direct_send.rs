//! Direct Send, typed.

use serde_json::{Map, Value, json};

/// Free-form content outside the service window: text, reply buttons or a link button, for which Meta finds or makes
/// a template. Only for WABAs that Meta has admitted. Meta: Direct Send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectSend {
    /// What is charged, and what the content has to be.
    pub category: Category,
    /// How long delivery is tried, in seconds: utility 30 to 43200 (30 days when left out), authentication 30 to 900
    /// (600 when left out).
    pub ttl_seconds: Option<u32>,
    /// Name of the template that Meta makes.
    pub template_name: Option<String>,
}

super::wire::words! {
    /// Category of content sent without a template.
    pub enum Category {
        /// About something the person did or asked for.
        Utility = "utility",
        /// A one-time password; restricted, and not by business-scoped user id.
        Authentication = "authentication",
        /// A message as any other, inside the service window.
        Service = "service",
    }
}

impl DirectSend {
    /// Content of category utility.
    pub fn utility() -> Self {
        Self { category: Category::Utility, ttl_seconds: None, template_name: None }
    }

    /// Content of category authentication.
    pub fn authentication() -> Self {
        Self { category: Category::Authentication, ..Self::utility() }
    }

    /// The same with a time limit for delivery.
    #[must_use]
    pub fn ttl_seconds(mut self, seconds: u32) -> Self {
        self.ttl_seconds = Some(seconds);
        self
    }

    /// The same with a name for the template that Meta makes.
    #[must_use]
    pub fn template_name(mut self, name: impl Into<String>) -> Self {
        self.template_name = Some(name.into());
        self
    }

    pub(super) fn put(self, envelope: &mut Map<String, Value>) {
        envelope.insert("category".to_owned(), json!(self.category));
        if let Some(seconds) = self.ttl_seconds {
            envelope.insert("ttl_seconds".to_owned(), json!(seconds));
        }
        if let Some(name) = self.template_name {
            envelope.insert("direct_send_config".to_owned(), json!({"template_name": name}));
        }
    }

    /// Reads it from an envelope, if all of it has the form it should have; else leaves everything there.
    pub(super) fn take(envelope: &mut Map<String, Value>) -> Option<Self> {
        const KEYS: [&str; 3] = ["category", "ttl_seconds", "direct_send_config"];
        let category = serde_json::from_value(envelope.get("category")?.clone()).ok()?;
        let given = |key: &str| envelope.get(key).filter(|value| !value.is_null());
        let ttl_seconds = match given("ttl_seconds") {
            None => None,
            Some(seconds) => Some(seconds.as_u64().and_then(|seconds| u32::try_from(seconds).ok())?),
        };
        let template_name = match given("direct_send_config") {
            None => None,
            Some(config) => Some(config.get("template_name")?.as_str()?.to_owned()),
        };
        let found = Self { category, ttl_seconds, template_name };
        let mut back = Map::new();
        found.clone().put(&mut back);
        if KEYS.iter().any(|key| back.get(*key) != given(key)) {
            return None;
        }
        envelope.retain(|key, _| !KEYS.contains(&key.as_str()));
        Some(found)
    }
}
