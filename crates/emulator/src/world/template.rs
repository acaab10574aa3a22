//! Templates: what the business sends outside the service window, and all that the platform knows of one.

pub(crate) mod catalog;
pub(crate) mod change;
pub(crate) mod counts;
pub(crate) mod direct;
pub(crate) mod group;
pub(crate) mod library;
pub(crate) mod life;
pub(crate) mod pacing;
pub(crate) mod review;
pub(crate) mod send;
mod wire;
pub(crate) mod words;

use std::collections::{BTreeMap, VecDeque};

use cloud_api::template::{Category, Component};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock::graph_time;
use counts::Counts;
use group::Group;
use pacing::Pacing;
use review::{Review, ReviewRule};

/// Quality is unknown since then when nothing has happened yet: 1 January 2026, Unix seconds.
const ALWAYS: i64 = 1_767_225_600;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Template {
    pub id: String,
    pub waba_id: String,
    pub name: String,
    pub language: String,
    pub category: Category,
    pub status: Status,
    /// POSITIONAL or NAMED.
    pub parameter_format: String,
    /// As Meta lists them.
    pub components: Vec<Value>,
    #[serde(default)]
    pub sub_category: Option<String>,
    #[serde(default)]
    pub previous_category: Option<Category>,
    /// The category it will get, and when (Unix ms).
    #[serde(default)]
    pub moving: Option<(Category, i64)>,
    #[serde(default)]
    pub rejection: Option<Rejection>,
    #[serde(default)]
    pub quality: Quality,
    /// How long delivery is tried; -1 for 30 days.
    #[serde(default)]
    pub ttl_seconds: Option<i64>,
    /// `cta_url_link_tracking_opted_out` and other options that are only kept.
    #[serde(default)]
    pub options: Map<String, Value>,
    /// The library's template it was made from, and the kinds of its values.
    #[serde(default)]
    pub library: Option<(String, Vec<String>)>,
    /// Unix ms; `None` for templates that were always there.
    #[serde(default)]
    pub created_at: Option<i64>,
    #[serde(default)]
    pub updated_at: Option<i64>,
    #[serde(default)]
    pub used_at: Option<i64>,
    /// Edits while it was approved, Unix ms.
    #[serde(default)]
    pub edits: Vec<i64>,
    #[serde(default)]
    pub review: Review,
    #[serde(default)]
    pub pause: Option<Pause>,
    /// How often it was paused for its quality.
    #[serde(default)]
    pub pauses: u8,
    #[serde(default)]
    pub pacing: Option<Pacing>,
    /// Made by the platform for Direct Send.
    #[serde(default)]
    pub auto_generated: bool,
}

/// Where a template is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Approved,
    InAppeal,
    Pending,
    Rejected,
    PendingDeletion,
    Deleted,
    Disabled,
    Paused,
    LimitExceeded,
    Archived,
}

impl Status {
    const ALL: [Self; 10] = [
        Self::Approved,
        Self::InAppeal,
        Self::Pending,
        Self::Rejected,
        Self::PendingDeletion,
        Self::Deleted,
        Self::Disabled,
        Self::Paused,
        Self::LimitExceeded,
        Self::Archived,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Approved => "APPROVED",
            Self::InAppeal => "IN_APPEAL",
            Self::Pending => "PENDING",
            Self::Rejected => "REJECTED",
            Self::PendingDeletion => "PENDING_DELETION",
            Self::Deleted => "DELETED",
            Self::Disabled => "DISABLED",
            Self::Paused => "PAUSED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Archived => "ARCHIVED",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(name))
    }
}

/// Why a reviewer refused a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rejection {
    /// INVALID_FORMAT, TAG_CONTENT_MISMATCH…
    pub reason: String,
    /// In words, with what would help.
    pub info: Option<(String, String)>,
}

/// How customers like a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quality {
    pub score: Score,
    /// Unix ms.
    pub since: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Score {
    Green,
    Yellow,
    Red,
    #[default]
    Unknown,
}

impl Score {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Green => "GREEN",
            Self::Yellow => "YELLOW",
            Self::Red => "RED",
            Self::Unknown => "UNKNOWN",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::Green, Self::Yellow, Self::Red, Self::Unknown];
        all.into_iter().find(|score| score.name().eq_ignore_ascii_case(name))
    }
}

/// A template that isn't sent for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pause {
    /// Unix ms.
    pub at: i64,
    pub until: i64,
    /// Because held messages were dropped: the business may end it itself, after five minutes.
    pub by_pacing: bool,
}

/// What happens to a template later.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Step {
    /// The reviewer decides; the round tells a newer review from an older one.
    Decide { round: u32 },
    /// A pause is over.
    Unpause,
    /// The category that was announced becomes the template's.
    Recategorize,
    /// Held messages are released or dropped.
    Assess,
    /// A year without a message ends in the archive.
    Idle,
    /// Archived or deleted templates disappear.
    Gone,
    /// Content that was sent directly is found to be of another category.
    Miscategorized { correct: Category },
}

/// Everything about templates that isn't one template's.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Templating {
    /// What the reviewer was told; the first rule that fits counts.
    pub reviewer: Vec<ReviewRule>,
    /// Names that can't be used again yet: WABA, name, language, and until when (Unix ms).
    pub locked: Vec<(String, String, String, i64)>,
    /// When a WABA created templates within the last hour, Unix ms.
    pub created: BTreeMap<String, VecDeque<i64>>,
    pub groups: BTreeMap<String, Group>,
    pub counts: Counts,
}

impl Template {
    /// An approved template with nothing special.
    pub(crate) fn new(id: String, waba_id: &str, name: &str, language: &str) -> Self {
        Self {
            id,
            waba_id: waba_id.to_owned(),
            name: name.to_owned(),
            language: language.to_owned(),
            category: Category::Utility,
            status: Status::Approved,
            parameter_format: "POSITIONAL".to_owned(),
            components: Vec::new(),
            sub_category: None,
            previous_category: None,
            moving: None,
            rejection: None,
            quality: Quality::default(),
            ttl_seconds: None,
            options: Map::new(),
            library: None,
            created_at: None,
            updated_at: None,
            used_at: None,
            edits: Vec::new(),
            review: Review::default(),
            pause: None,
            pauses: 0,
            pacing: None,
            auto_generated: false,
        }
    }

    /// The node as `message_templates` and `GET /{template_id}` answer it.
    pub(crate) fn to_json(&self) -> Value {
        let option = |name: &str| self.options.get(name).cloned().unwrap_or(Value::Null);
        let sendable = if self.status == Status::Approved { "AVAILABLE" } else { "BLOCKED" };
        json!({
            "id": self.id, "name": self.name, "language": self.language, "category": self.category,
            "status": self.status.name(), "parameter_format": self.parameter_format, "components": self.components,
            "previous_category": self.previous_category, "sub_category": self.sub_category,
            "rejected_reason": self.rejected_reason(),
            "rejection_info": self.rejection.as_ref().and_then(Rejection::info_json),
            "quality_score": {
                "score": self.quality.score.name(),
                "date": self.quality.since.or(self.created_at).map_or(ALWAYS, |ms| ms.div_euclid(1_000)),
            },
            "library_template_name": self.library.as_ref().map(|(name, _)| name),
            "message_send_ttl_seconds": self.ttl_seconds,
            "correct_category": self.moving.as_ref().map(|(category, _)| category),
            "cta_url_link_tracking_opted_out": self.options.get("cta_url_link_tracking_opted_out").is_some_and(|v| v == true),
            "degrees_of_freedom_spec": option("degrees_of_freedom_spec"),
            "optimization_spec": option("optimization_spec"),
            "last_updated_time": self.updated_at.or(self.created_at).map(graph_time),
            "is_primary_device_delivery_only": Value::Null,
            "health_status": { "can_send_message": sendable, "entities": [
                { "entity_type": "MESSAGE_TEMPLATE", "id": self.id, "can_send_message": sendable },
            ] },
        })
    }

    pub(crate) fn rejected_reason(&self) -> &str {
        self.rejection.as_ref().map_or("NONE", |rejection| rejection.reason.as_str())
    }

    /// The components, typed.
    pub(crate) fn parts(&self) -> Vec<Component> {
        self.components.iter().cloned().map(Component::from).collect()
    }

    /// A component as listed, by its type.
    pub(crate) fn component(&self, kind: &str) -> Option<&Value> {
        self.components.iter().find(|c| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case(kind)))
    }

    pub(crate) fn body(&self) -> &str {
        self.component("BODY").and_then(|c| c["text"].as_str()).unwrap_or("")
    }

    /// Header, body, footer, and the buttons' labels, addresses and numbers, of the cards too.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let mut found = Vec::new();
        collect_texts(&self.components, &mut found);
        found
    }

    /// Whether its name in its language is taken: it isn't once the template is only waiting for its end.
    pub(crate) fn holds_its_name(&self) -> bool {
        !matches!(self.status, Status::PendingDeletion | Status::Deleted)
    }
}

fn collect_texts<'a>(components: &'a [Value], found: &mut Vec<&'a str>) {
    for component in components {
        found.extend(["text", "url", "phone_number"].iter().filter_map(|key| component[*key].as_str()));
        for inner in ["buttons", "cards", "components"] {
            if let Some(list) = component[inner].as_array() {
                collect_texts(list, found);
            }
        }
    }
}

impl Rejection {
    pub(crate) fn new(reason: &str, why: &str, advice: &str) -> Self {
        Self { reason: reason.to_owned(), info: Some((why.to_owned(), advice.to_owned())) }
    }

    /// `rejection_info` of node and webhook.
    pub(crate) fn info_json(&self) -> Option<Value> {
        let (why, advice) = self.info.as_ref()?;
        Some(json!({ "reason": why, "recommendation": advice }))
    }
}
