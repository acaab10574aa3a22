//! Errors as Graph answers them, and as status webhooks carry them.

use serde_json::{Value, json};

const HREF: &str =
    "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes";

/// An answer with HTTP status 400 or more.
#[derive(Clone, Debug)]
pub(crate) struct GraphError {
    pub status: u16,
    pub code: i64,
    pub subcode: Option<i64>,
    kind: &'static str,
    message: String,
    details: Option<String>,
    transient: bool,
    /// `error_user_title` and `error_user_msg` of management calls.
    user: Option<Box<(String, String)>>,
    /// What stands beside the error in the body: results of a call that failed in part.
    beside: Option<Box<Value>>,
}

impl GraphError {
    pub(crate) fn new(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            subcode: None,
            kind: "OAuthException",
            message: message.into(),
            details: None,
            transient: matches!(code, 1 | 2 | 131_000 | 131_016),
            user: None,
            beside: None,
        }
    }

    /// A WhatsApp error by its code: `(#code) Title`, with its documented HTTP status.
    pub(crate) fn message(code: i64) -> Self {
        let (status, title, details) = fact(code);
        let error = Self::new(status, code, format!("(#{code}) {title}"));
        match details {
            Some(details) => error.details(details),
            None => error,
        }
    }

    pub(crate) fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// Puts members beside the error.
    pub(crate) fn beside(mut self, body: Value) -> Self {
        self.beside = Some(Box::new(body));
        self
    }

    pub(crate) fn subcode(mut self, subcode: i64) -> Self {
        self.subcode = Some(subcode);
        self
    }

    /// What management calls say to the person at the screen.
    pub(crate) fn user(mut self, title: impl Into<String>, message: impl Into<String>) -> Self {
        self.user = Some(Box::new((title.into(), message.into())));
        self
    }

    fn graph_method(mut self) -> Self {
        self.kind = "GraphMethodException";
        self
    }

    /// A batch that isn't one. Nobody has told which code these carry today.
    pub(super) fn batch(message: impl Into<String>) -> Self {
        let mut error = Self::new(400, 100, message);
        error.kind = "GraphBatchException";
        error
    }

    pub(crate) fn no_token() -> Self {
        Self::new(401, 2_500, "An access token is required to request this resource.")
    }

    pub(crate) fn bad_token() -> Self {
        Self::new(401, 190, "Invalid OAuth access token - Cannot parse access token")
    }

    pub(crate) fn revoked_token(subcode: i64, app_id: &str) -> Self {
        let why = match subcode {
            460 => {
                "The session has been invalidated because the user changed their password or Facebook has changed the \
                 session for security reasons."
            }
            458 => &format!("The user has not authorized application {app_id}."),
            463 => "Session has expired.",
            _ => "The session is invalid because the user logged out.",
        };
        Self::new(401, 190, format!("Error validating access token: {why}")).subcode(subcode)
    }

    /// A token whose time is over: when, and what time it is, as Graph tells it.
    pub(crate) fn expired_token(expired_at: i64, now: i64) -> Self {
        let (expired_at, now) = (session_time(expired_at), session_time(now));
        let why = format!("Session has expired on {expired_at}. The current time is {now}.");
        Self::new(401, 190, format!("Error validating access token: {why}")).subcode(463)
    }

    /// Unknown id, somebody else's id, wrong verb: the platform does not tell them apart.
    pub(crate) fn unknown_object(method: &str, id: &str) -> Self {
        let verb = method.to_ascii_lowercase();
        Self::new(
            400,
            100,
            format!(
                "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
                 permissions, or does not support this operation. Please read the Graph API documentation at \
                 https://developers.facebook.com/docs/graph-api"
            ),
        )
        .subcode(33)
        .graph_method()
    }

    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::new(400, 2_500, format!("Unknown path components: /{path}"))
    }

    pub(crate) fn unknown_field(field: &str, node: &str) -> Self {
        Self::new(
            400,
            100,
            format!("(#100) Tried accessing nonexisting field ({field}) on node type ({node})"),
        )
    }

    pub(crate) fn required(parameter: &str) -> Self {
        Self::new(400, 100, format!("(#100) The parameter {parameter} is required."))
    }

    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new(400, 100, format!("(#100) {}", message.into()))
    }

    pub(crate) fn no_permission(scope: &str) -> Self {
        Self::new(403, 200, format!("(#200) You do not have the necessary permissions required: {scope}"))
    }

    pub(crate) fn to_json(&self, fbtrace_id: &str) -> Value {
        let mut error = json!({
            "message": self.message, "type": self.kind, "code": self.code, "is_transient": self.transient,
            "fbtrace_id": fbtrace_id,
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = Value::from(subcode);
        }
        if let Some((title, message)) = self.user.as_deref() {
            error["error_user_title"] = Value::from(title.as_str());
            error["error_user_msg"] = Value::from(message.as_str());
        }
        if let Some(details) = &self.details {
            error["error_data"] = json!({ "messaging_product": "whatsapp", "details": details });
        }
        let mut body = self.beside.as_deref().cloned().unwrap_or_else(|| json!({}));
        body["error"] = error;
        body
    }
}

/// `Tuesday, 01-Sep-26 00:01:00 UTC`.
fn session_time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%A, %d-%b-%y %H:%M:%S UTC").to_string())
        .unwrap_or_default()
}

/// One entry of `errors[]` in a webhook.
pub(crate) fn webhook_error(code: i64, details: Option<String>) -> Value {
    let (_, title, usual) = fact(code);
    let details = details.or_else(|| usual.map(str::to_owned)).unwrap_or_else(|| format!("{title}."));
    json!({ "code": code, "title": title, "message": title, "error_data": { "details": details }, "href": HREF })
}

/// HTTP status, title and usual details of a code.
fn fact(code: i64) -> (u16, &'static str, Option<&'static str>) {
    if let Some((_, status, title)) = FACTS.iter().find(|(known, ..)| *known == code) {
        return (*status, title, usual_details(code));
    }
    (400, cloud_api::error::describe(code).map_or("Unknown error", |fact| fact.title), None)
}

fn usual_details(code: i64) -> Option<&'static str> {
    Some(match code {
        131_047 => {
            "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
        }
        131_026 => "Message Undeliverable.",
        131_049 => "This message was not delivered to maintain healthy ecosystem engagement.",
        131_056 => {
            "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time."
        }
        130_429 => {
            "Message failed to send because there were too many messages sent from this phone number in a short period of time"
        }
        131_048 => {
            "Message failed to send because there are restrictions on how many messages can be sent from this phone number. This may be because too many previous messages were blocked or flagged as spam."
        }
        133_010 => "The account is not registered.",
        131_000 => "Message failed to send because of an unknown error. Try again later.",
        131_016 => "Service is temporarily unavailable.",
        131_050 => "The user has chosen to stop receiving marketing messages from this business.",
        _ => return None,
    })
}

#[rustfmt::skip]
const FACTS: &[(i64, u16, &str)] = &[
    (0, 401, "AuthException"), (1, 400, "API Unknown"), (2, 503, "Service temporarily unavailable"),
    (3, 500, "API Method"), (4, 400, "Application request limit reached"), (10, 403, "Permission Denied"),
    (33, 400, "Parameter value is not valid"), (100, 400, "Invalid parameter"),
    (190, 401, "Access token has expired"), (200, 403, "API Permission"),
    (368, 403, "Temporarily blocked for policies violations"), (613, 429, "Call permission API limit"),
    (80_007, 400, "There have been too many calls to this WhatsApp Business account. Wait a bit and try again."),
    (130_403, 400, "Recipient blocked by business"), (130_429, 400, "Rate limit hit"),
    (130_472, 400, "User's number is part of an experiment"),
    (130_497, 403, "Business account is restricted from messaging users in this country."),
    (131_000, 500, "Something went wrong"), (131_005, 403, "Access denied"),
    (131_008, 400, "Required parameter is missing"), (131_009, 400, "Parameter value is not valid"),
    (131_016, 500, "Service unavailable"), (131_021, 400, "Recipient cannot be sender"),
    (131_026, 400, "Message undeliverable"), (131_030, 400, "Recipient phone number not in allowed list"),
    (131_031, 403, "Account has been locked"), (131_037, 400, "WhatsApp provided number needs display name approval before message can be sent."),
    (131_041, 400, "Group unknown"), (131_042, 400, "Business eligibility payment issue"),
    (131_045, 500, "Incorrect certificate"), (131_047, 400, "Re-engagement message"),
    (131_048, 400, "Spam rate limit hit"),
    (131_049, 400, "This message was not delivered to maintain healthy ecosystem engagement."),
    (131_050, 400, "User has stopped receiving marketing messages"), (131_051, 400, "Message type is currently not supported."),
    (131_052, 400, "Media download error"), (131_053, 400, "Media upload error"), (131_055, 400, "Method not allowed"),
    (131_056, 400, "(Business Account, Consumer Account) pair rate limit hit"),
    (131_057, 500, "Business Account is in maintenance mode"), (131_062, 400, "BSUID recipient not supported"),
    (131_063, 400, "Marketing messages are disabled on Cloud API"),
    (132_000, 400, "Number of parameters does not match the expected number of params"),
    (132_001, 404, "Template name does not exist in the translation"), (132_005, 400, "Translated text too long"),
    (132_007, 400, "Template format character policy violated"),
    (132_012, 400, "Parameter format does not match format in the created template"),
    (132_015, 400, "Template is paused"), (132_016, 400, "Template is disabled"),
    (132_018, 400, "Template parameters are invalid"), (133_000, 500, "Incomplete deregistration"),
    (133_004, 503, "Server temporarily unavailable"), (133_005, 400, "Two step verification PIN mismatch"),
    (133_006, 400, "Phone number re-verification needed"), (133_010, 400, "Account not registered"),
    (131_064, 400, "Messaging limit reached: template classification violations"),
    (133_008, 400, "Too many two step verification PIN guesses"), (136_024, 400, "Request code error"),
    (136_025, 400, "Verify code error"), (138_015, 400, "Calling cannot be enabled"),
    (139_100, 400, "Failed to block/unblock some users"), (139_101, 400, "Blocklist limit reached"),
    (147_001, 400, "Username is not available"), (1_752_041, 400, "Duplicate onboarding request"),
    (133_016, 400, "Account register deregister rate limit exceeded"), (135_000, 400, "Generic user error"),
    (134_102, 500, "Template unavailable for use"),
    (131_059, 400, "Invalid cursor"), (131_201, 206, "Partial success"), (131_207, 403, "Group suspended"),
    (131_208, 429, "Group rate limit hit"), (138_000, 401, "Calling not enabled"),
    (138_002, 429, "Concurrent calls limit"), (138_004, 500, "Connection error"),
    (138_005, 429, "Call rate limit exceeded"), (138_006, 401, "No approved call permission from the recipient"),
    (138_007, 500, "Connection timeout error"), (137_000, 400, "Recipient identity key hash mismatch"),
];
