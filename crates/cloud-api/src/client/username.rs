//! A business's username. Meta: Business-scoped user IDs > Business usernames.

use serde_json::{Value, json};

use super::Client;
use super::node::judged;
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};
use crate::webhook::wire::{object, words};

/// Endings that would make a username look like a web address.
const WEB_ENDINGS: &[&str] = &[
    ".com", ".net", ".org", ".io", ".co", ".in", ".br", ".us", ".uk", ".de", ".fr", ".es", ".it", ".mx",
    ".id", ".ai", ".app", ".dev", ".info", ".biz", ".shop", ".store", ".me", ".xyz", ".online", ".html",
    ".htm",
];

object! {
    /// A username and whether it is in use.
    pub struct Username {
        /// The name. Not in the answer to setting one.
        username: String = "username",
        /// Whether it is in use already.
        status: UsernameStatus = "status",
    }
}

words! {
    /// Whether a username is in use.
    pub enum UsernameStatus {
        /// Kept for the number; used once usernames have come to its country.
        Reserved = "reserved",
        /// In use.
        Approved = "approved",
    }
}

/// Judges a username: 3 to 35 of a-z, 0-9, dot and underscore, at least one letter, no dot at an end or beside another, not
/// like a web address.
///
/// # Errors
/// All violations found.
pub fn check_username(name: &str) -> Result<(), Vec<Violation>> {
    judged(&json!({"username": name}), judge)
}

fn judge(root: &Node<'_>, findings: &mut Findings) {
    let Some(name) = findings.needs_text(root, "username", text("Username", 3, 35)) else { return };
    let mut refuse = |message: &str| findings.add(root.at("username"), Rule::Format, message);
    if !name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_')) {
        refuse("username may have a-z, 0-9, dot and underscore only.");
    }
    if !name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        refuse("username must have a letter.");
    }
    if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        refuse("username can't begin or end with a dot, or have two in a row.");
    }
    if name.starts_with("www") || WEB_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        refuse("username can't look like a web address.");
    }
}

impl Client {
    /// The number's username; both fields are `None` without one. Permission B. Meta: Business usernames.
    ///
    /// # Errors
    /// As every call.
    pub async fn username(&self, phone_number_id: &str) -> Result<Username, Error> {
        self.get("username", &[phone_number_id, "username"]).read().await
    }

    /// Asks for a username. A number has one, and nobody else in the world has the same. `transfer_action` takes a name over
    /// that the business holds elsewhere. Permission B. Meta: Business usernames.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`check_username`]; codes 147001 (taken), 147002 (the account may not have one), 147003 and
    /// 147004 (connect the Facebook page or Instagram account that holds it), 133010 (register first).
    pub async fn set_username(
        &self,
        phone_number_id: &str,
        username: &str,
        transfer_action: Option<&str>,
    ) -> Result<Username, Error> {
        self.judge(|| check_username(username))?;
        let mut body = json!({"username": username});
        if let Some(action) = transfer_action {
            body["transfer_action"] = action.into();
        }
        self.post("set_username", &[phone_number_id, "username"]).json(&body).read().await
    }

    /// Gives the username up. Permission B. Meta: Business usernames.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_username(&self, phone_number_id: &str) -> Result<(), Error> {
        self.delete("delete_username", &[phone_number_id, "username"]).command().await
    }

    /// Usernames Meta would like for this number. Permission B. Meta: Business usernames.
    ///
    /// # Errors
    /// As every call.
    pub async fn username_suggestions(&self, phone_number_id: &str) -> Result<Vec<String>, Error> {
        let call = self.get("username_suggestions", &[phone_number_id, "username_suggestions"]);
        let answer: Value = call.read().await?;
        let lists = answer.get("data").and_then(Value::as_array).into_iter().flatten();
        let names = lists.filter_map(|item| item.get("username_suggestions")?.as_array()).flatten();
        Ok(names.filter_map(|name| name.as_str().map(str::to_owned)).collect())
    }
}
