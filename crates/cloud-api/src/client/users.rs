//! People on the other side: blocks, the contact book, who answers them, and what became of a message.
//! Meta: Cloud API > Block users; Business-scoped user IDs > Contact book; Conversation routing; Message history.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::node::{formed, judged, node, word};
use super::{Call, Client, Listing, Method};
use crate::error::{Error, GraphError};
use crate::judge::text;
use crate::message::{is_bsuid, is_phone};
use crate::violation::{Rule, Violation};
use crate::webhook::wire::{object, words};
use crate::webhook::{Id, UnixTime};

/// Users in one request to block or unblock.
pub const BLOCKS_PER_REQUEST: usize = 1_000;
/// Longest `metadata` of a handover, in characters.
pub const HANDOVER_METADATA_MAX: usize = 2_000;
/// Code of an answer that says which users were blocked and which not.
const SOME_FAILED: i64 = 139_100;

/// A person, as calls about people name them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum UserRef {
    /// A phone number, in any way people write one.
    #[serde(rename = "user")]
    Phone(String),
    /// A business-scoped user id (`US.1349…`). Blocks don't take a parent's.
    #[serde(rename = "user_id")]
    Id(String),
}

impl UserRef {
    /// Judges one user of a list at `pointer`.
    fn judge(&self, pointer: &str) -> Option<Violation> {
        let (fits, key, form) = match self {
            Self::Phone(phone) => (is_phone(phone), "user", "a phone number"),
            Self::Id(id) => (is_bsuid(id), "user_id", "a business-scoped user ID"),
        };
        let (pointer, message) = (format!("{pointer}/{key}"), format!("{key} must be {form}."));
        (!fits).then_some(Violation { pointer, rule: Rule::Format, limit: None, given: None, message })
    }
}

/// Whether a business-scoped user id is a parent's, which names a person towards several portfolios.
fn is_parent(id: &str) -> bool {
    id.get(2..).is_some_and(|rest| rest.starts_with(".ENT."))
}

object! {
    /// What became of each user of a request to block or unblock.
    pub struct Blocks {
        /// Users now blocked.
        added_users: Vec<BlockedUser> = "added_users",
        /// Users no longer blocked.
        removed_users: Vec<BlockedUser> = "removed_users",
        /// Users for whom nothing changed, and why.
        failed_users: Vec<FailedUser> = "failed_users",
    }
}

object! {
    /// A user who is blocked, or no longer.
    pub struct BlockedUser {
        /// What was given. Not in lists.
        input: String = "input",
        /// Their phone number as WhatsApp spells it, if the business may know it.
        wa_id: Id = "wa_id",
        /// Their business-scoped id.
        user_id: Id = "user_id",
    }
}

object! {
    /// A user who couldn't be blocked or unblocked.
    pub struct FailedUser {
        /// What was given.
        input: String = "input",
        /// Their phone number as WhatsApp spells it.
        wa_id: Id = "wa_id",
        /// Their business-scoped id.
        user_id: Id = "user_id",
        /// Why. Code 131047: they haven't written within 24 hours.
        errors: Vec<crate::webhook::WireError> = "errors",
    }
}

object! {
    /// Whether a person was in the contact book.
    pub struct ContactForgotten {
        /// The call was carried out.
        success: bool = "success",
        /// There was an entry, and it is gone.
        deleted: bool = "deleted",
    }
}

words! {
    /// What to do with the control over a thread.
    pub enum ThreadAction {
        /// Hand it to another responder.
        Pass = "pass",
        /// Give it back.
        Release = "release",
        /// Take it. Not every business may (code 100, subcode 2494191).
        Take = "take",
    }
}

/// A change of who answers a person. Meta: Conversation routing > Thread control.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ThreadControl {
    /// Their phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Or their business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// What to do.
    pub action: ThreadAction,
    /// Up to 2,000 characters for the next responder, who gets them by webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// `{"target_role": "ai_agent"}` passes control to Meta's own agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_pass: Option<Value>,
}

impl ThreadControl {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            if self.to.is_none() && self.recipient.is_none() {
                findings.required(root.at("to"));
            }
            formed(findings, root, "to", "a phone number", is_phone);
            formed(findings, root, "recipient", "a business-scoped user ID", is_bsuid);
            findings.one_of(root, "action", &["pass", "release", "take"]);
            findings.may_have_text(root, "metadata", text("Metadata", 0, HANDOVER_METADATA_MAX));
            if let Some(pass) = findings.may_have_object(root, "control_pass") {
                word(findings, &pass, "target_role", &["ai_agent"]);
                if self.action != ThreadAction::Pass {
                    findings.not_allowed(root, "control_pass", "control is passed by the action pass only");
                }
            }
        })
    }
}

node! {
    /// A message whose way is on record.
    pub struct MessageHistory {
        /// Id for [`Client::message_events`].
        id: Id = "id";
        /// The message's `wamid`.
        message_id: String = "message_id",
        /// The first events, when the field was asked for.
        events: Value = "events",
    }
}

object! {
    /// Something that happened to a message, and whether a webhook told of it.
    pub struct MessageEvent {
        /// Its id.
        id: Id = "id",
        /// `SENT`, `DELIVERED`, `READ`, `FAILED` or `DELETED`.
        delivery_status: String = "delivery_status",
        /// `PENDING`, `DELIVERED`, `FAILED` or `RETRYING`: the webhook about it.
        webhook_update_state: String = "webhook_update_state",
        /// When it happened.
        timestamp: UnixTime = "timestamp",
        /// When it happened, by the other name.
        occurrence_timestamp: UnixTime = "occurrence_timestamp",
        /// Which app was told.
        application: Value = "application",
        /// Where the webhook went.
        webhook_uri: String = "webhook_uri",
        /// Why the webhook failed.
        error_description: String = "error_description",
    }
}

#[derive(Deserialize)]
struct BlocksAnswer {
    block_users: Option<Blocks>,
    error: Option<Value>,
}

impl Client {
    /// Blocks people: neither side can reach the other any more. Permission M.
    ///
    /// Only people who wrote within the last 24 hours can be blocked; up to 1,000 at once, 64,000 altogether. Where some
    /// fail, the answer says which (`failed_users`), and that isn't an error here though Meta answers with status 400.
    /// Meta: Cloud API > Block users.
    ///
    /// # Errors
    /// [`Error::Refused`] for a list of the wrong length or an id that isn't one. Codes 139101 (list is full), 139102
    /// (another change is going on; try again), 139103.
    pub async fn block_users(&self, phone_number_id: &str, users: &[UserRef]) -> Result<Blocks, Error> {
        self.change_blocks("block_users", Method::POST, phone_number_id, users).await
    }

    /// Lifts blocks. Permission M. Meta: Cloud API > Block users.
    ///
    /// # Errors
    /// As [`Client::block_users`].
    pub async fn unblock_users(&self, phone_number_id: &str, users: &[UserRef]) -> Result<Blocks, Error> {
        self.change_blocks("unblock_users", Method::DELETE, phone_number_id, users).await
    }

    async fn change_blocks(
        &self,
        operation: &'static str,
        method: Method,
        phone_number_id: &str,
        users: &[UserRef],
    ) -> Result<Blocks, Error> {
        self.judge(|| judge_blocks(users))?;
        let body = json!({"messaging_product": "whatsapp", "block_users": users});
        let call: Call<'_> = self.call(operation, method, &[phone_number_id, "block_users"]);
        let answer: BlocksAnswer = call.json(&body).idempotent().accepting(SOME_FAILED).read().await?;
        match (answer.block_users, answer.error) {
            (Some(blocks), _) => Ok(blocks),
            (None, Some(error)) => Err(Error::Graph(Box::new(GraphError::from_json(400, &error)))),
            (None, None) => Err(Error::Decode(format!("{operation}: the answer names no user"))),
        }
    }

    /// People this number has blocked. Permission M. Meta: Cloud API > Block users.
    pub fn blocked_users(&self, phone_number_id: &str) -> Listing<BlockedUser> {
        self.list("blocked_users", &[phone_number_id, "block_users"])
    }

    /// Takes a person out of the portfolio's contact book, so that their phone number is no longer shown with their
    /// business-scoped id once 30 days have passed. Parent ids aren't taken. Permission M.
    /// Meta: Business-scoped user IDs > Contact book.
    ///
    /// # Errors
    /// [`Error::Refused`] for what isn't a business-scoped user id.
    pub async fn forget_contact(
        &self,
        phone_number_id: &str,
        bsuid: &str,
    ) -> Result<ContactForgotten, Error> {
        self.judge(|| {
            judged(&json!({"bsuid": bsuid}), |root, findings| {
                let form = "a business-scoped user ID, not a parent's";
                formed(findings, root, "bsuid", form, |id| is_bsuid(id) && !is_parent(id));
            })
        })?;
        let call = self.delete("forget_contact", &[phone_number_id, "contact_book"]);
        call.query("messaging_product", "whatsapp").query("bsuid", bsuid).read().await
    }

    /// Changes who answers a person, where several responders share a number. Permission M.
    /// Meta: Conversation routing > Thread control.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`ThreadControl::validate`]; subcode 2494191 when control can't be taken.
    pub async fn thread_control(&self, phone_number_id: &str, control: &ThreadControl) -> Result<(), Error> {
        self.judge(|| control.validate())?;
        let mut body = serde_json::to_value(control).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        // Some answers have no success, only the product.
        let call = self.post("thread_control", &[phone_number_id, "thread_control"]);
        let answer: Value = call.json(&body).read().await?;
        match answer.get("success") {
            Some(Value::Bool(false)) => {
                Err(Error::Decode("thread_control: the answer doesn't report success".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Messages on record, or one of them. Permission M. At most 100 on a page.
    /// Meta: Graph API > WhatsApp Message History.
    pub fn message_history(&self, phone_number_id: &str, wamid: Option<&str>) -> Listing<MessageHistory> {
        let list = self.list("message_history", &[phone_number_id, "message_history"]);
        match wamid {
            Some(wamid) => list.with("message_id", wamid),
            None => list,
        }
    }

    /// What happened to a message on record. Permission M. At most 100 on a page.
    /// Meta: Graph API > WhatsApp Message History > Events.
    pub fn message_events(&self, history_id: &str) -> Listing<MessageEvent> {
        // Some answers wrap each event.
        self.list("message_events", &[history_id, "events"]).unwrapping("node")
    }
}

fn judge_blocks(users: &[UserRef]) -> Result<(), Vec<Violation>> {
    judge_users(users, "block_users", BLOCKS_PER_REQUEST)?;
    judged(&json!({"block_users": users}), |_, findings| {
        for (i, user) in users.iter().enumerate() {
            if matches!(user, UserRef::Id(id) if is_parent(id)) {
                let pointer = format!("/block_users/{i}/user_id");
                findings.add(pointer, Rule::Value, "A parent business-scoped user ID can't be blocked.");
            }
        }
    })
}

/// Judges a list of users under `key`.
pub(super) fn judge_users(users: &[UserRef], key: &str, max: usize) -> Result<(), Vec<Violation>> {
    judged(&json!({key: users}), |root, findings| {
        super::node::count(findings, root, key, [1, max]);
        let users = users.iter().enumerate().take(max);
        findings.0.extend(users.filter_map(|(i, user)| user.judge(&format!("/{key}/{i}"))));
    })
}
