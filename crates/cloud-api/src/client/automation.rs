//! What a conversation offers before the first word: ice breakers, commands, a welcome; and QR codes that lead to it.
//! Meta: Business phone numbers > Conversational components; QR codes.

use std::collections::BTreeSet;

use serde_json::json;

use super::node::{count, judged, node, texts};
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::text;
use crate::violation::{Rule, Violation};
use crate::webhook::Id;
use crate::webhook::wire::{object, words};

/// Ice breakers of a number.
pub const ICE_BREAKERS_MAX: usize = 4;
/// Longest ice breaker, in characters.
pub const ICE_BREAKER_MAX: usize = 80;
/// Commands of a number.
pub const COMMANDS_MAX: usize = 30;
/// Longest text a QR code writes, in characters.
pub const QR_TEXT_MAX: usize = 140;

object! {
    /// What a conversation offers before the first word. Setting it replaces ice breakers and commands.
    pub struct Automation {
        /// Whether a `request_welcome` webhook tells of people who open the conversation for the first time.
        enable_welcome_message: bool = "enable_welcome_message",
        /// Ice breakers to tap, at most 4 of 80 characters, without emoji. A tap arrives as a text.
        prompts: Vec<String> = "prompts",
        /// Commands offered after a slash, at most 30.
        commands: Vec<Command> = "commands",
        /// Its id. Can only be read.
        id: Id = "id",
    }
}

object! {
    /// A command, offered after a slash.
    pub struct Command {
        /// Without the slash, up to 32 characters, no emoji.
        command_name: String = "command_name",
        /// What it does, up to 256 characters, no emoji.
        command_description: String = "command_description",
    }
}

impl Automation {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            count(findings, root, "prompts", [0, ICE_BREAKERS_MAX]);
            for (pointer, prompt) in texts(root, "prompts") {
                findings.length(pointer.clone(), prompt, text("Ice breaker", 1, ICE_BREAKER_MAX));
                if has_emoji(prompt) {
                    findings.add(pointer, Rule::Format, "Ice breakers can't have emoji.");
                }
            }
            let commands = findings.may_have_list(root, "commands", "commands", [0, COMMANDS_MAX]);
            let mut names = BTreeSet::new();
            for command in commands.unwrap_or_default() {
                for (key, max) in [("command_name", 32), ("command_description", 256)] {
                    let given = findings.needs_text(&command, key, text("Command", 1, max));
                    if given.is_some_and(has_emoji) {
                        findings.add(command.at(key), Rule::Format, "Commands can't have emoji.");
                    }
                }
                if command.str("command_name").is_some_and(|name| !names.insert(name)) {
                    findings.add(
                        command.at("command_name"),
                        Rule::Unique,
                        "Two commands have the same name.",
                    );
                }
            }
            findings.not_allowed(root, "id", "it can only be read");
        })
    }
}

/// Pictographs, flags and the signs that join them.
fn has_emoji(text: &str) -> bool {
    text.chars().any(
        |c| matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B50 | 0x2B55 | 0xFE0F | 0x20E3),
    )
}

node! {
    /// A QR code, or the link in it, that opens a conversation with a text already written.
    pub struct QrCode {
        /// Its id, 14 characters.
        code: String = "code";
        /// The text.
        prefilled_message: String = "prefilled_message",
        /// The link in the picture.
        deep_link_url: String = "deep_link_url",
        /// Where the picture is, when one was asked for.
        qr_image_url: String = "qr_image_url",
    }
}

words! {
    /// Format of a QR code's picture.
    pub enum QrImage {
        /// Pixels.
        Png = "PNG",
        /// Vectors.
        Svg = "SVG",
    }
}

#[derive(serde::Deserialize)]
struct Wrapped {
    conversational_automation: Option<Automation>,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum OneQrCode {
    List { data: Vec<QrCode> },
    One(QrCode),
}

impl Client {
    /// What a conversation with this number offers. Permission B. Meta: Conversational components.
    ///
    /// # Errors
    /// As every call.
    pub async fn automation(&self, phone_number_id: &str) -> Result<Automation, Error> {
        let call = self.get("automation", &[phone_number_id]);
        let answer: Wrapped = call.query("fields", "conversational_automation").read().await?;
        Ok(answer.conversational_automation.unwrap_or_default())
    }

    /// Changes what a conversation with this number offers; empty lists take it away. Permission B.
    /// Meta: Conversational components.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Automation::validate`].
    pub async fn set_automation(&self, phone_number_id: &str, automation: &Automation) -> Result<(), Error> {
        self.judge(|| automation.validate())?;
        let call = self.post("set_automation", &[phone_number_id, "conversational_automation"]);
        call.json(automation).idempotent().command().await
    }

    /// Makes a QR code that writes up to 140 characters, and its picture if a format is given. A number has up to 2,000.
    /// Permission B. Meta: QR codes.
    ///
    /// # Errors
    /// [`Error::Refused`] for a text that is empty or too long.
    pub async fn create_qr_code(
        &self,
        phone_number_id: &str,
        message: &str,
        image: Option<&QrImage>,
    ) -> Result<QrCode, Error> {
        let mut body = json!({"prefilled_message": message});
        if let Some(image) = image {
            body["generate_qr_image"] = image.as_str().into();
        }
        self.judge(|| judge_qr(&body))?;
        self.post("create_qr_code", &[phone_number_id, "message_qrdls"]).json(&body).read().await
    }

    /// Changes the text a QR code writes; printed codes go on working. Permission B. Meta: QR codes.
    ///
    /// # Errors
    /// As [`Client::create_qr_code`].
    pub async fn update_qr_code(
        &self,
        phone_number_id: &str,
        code: &str,
        message: &str,
    ) -> Result<QrCode, Error> {
        let body = json!({"prefilled_message": message, "code": code});
        self.judge(|| judge_qr(&body))?;
        let call = self.post("update_qr_code", &[phone_number_id, "message_qrdls"]);
        call.json(&body).idempotent().read().await
    }

    /// The QR codes of a number. For pictures add
    /// `.fields(&["code", "prefilled_message", "deep_link_url", "qr_image_url.format(SVG)"])`. Permission B. Meta: QR codes.
    pub fn qr_codes(&self, phone_number_id: &str) -> Listing<QrCode> {
        self.list("qr_codes", &[phone_number_id, "message_qrdls"])
    }

    /// Looks a QR code up. Permission B. Meta: QR codes.
    ///
    /// # Errors
    /// [`Error::Decode`] when there is none with this code.
    pub async fn qr_code(&self, phone_number_id: &str, code: &str) -> Result<QrCode, Error> {
        let answer: OneQrCode = self.get("qr_code", &[phone_number_id, "message_qrdls", code]).read().await?;
        let code = match answer {
            OneQrCode::One(code) => Some(code),
            OneQrCode::List { data } => data.into_iter().next(),
        };
        code.ok_or_else(|| Error::Decode("qr_code: the answer is empty".to_owned()))
    }

    /// Deletes a QR code; printed ones lead nowhere from then on. Permission B. Meta: QR codes.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_qr_code(&self, phone_number_id: &str, code: &str) -> Result<(), Error> {
        self.delete("delete_qr_code", &[phone_number_id, "message_qrdls", code]).command().await
    }
}

fn judge_qr(body: &serde_json::Value) -> Result<(), Vec<Violation>> {
    judged(body, |root, findings| {
        findings.needs_text(root, "prefilled_message", text("Prefilled message", 1, QR_TEXT_MAX));
    })
}
