//! What a phone number is beyond its id and name: verification, PIN, names under review, settings, username, blocks.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::{HOUR, MINUTE, Number};
use super::limits::Throughput;
use crate::phone;

/// Registrations and deregistrations of a number in 72 hours before 133016.
const REGISTRATIONS_MAX: usize = 10;
/// The hours that registrations are counted in, and that a number stays locked after too many.
const REGISTRATIONS_SPAN: i64 = 72 * HOUR;
/// Wrong PINs in an hour before 133008. Meta keeps its own number secret.
const WRONG_PINS_MAX: usize = 5;
/// Verification codes in an hour before 136024. Meta keeps its own number secret.
const CODES_MAX: usize = 5;
/// Wrong answers before a verification code is void.
const WRONG_CODES_MAX: u32 = 5;
/// How long a verification code works.
const CODE_LIFETIME: i64 = 10 * MINUTE;

/// Everything about a number that changes over its life.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct NumberFacts {
    /// What `status` says instead of what registration would: `FLAGGED`, `BANNED`, …
    pub status: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: String,
    pub verification: Verification,
    /// When it came here, Unix ms.
    pub onboarded_at: i64,
    /// Moments of registering and deregistering.
    pub registrations: Vec<i64>,
    pub registrations_locked_until: i64,
    pub wrong_pins: Vec<i64>,
    /// Where message data stays.
    pub region: Option<String>,
    pub name: NameReview,
    /// Whether WhatsApp's search finds it.
    pub search_visibility: String,
    /// Members of `/settings`, as they were set.
    pub settings: Value,
    pub cart_enabled: bool,
    pub catalog_visible: bool,
    /// Members of `conversational_automation`.
    pub automation: Value,
    pub qr_codes: Vec<QrCode>,
    pub username: Option<BusinessUsername>,
    pub compliance: Option<Value>,
    /// `PENDING`, `APPROVED` or `REJECTED` once the badge was asked for.
    pub official: Option<String>,
    /// Whom the business has blocked, the oldest first: `wa_id` and when.
    pub blocked: Vec<(String, i64)>,
    /// Whom a test number may write to; `None` for an ordinary number.
    pub test_recipients: Option<Vec<String>>,
    /// Until when sends answer 131057.
    pub maintenance_until: i64,
    /// Messages per second once maintenance is over.
    pub next_throughput: Option<u32>,
    pub preverified: bool,
    /// The number (id) of another account that this one takes the place of once it is verified.
    pub migrates: Option<String>,
}

impl Default for NumberFacts {
    fn default() -> Self {
        Self {
            status: None,
            quality: "GREEN".to_owned(),
            verification: Verification::verified(),
            onboarded_at: 0,
            registrations: Vec::new(),
            registrations_locked_until: 0,
            wrong_pins: Vec::new(),
            region: None,
            name: NameReview::default(),
            search_visibility: "HIDDEN".to_owned(),
            settings: json!({}),
            cart_enabled: true,
            catalog_visible: false,
            automation: json!({}),
            qr_codes: Vec::new(),
            username: None,
            compliance: None,
            official: None,
            blocked: Vec::new(),
            test_recipients: None,
            maintenance_until: 0,
            next_throughput: None,
            preverified: false,
            migrates: None,
        }
    }
}

/// The display name: the one in use, and one that was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct NameReview {
    /// Of the name in use: `APPROVED`, `PENDING_REVIEW`, `DECLINED`, …
    pub status: String,
    /// The name asked for; in use once it is approved and the number registers again.
    pub asked: Option<String>,
    /// Of the name asked for; `NONE` when there is none.
    pub asked_status: String,
}

impl Default for NameReview {
    fn default() -> Self {
        Self { status: "APPROVED".to_owned(), asked: None, asked_status: "NONE".to_owned() }
    }
}

/// Whether its owner has proved to hold a number: a code that only the control API shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Verification {
    /// `VERIFIED`, `NOT_VERIFIED` or `EXPIRED`.
    pub status: String,
    /// The code that is on its way, and until when it works.
    pub code: Option<(String, i64)>,
    pub wrong: u32,
    pub asked: Vec<i64>,
}

impl Default for Verification {
    fn default() -> Self {
        Self { status: "NOT_VERIFIED".to_owned(), code: None, wrong: 0, asked: Vec::new() }
    }
}

impl Verification {
    pub(crate) fn verified() -> Self {
        Self { status: "VERIFIED".to_owned(), ..Self::default() }
    }

    pub(crate) fn is_verified(&self) -> bool {
        self.status == "VERIFIED"
    }

    /// Sends a code, unless there were too many in the last hour.
    pub(crate) fn send(&mut self, now: i64, code: String) -> bool {
        self.asked.retain(|at| now - at < HOUR);
        if self.asked.len() >= CODES_MAX {
            return false;
        }
        self.asked.push(now);
        self.code = Some((code, now + CODE_LIFETIME));
        self.wrong = 0;
        true
    }

    /// Whether this is the code that was sent, in time. Too many wrong ones make it void.
    pub(crate) fn verify(&mut self, now: i64, given: &str) -> bool {
        let right = self.code.as_ref().is_some_and(|(code, until)| code == given && now < *until);
        if right {
            *self = Self { asked: std::mem::take(&mut self.asked), ..Self::verified() };
        } else {
            self.wrong += 1;
            if self.wrong >= WRONG_CODES_MAX {
                self.code = None;
            }
        }
        right
    }
}

/// A QR code, or the link in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct QrCode {
    pub code: String,
    pub message: String,
}

/// A business's username.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BusinessUsername {
    pub name: String,
    /// `reserved` or `approved`.
    pub status: String,
}

/// Why a number may not be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PinRefusal {
    /// 133005.
    Mismatch,
    /// 133008, with the minutes to wait.
    TooMany(i64),
}

impl Number {
    /// A number that is not registered yet.
    pub(crate) fn fresh(id: &str, waba_id: &str, wa_id: &str, name: &str, facts: NumberFacts) -> Self {
        Self {
            id: id.to_owned(),
            waba_id: waba_id.to_owned(),
            display_phone_number: phone::display(wa_id),
            wa_id: wa_id.to_owned(),
            verified_name: name.to_owned(),
            registered: false,
            pin: None,
            profile: json!({ "vertical": "OTHER", "messaging_product": "whatsapp" }),
            throughput_mps: 80,
            throughput: Throughput::default(),
            service_month: (String::new(), 0),
            override_callback_uri: None,
            facts,
        }
    }

    /// As `status` in its node.
    pub(crate) fn status(&self) -> &str {
        match &self.facts.status {
            Some(status) => status,
            None if self.registered => "CONNECTED",
            None if !self.facts.verification.is_verified() => "UNVERIFIED",
            None => "PENDING",
        }
    }

    /// Counts a registration or deregistration; false when there were too many.
    pub(crate) fn admit_registration(&mut self, now: i64) -> bool {
        let facts = &mut self.facts;
        if now < facts.registrations_locked_until {
            return false;
        }
        facts.registrations.retain(|at| now - at < REGISTRATIONS_SPAN);
        if facts.registrations.len() >= REGISTRATIONS_MAX {
            facts.registrations_locked_until = now + REGISTRATIONS_SPAN;
            return false;
        }
        facts.registrations.push(now);
        true
    }

    /// Puts a display name that was approved to use.
    pub(crate) fn use_new_name(&mut self) {
        let name = &mut self.facts.name;
        if name.asked_status == "APPROVED"
            && let Some(asked) = name.asked.take()
        {
            self.verified_name = asked;
            *name = NameReview::default();
        }
    }

    /// Compares a PIN with the one that is set; a number without one takes any.
    pub(crate) fn try_pin(&mut self, now: i64, pin: &str) -> Result<(), PinRefusal> {
        let wrong = &mut self.facts.wrong_pins;
        wrong.retain(|at| now - at < HOUR);
        if wrong.len() >= WRONG_PINS_MAX {
            let oldest = wrong.first().copied().unwrap_or(now);
            return Err(PinRefusal::TooMany((oldest + HOUR - now + MINUTE - 1) / MINUTE));
        }
        if self.pin.as_ref().is_none_or(|set| set == pin) {
            wrong.clear();
            return Ok(());
        }
        wrong.push(now);
        Err(PinRefusal::Mismatch)
    }

    /// Whether messages may carry the hash of the person's identity key, and are refused when it is another.
    pub(crate) fn checks_identity(&self) -> bool {
        self.facts.settings["user_identity_change"]["enable_identity_key_check"] == true
    }

    pub(crate) fn has_blocked(&self, wa_id: &str) -> bool {
        self.facts.blocked.iter().any(|(blocked, _)| blocked == wa_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once_in_time_and_not_after_five_wrong_guesses() {
        let mut verification = Verification::default();
        assert!(verification.send(0, "123456".to_owned()) && !verification.verify(1, "000000"));
        assert!(!verification.verify(CODE_LIFETIME, "123456"), "too late");
        assert!(verification.send(HOUR, "111111".to_owned()));
        assert!((0..5).all(|_| !verification.verify(HOUR, "000000")));
        assert!(!verification.verify(HOUR, "111111"), "void");
        assert!(verification.send(HOUR + 1, "222222".to_owned()) && verification.verify(HOUR + 2, "222222"));
        assert!(verification.is_verified());
    }

    #[test]
    fn codes_are_not_sent_without_end() {
        let mut verification = Verification::default();
        assert!((0..5).all(|at| verification.send(at, "1".to_owned())));
        assert!(!verification.send(5, "1".to_owned()));
        assert!(verification.send(HOUR, "1".to_owned()), "the first has left the hour");
    }
}
