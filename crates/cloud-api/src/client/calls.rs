//! Calls. Meta: Calling API.
//!
//! A customer's call arrives by `calls` webhook with an SDP offer: [`Client::pre_accept_call`] if the media should be ready
//! first, then [`Client::accept_call`] within 30 to 60 seconds, or [`Client::reject_call`]. A call of the business needs the
//! person's permission: ask [`Client::call_permissions`], then [`Client::connect_call`]. Either way webhooks tell the rest,
//! and [`Client::terminate_call`] hangs up. None of this works while SIP is on (131055).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::node::{formed, judged, word};
use super::{Client, users::UserRef};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::message::{is_bsuid, is_phone};
use crate::violation::Violation;
use crate::webhook::wire::{object, words};
use crate::webhook::{Id, UnixTime};

/// Longest `biz_opaque_callback_data` of a call, in characters.
pub const CALL_DATA_MAX: usize = 512;

/// A call to make.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NewCall {
    /// Their phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Or their business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The session description offered (RFC 8866).
    #[serde(skip)]
    pub sdp_offer: String,
    /// Up to 512 characters of yours that come back with every webhook of this call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biz_opaque_callback_data: Option<String>,
    /// Records the call, after an announcement to both sides. Its file comes by webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<CallCapture>,
    /// Writes the call down. Independent of recording, and priced by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcription: Option<CallCapture>,
}

object! {
    /// Recording or transcription of one call. Meta: Calling API > Call recording, Call transcription.
    pub struct CallCapture {
        /// On or off.
        status: super::settings::Switch = "status",
        /// What for, as the announcement says it.
        purpose: String = "purpose",
        /// Language of the announcement: `en_US`.
        announcement_language: String = "announcement_language",
    }
}

impl NewCall {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(&self.body(), |root, findings| {
            if self.to.is_none() && self.recipient.is_none() {
                findings.required(root.at("to"));
            }
            formed(findings, root, "to", "a phone number", is_phone);
            formed(findings, root, "recipient", "a business-scoped user ID", is_bsuid);
            session(root, findings);
            let data = text("Callback data", 0, CALL_DATA_MAX);
            findings.may_have_text(root, "biz_opaque_callback_data", data);
            captures(root, findings);
        })
    }

    fn body(&self) -> Value {
        let mut body = serde_json::to_value(self).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        body["action"] = "connect".into();
        body["session"] = json!({"sdp_type": "offer", "sdp": self.sdp_offer});
        body
    }
}

/// An answer to a customer's call.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CallAnswer {
    /// The session description that answers theirs (RFC 8866).
    #[serde(skip)]
    pub sdp_answer: String,
    /// Up to 512 characters of yours that come back with every webhook of this call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biz_opaque_callback_data: Option<String>,
    /// As in [`NewCall::recording`]; when accepting only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<CallCapture>,
    /// As in [`NewCall::transcription`]; when accepting only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcription: Option<CallCapture>,
}

impl CallAnswer {
    /// An answer with nothing but a session description.
    pub fn new(sdp_answer: impl Into<String>) -> Self {
        Self { sdp_answer: sdp_answer.into(), ..Self::default() }
    }

    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(&self.body("", "accept"), |root, findings| {
            session(root, findings);
            let data = text("Callback data", 0, CALL_DATA_MAX);
            findings.may_have_text(root, "biz_opaque_callback_data", data);
            captures(root, findings);
        })
    }

    fn body(&self, call_id: &str, action: &str) -> Value {
        let mut body = serde_json::to_value(self).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        body["call_id"] = call_id.into();
        body["action"] = action.into();
        body["session"] = json!({"sdp_type": "answer", "sdp": self.sdp_answer});
        body
    }
}

fn session(root: &Node<'_>, findings: &mut Findings) {
    let Some(session) = findings.needs_object(root, "session") else { return };
    let sdp = findings.needs_text(&session, "sdp", text("SDP", 1, usize::MAX));
    if sdp.is_some_and(|sdp| !sdp.is_empty()) {
        formed(findings, &session, "sdp", "a session description, which begins with v=0", |sdp| {
            sdp.starts_with("v=0")
        });
    }
}

fn captures(root: &Node<'_>, findings: &mut Findings) {
    for key in ["recording", "transcription"] {
        if let Some(capture) = findings.may_have_object(root, key) {
            word(findings, &capture, "status", &["ENABLED", "DISABLED"]);
        }
    }
}

#[derive(Deserialize)]
struct Connected {
    #[serde(default)]
    calls: Vec<ConnectedCall>,
}

#[derive(Deserialize)]
struct ConnectedCall {
    id: Id,
}

object! {
    /// Whether, and how often, a person may be called.
    pub struct CallPermissions {
        /// What they have permitted.
        permission: CallPermission = "permission",
        /// What the business may do now.
        actions: Vec<CallAction> = "actions",
    }
}

object! {
    /// What a person has permitted.
    pub struct CallPermission {
        /// How far it goes.
        status: CallPermissionStatus = "status",
        /// When a temporary permission ends, seven days after it was given.
        expiration_time: UnixTime = "expiration_time",
    }
}

words! {
    /// How far a permission to call goes.
    pub enum CallPermissionStatus {
        /// There is none.
        None = "no_permission",
        /// For seven days.
        Temporary = "temporary",
        /// Until it is taken back, or four calls in a row aren't answered.
        Permanent = "permanent",
    }
}

object! {
    /// Something the business may do, or not now.
    pub struct CallAction {
        /// `send_call_permission_request` or `start_call`.
        action_name: String = "action_name",
        /// Whether it may be done now.
        can_perform_action: bool = "can_perform_action",
        /// How often.
        limits: Vec<CallLimit> = "limits",
    }
}

object! {
    /// How often something may be done.
    pub struct CallLimit {
        /// In which time, ISO 8601: `PT24H`, `P7D`.
        time_period: String = "time_period",
        /// How often.
        max_allowed: i64 = "max_allowed",
        /// How often it was done.
        current_usage: i64 = "current_usage",
        /// When it may be done again, once the limit is reached.
        limit_expiration_time: UnixTime = "limit_expiration_time",
    }
}

impl Client {
    /// Calls a person; gives the call's id, `wacid.…`. Needs their permission. A number has up to 1,000 calls at a time, a
    /// person gets up to 10 connected ones in 24 hours. Permission M. Meta: Calling API > Business-initiated calls.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`NewCall::validate`]; codes 138000 (calls are off), 138001 (can't be called), 138002 (too many
    /// at a time), 138006 (no permission), 138012 (too many in 24 hours), 138013 (not in this country). After an unknown
    /// outcome the phone may be ringing.
    pub async fn connect_call(&self, phone_number_id: &str, call: &NewCall) -> Result<String, Error> {
        self.judge(|| call.validate())?;
        let request = self.post("connect_call", &[phone_number_id, "calls"]);
        let answer: Connected = request.json(&call.body()).read().await?;
        let id = answer.calls.into_iter().next().map(|call| call.id.into_string());
        id.ok_or_else(|| Error::Decode("connect_call: the answer names no call".to_owned()))
    }

    /// Sets a customer's call up without answering, so that speech isn't cut off when it is accepted. Permission M.
    /// Meta: Calling API > User-initiated calls.
    ///
    /// # Errors
    /// As [`Client::accept_call`].
    pub async fn pre_accept_call(
        &self,
        phone_number_id: &str,
        call_id: &str,
        answer: &CallAnswer,
    ) -> Result<(), Error> {
        self.answer_call("pre_accept_call", phone_number_id, answer, &answer.body(call_id, "pre_accept"))
            .await
    }

    /// Answers a customer's call. Media may flow once this succeeds. Permission M.
    /// Meta: Calling API > User-initiated calls.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`CallAnswer::validate`]; codes 138003 (accepted already), 138007 (too late).
    pub async fn accept_call(
        &self,
        phone_number_id: &str,
        call_id: &str,
        answer: &CallAnswer,
    ) -> Result<(), Error> {
        self.answer_call("accept_call", phone_number_id, answer, &answer.body(call_id, "accept")).await
    }

    async fn answer_call(
        &self,
        operation: &'static str,
        phone_number_id: &str,
        answer: &CallAnswer,
        body: &Value,
    ) -> Result<(), Error> {
        self.judge(|| answer.validate())?;
        self.command_call(operation, phone_number_id, body).await
    }

    async fn command_call(
        &self,
        operation: &'static str,
        phone_number_id: &str,
        body: &Value,
    ) -> Result<(), Error> {
        self.judge(|| {
            judged(body, |root, findings| {
                findings.needs_text(root, "call_id", text("Call id", 1, usize::MAX));
            })
        })?;
        self.post(operation, &[phone_number_id, "calls"]).json(body).command().await
    }

    /// Turns a customer's call away. Permission M. Meta: Calling API > User-initiated calls.
    ///
    /// # Errors
    /// As every call.
    pub async fn reject_call(&self, phone_number_id: &str, call_id: &str) -> Result<(), Error> {
        let body = json!({"messaging_product": "whatsapp", "call_id": call_id, "action": "reject"});
        self.command_call("reject_call", phone_number_id, &body).await
    }

    /// Hangs up. Needed even when the media streams have ended. Permission M. Meta: Calling API > Terminate.
    ///
    /// # Errors
    /// As every call.
    pub async fn terminate_call(&self, phone_number_id: &str, call_id: &str) -> Result<(), Error> {
        let body = json!({"messaging_product": "whatsapp", "call_id": call_id, "action": "terminate"});
        self.command_call("terminate_call", phone_number_id, &body).await
    }

    /// Whether a person may be called, and how often they may be asked: once in 24 hours, twice in seven days.
    /// Permission M. Meta: Calling API > Call permissions.
    ///
    /// # Errors
    /// Code 613 when asked too often.
    pub async fn call_permissions(
        &self,
        phone_number_id: &str,
        user: &UserRef,
    ) -> Result<CallPermissions, Error> {
        let (key, value) = match user {
            UserRef::Phone(phone) => ("user_wa_id", phone),
            UserRef::Id(id) => ("recipient", id),
        };
        let call = self.get("call_permissions", &[phone_number_id, "call_permissions"]);
        call.query(key, value).read().await
    }
}
