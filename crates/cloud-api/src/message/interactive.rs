//! Interactive messages, typed.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::content::Media;

/// Payload of an interactive message. Meta: Messages > Interactive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Wire", from = "Wire")]
pub struct Interactive {
    /// Lists take a text header only.
    pub header: Option<Header>,
    /// Up to 1024 characters, 4096 for a list. Nearly every kind needs one.
    pub body: Option<String>,
    /// Up to 60 characters.
    pub footer: Option<String>,
    /// What can be tapped.
    pub action: Action,
}

/// What stands above the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Header {
    /// Words.
    Text {
        /// 1 to 60 characters.
        text: String,
    },
    /// A picture.
    Image {
        /// By id or link.
        image: Media,
    },
    /// A video.
    Video {
        /// By id or link.
        video: Media,
    },
    /// A file.
    Document {
        /// By id or link.
        document: Media,
    },
}

/// What can be tapped.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// One to three reply buttons.
    Buttons(Vec<ReplyButton>),
    /// A button that opens a list.
    List {
        /// Label of the button, 1 to 20 characters.
        button: String,
        /// 1 to 10 sections with 10 rows in all.
        sections: Vec<Section>,
    },
    /// A button that opens a URL.
    CtaUrl {
        /// Label of the button, 1 to 20 characters.
        display_text: String,
        /// Where it leads.
        url: String,
    },
    /// A kind this crate has no type for.
    Other {
        /// The interactive message's `type`.
        kind: String,
        /// Its `action`, as JSON.
        action: Value,
    },
}

/// A button whose tap comes back as a `button_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyButton {
    /// 1 to 256 characters, different from the other buttons'.
    pub id: String,
    /// 1 to 20 characters, different from the other buttons'.
    pub title: String,
}

/// Rows of a list under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Up to 24 characters; may be missing when there is one section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At least one.
    pub rows: Vec<Row>,
}

/// A choice whose tap comes back as a `list_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// 1 to 200 characters, different from every other row's.
    pub id: String,
    /// 1 to 24 characters.
    pub title: String,
    /// Up to 72 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Interactive {
    /// A body with reply buttons under it.
    pub fn buttons(body: impl Into<String>, buttons: Vec<ReplyButton>) -> Self {
        Self { header: None, body: Some(body.into()), footer: None, action: Action::Buttons(buttons) }
    }

    /// A body with a button that opens a list.
    pub fn list(body: impl Into<String>, button: impl Into<String>, sections: Vec<Section>) -> Self {
        let action = Action::List { button: button.into(), sections };
        Self { header: None, body: Some(body.into()), footer: None, action }
    }
}

impl ReplyButton {
    /// A button.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into() }
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header: Option<Header>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Block>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    footer: Option<Block>,
    action: Value,
}

#[derive(Serialize, Deserialize)]
struct Block {
    text: String,
}

#[derive(Deserialize)]
struct ButtonsAction {
    buttons: Vec<ButtonWire>,
}

#[derive(Deserialize)]
struct ButtonWire {
    reply: ReplyButton,
}

#[derive(Deserialize)]
struct ListAction {
    button: String,
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct CtaAction {
    parameters: CtaParameters,
}

#[derive(Deserialize)]
struct CtaParameters {
    display_text: String,
    url: String,
}

impl From<Interactive> for Wire {
    fn from(message: Interactive) -> Self {
        let (kind, action) = match message.action {
            Action::Buttons(buttons) => {
                let buttons: Vec<Value> =
                    buttons.iter().map(|reply| json!({"type": "reply", "reply": reply})).collect();
                ("button".to_owned(), json!({"buttons": buttons}))
            }
            Action::List { button, sections } => {
                ("list".to_owned(), json!({"button": button, "sections": sections}))
            }
            Action::CtaUrl { display_text, url } => {
                let parameters = json!({"display_text": display_text, "url": url});
                ("cta_url".to_owned(), json!({"name": "cta_url", "parameters": parameters}))
            }
            Action::Other { kind, action } => (kind, action),
        };
        let block = |text| Block { text };
        Self {
            kind,
            header: message.header,
            body: message.body.map(block),
            footer: message.footer.map(block),
            action,
        }
    }
}

impl From<Wire> for Interactive {
    fn from(wire: Wire) -> Self {
        let action = match wire.kind.as_str() {
            "button" => ButtonsAction::deserialize(&wire.action)
                .ok()
                .map(|action| Action::Buttons(action.buttons.into_iter().map(|b| b.reply).collect())),
            "list" => ListAction::deserialize(&wire.action)
                .ok()
                .map(|action| Action::List { button: action.button, sections: action.sections }),
            "cta_url" => CtaAction::deserialize(&wire.action).ok().map(|action| {
                let CtaParameters { display_text, url } = action.parameters;
                Action::CtaUrl { display_text, url }
            }),
            _ => None,
        };
        Self {
            header: wire.header,
            body: wire.body.map(|block| block.text),
            footer: wire.footer.map(|block| block.text),
            action: action.unwrap_or(Action::Other { kind: wire.kind, action: wire.action }),
        }
    }
}
