//! Phone numbers from the platform's side: what their owners can't see or decide, and what may happen to them.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::clock::rfc3339;
use crate::phone;
use crate::world::World;
use crate::world::account::Number;

/// People a test number may write to.
const TEST_RECIPIENTS_MAX: usize = 5;
/// How long an upgrade of throughput takes at most, in seconds.
const MAINTENANCE_MAX: i64 = 60;

const STATUSES: [&str; 12] = [
    "CONNECTED",
    "PENDING",
    "OFFLINE",
    "BANNED",
    "RESTRICTED",
    "RATE_LIMITED",
    "FLAGGED",
    "MIGRATED",
    "DELETED",
    "DISCONNECTED",
    "UNVERIFIED",
    "UNKNOWN",
];

impl Control {
    /// `GET /_control/phone-numbers/{id}`: a number with what only its phone shows (the verification code), and what is under
    /// review.
    ///
    /// # Errors
    /// No such number.
    pub fn phone_number(&self, id: &str) -> Answer {
        self.shared.with(|world| to_json(world, id))
    }

    /// `PATCH /_control/phone-numbers/{id} {status?, quality_rating?, test_recipients?, business_app?, pin?, verification?}`.
    /// `status: null` is what registration makes of it; `test_recipients` (up to five) makes it a test number, `null` an
    /// ordinary one; `business_app` says whether the WhatsApp Business app has it as well (coexistence, from now on).
    ///
    /// # Errors
    /// No such number, or a value that isn't one.
    pub fn change_phone_number(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let recipients = test_recipients(body)?;
        self.shared.with(|world| {
            find(world, id)?;
            if let Some(status) = body.get("status") {
                set_status(world, id, status)?;
                if let Some(event @ ("FLAGGED" | "RESTRICTED")) = status.as_str() {
                    let event = if event == "FLAGGED" { event } else { "DOWNGRADE" };
                    world.report_quality(config, id, event);
                }
            }
            if let Some(rating) = body["quality_rating"].as_str() {
                if !["GREEN", "YELLOW", "RED", "UNKNOWN", "NA"].contains(&rating) {
                    return Err(ControlError::invalid(
                        "quality_rating",
                        "is GREEN, YELLOW, RED, UNKNOWN or NA",
                    ));
                }
                rate(world, config, id, rating);
            }
            if let Some(shared) = body["business_app"].as_bool() {
                find_mut(world, id)?;
                world.set_on_app(id, shared);
            }
            let number = find_mut(world, id)?;
            if let Some(recipients) = recipients {
                number.facts.test_recipients = recipients;
            }
            if let Some(pin) = body.get("pin") {
                number.pin = pin.as_str().map(str::to_owned);
            }
            if let Some(word) = body["verification"].as_str() {
                number.facts.verification.status = word.to_owned();
            }
            let answer = to_json(world, id)?;
            world.announce("number", id, "", None);
            Ok(answer)
        })
    }

    /// `POST /_control/phone-numbers/{id}/review {of: "name" | "username" | "official", decision: "APPROVED" | "REJECTED",
    /// reason?}`: decides what Meta's reviewers would, at once, and reports it.
    ///
    /// # Errors
    /// No such number, nothing to decide about, or another word.
    pub fn review_number(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let approved = match body["decision"].as_str() {
            Some("APPROVED") => true,
            Some("REJECTED") => false,
            _ => return Err(ControlError::invalid("decision", "is APPROVED or REJECTED")),
        };
        self.shared.with(|world| {
            let number = find(world, id)?;
            match body["of"].as_str() {
                Some("name") => world.decide_name(config, id, approved, body["reason"].as_str()),
                Some("username") if number.facts.username.is_some() => {
                    world.set_username(config, id, if approved { "approved" } else { "deleted" });
                }
                Some("official") if number.facts.official.is_some() => {
                    world.decide_official(config, id, approved);
                }
                Some("username" | "official") => {
                    return Err(ControlError::conflict("of", "the number has not asked for it"));
                }
                _ => return Err(ControlError::invalid("of", "is name, username or official")),
            }
            to_json(world, id)
        })
    }

    /// `POST /_control/phone-numbers/{id}/throughput {mps?: 1000, maintenance_seconds?: 60}`: the number is upgraded; sends
    /// answer 131057 meanwhile (a minute at most), then it is `HIGH` and `THROUGHPUT_UPGRADE` is reported.
    ///
    /// # Errors
    /// No such number.
    pub fn upgrade_throughput(&self, id: &str, body: &Value) -> Answer {
        let mps = body["mps"].as_u64().map_or(1_000, |mps| u32::try_from(mps).unwrap_or(u32::MAX)).max(1);
        let seconds =
            body["maintenance_seconds"].as_i64().unwrap_or(MAINTENANCE_MAX).clamp(0, MAINTENANCE_MAX);
        self.shared.with(|world| {
            let until = world.now + seconds * 1_000;
            let number = find_mut(world, id)?;
            number.facts.maintenance_until = until;
            number.facts.next_throughput = Some(mps);
            let due = crate::world::standing::AccountDue::Throughput { number: id.to_owned() };
            world.account_later(until, due);
            world.announce("number", id, "", None);
            to_json(world, id)
        })
    }

    /// `POST /_control/phone-numbers/{id}/pin-reset {event?: "PIN_RESET_REQUEST" | "PIN_REQUEST_SUCCESS", requester?}`: somebody
    /// asks for two-step verification to be switched off, or that was done; reported as `security`.
    ///
    /// # Errors
    /// No such number, or another event.
    pub fn reset_pin(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let event = body["event"].as_str().unwrap_or("PIN_RESET_REQUEST");
        if !["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"].contains(&event) {
            return Err(ControlError::invalid("event", "is PIN_RESET_REQUEST or PIN_REQUEST_SUCCESS"));
        }
        self.shared.with(|world| {
            let number = find_mut(world, id)?;
            let mut value = json!({ "event": event });
            if event == "PIN_REQUEST_SUCCESS" {
                number.pin = None;
            } else {
                value["requester"] = Value::from(body["requester"].as_str().unwrap_or("61555822107539"));
            }
            world.notify_number(config, id, "security", value);
            to_json(world, id)
        })
    }
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Number, ControlError> {
    world.numbers.get(id).ok_or_else(|| ControlError::not_found("phone number", id))
}

fn find_mut<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Number, ControlError> {
    world.numbers.get_mut(id).ok_or_else(|| ControlError::not_found("phone number", id))
}

fn to_json(world: &World, id: &str) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| ControlError::not_found("phone number", id))?;
    let (facts, on_app) = (&number.facts, world.coexistence.numbers.get(id));
    Ok(json!({
        "id": number.id, "waba_id": number.waba_id, "display_phone_number": number.display_phone_number,
        "verified_name": number.verified_name, "status": number.status(), "registered": number.registered,
        "quality_rating": facts.quality, "throughput_mps": number.throughput_mps, "pin": number.pin,
        "verification": facts.verification.status,
        "verification_code": facts.verification.code.as_ref().map(|(code, _)| code),
        "name": { "status": facts.name.status, "asked": facts.name.asked, "asked_status": facts.name.asked_status },
        "username": facts.username.as_ref().map(|u| json!({ "username": u.name, "status": u.status })),
        "official": facts.official, "test_recipients": facts.test_recipients, "settings": facts.settings,
        "business_app": on_app.map(|app| json!({
            "since": rfc3339(app.since), "contacts_asked": app.contacts_asked, "history_asked": app.history_asked,
        })),
        "blocked": facts.blocked.iter().map(|(wa_id, _)| wa_id).collect::<Vec<_>>(),
        "maintenance_until": (facts.next_throughput.is_some()).then(|| rfc3339(facts.maintenance_until)),
    }))
}

fn set_status(world: &mut World, id: &str, status: &Value) -> Result<(), ControlError> {
    let word = status.as_str();
    if word.is_some_and(|word| !STATUSES.contains(&word)) {
        return Err(ControlError::invalid("status", "is one of the statuses of a phone number, or null"));
    }
    find_mut(world, id)?.facts.status = word.map(str::to_owned);
    Ok(())
}

/// A rating that falls to red flags the number, one that leaves it takes that back.
fn rate(world: &mut World, config: &crate::config::Config, id: &str, rating: &str) {
    let Some(number) = world.numbers.get_mut(id) else { return };
    let before = std::mem::replace(&mut number.facts.quality, rating.to_owned());
    match (before.as_str(), rating) {
        (before, "RED") if before != "RED" => world.report_quality(config, id, "FLAGGED"),
        ("RED", after) if after != "RED" => {
            if number.facts.status.as_deref() == Some("FLAGGED") {
                number.facts.status = None;
            }
            world.report_quality(config, id, "UNFLAGGED");
        }
        _ => {}
    }
}

fn test_recipients(body: &Value) -> Result<Option<Option<Vec<String>>>, ControlError> {
    let Some(given) = body.get("test_recipients") else { return Ok(None) };
    let Some(list) = given.as_array() else { return Ok(Some(None)) };
    if list.len() > TEST_RECIPIENTS_MAX {
        return Err(ControlError::invalid("test_recipients", "a test number has at most 5 recipients"));
    }
    let people = list.iter().map(|id| {
        let digits = id.as_str().and_then(phone::digits);
        digits
            .map(|d| phone::wa_id(&d))
            .ok_or_else(|| ControlError::invalid("test_recipients", "are phone numbers"))
    });
    people.collect::<Result<_, _>>().map(|people| Some(Some(people)))
}
