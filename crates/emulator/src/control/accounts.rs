//! Accounts from the platform's side: who pays, and what enforcement does.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::clock::rfc3339;
use crate::config::Config;
use crate::world::World;
use crate::world::standing::{AccountDue, Restriction};

const RESTRICTIONS: [&str; 9] = [
    "RESTRICTED_ADD_PHONE_NUMBER_ACTION",
    "RESTRICTED_BIZ_INITIATED_MESSAGING",
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
    "RESTRICTED_BUSINESS_INITIATED_CALLING",
    "RESTRICTED_USER_INITIATED_CALLING",
    "RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN",
    "RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING",
    "RESTRICTED_UTILITY_TEMPLATES",
    "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES",
];

impl Control {
    /// `GET /_control/wabas/{id}`: an account's standing.
    ///
    /// # Errors
    /// No such account.
    pub fn waba(&self, id: &str) -> Answer {
        self.shared.with(|world| to_json(world, id))
    }

    /// `PATCH /_control/wabas/{id} {payment_method?: bool, currency?, country?, timezone_id?, ownership?, partners?: [ids]}`.
    /// Without a payment method templates fail with 131042 and health is `BLOCKED` (141006).
    ///
    /// # Errors
    /// No such account.
    pub fn change_waba(&self, id: &str, body: &Value) -> Answer {
        self.shared.with(|world| {
            let waba = world.wabas.get_mut(id).ok_or_else(|| ControlError::not_found("WABA", id))?;
            let facts = &mut waba.facts;
            if let Some(pays) = body["payment_method"].as_bool() {
                facts.pays = pays;
            }
            if let Some(partners) = body["partners"].as_array() {
                facts.partners = partners.iter().filter_map(|p| p.as_str().map(str::to_owned)).collect();
            }
            for (key, slot) in [
                ("currency", &mut facts.currency),
                ("country", &mut facts.country),
                ("timezone_id", &mut facts.timezone_id),
                ("ownership", &mut facts.ownership),
            ] {
                if let Some(text) = body[key].as_str() {
                    *slot = text.to_owned();
                }
            }
            world.announce("account", "", "", None);
            to_json(world, id)
        })
    }

    /// `POST /_control/wabas/{id}/enforce {event, …}`: what Meta does to an account, with its webhook; see `CONTROL.md` for the
    /// events and what each takes.
    ///
    /// # Errors
    /// No such account, an unknown event, or a part of it that is missing.
    pub fn enforce(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let event = body["event"].as_str().ok_or_else(|| ControlError::invalid("event", "is required"))?;
        self.shared.with(|world| {
            if !world.wabas.contains_key(id) {
                return Err(ControlError::not_found("WABA", id));
            }
            match event {
                "ACCOUNT_VIOLATION" => violate(world, config, id, body)?,
                "ACCOUNT_RESTRICTION" => restrict(world, config, id, body)?,
                "RESTRICTIONS_LIFTED" => lift(world, id, body),
                "DISABLED_UPDATE" => disable(world, config, id, body)?,
                "ACCOUNT_REVIEW" => review(world, config, id, body)?,
                "ALERT" => alert(world, config, id, body),
                "CAPABILITY" => capability(world, config, id, body),
                "VERIFIED_ACCOUNT" | "ACCOUNT_DELETED" => settle(world, config, id, event),
                "PARTNER_REMOVED" => remove_partner(world, config, id, body)?,
                "ACCOUNT_OFFBOARDED" | "ACCOUNT_RECONNECTED" => {
                    let phone = body["phone_number"].as_str().unwrap_or("");
                    let value = json!({ "event": event, "phone_number": phone });
                    world.notify_management(config, id, "account_update", value);
                }
                _ => {
                    return Err(ControlError::invalid(
                        "event",
                        "is not one that can be enforced; see CONTROL.md",
                    ));
                }
            }
            world.announce("account", "", "", None);
            to_json(world, id)
        })
    }
}

fn to_json(world: &World, id: &str) -> Answer {
    let waba = world.wabas.get(id).ok_or_else(|| ControlError::not_found("WABA", id))?;
    let facts = &waba.facts;
    let restrictions: Vec<Value> = facts
        .restrictions
        .iter()
        .map(|r| json!({ "restriction_type": r.kind, "until": r.until.map(rfc3339) }))
        .collect();
    Ok(json!({
        "id": waba.id, "name": waba.name, "business_id": waba.business_id, "disabled": facts.disabled,
        "review": facts.review, "payment_method": facts.pays, "currency": facts.currency, "country": facts.country,
        "timezone_id": facts.timezone_id, "ownership": facts.ownership, "partners": facts.partners,
        "restrictions": restrictions, "health": world.health(id, None, ""),
    }))
}

/// The portfolio is verified, or the account is gone.
fn settle(world: &mut World, config: &Config, id: &str, event: &str) {
    let Some(waba) = world.wabas.get_mut(id) else { return };
    if event == "ACCOUNT_DELETED" {
        waba.facts.disabled = true;
    } else if let Some(business) = world.businesses.get_mut(&waba.business_id) {
        business.facts.verification = "verified".to_owned();
    }
    world.notify_management(config, id, "account_update", json!({ "event": event }));
}

fn violate(world: &mut World, config: &Config, id: &str, body: &Value) -> Result<(), ControlError> {
    let kind = body["violation_type"].as_str();
    let kind = kind.ok_or_else(|| ControlError::invalid("violation_type", "is required, e.g. SPAM"))?;
    let mut info = json!({ "violation_type": kind });
    if let Some(remediation) = body["remediation"].as_str() {
        info["remediation"] = Value::from(remediation);
    }
    let mut value = json!({ "event": "ACCOUNT_VIOLATION", "violation_info": info });
    if let Some(phone) = body["phone_number"].as_str() {
        value["phone_number"] = Value::from(phone);
    }
    world.notify_management(config, id, "account_update", value);
    Ok(())
}

/// For `seconds`, or until it is lifted.
fn restrict(world: &mut World, config: &Config, id: &str, body: &Value) -> Result<(), ControlError> {
    let kinds: Vec<String> = body["restrictions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|kind| kind.as_str().map(str::to_owned))
        .collect();
    if kinds.is_empty() || !kinds.iter().all(|kind| RESTRICTIONS.contains(&kind.as_str())) {
        return Err(ControlError::invalid("restrictions", "is a list of Meta's restriction types"));
    }
    let until = body["seconds"].as_i64().map(|seconds| world.now + seconds.clamp(1, 366 * 86_400) * 1_000);
    let Some(waba) = world.wabas.get_mut(id) else { return Ok(()) };
    let mut told = Vec::new();
    for kind in kinds {
        waba.facts.restrictions.retain(|r| r.kind != kind);
        let mut info = json!({ "restriction_type": kind });
        if let Some(until) = until {
            info["expiration"] = Value::from(until.div_euclid(1_000));
        }
        if let Some(remediation) = body["remediation"].as_str() {
            info["remediation"] = Value::from(remediation);
        }
        told.push(info);
        waba.facts.restrictions.push(Restriction { kind, until });
    }
    if let Some(until) = until {
        world.account_later(until, AccountDue::Restrictions { waba: id.to_owned() });
    }
    let value = json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": told });
    world.notify_management(config, id, "account_update", value);
    Ok(())
}

fn lift(world: &mut World, id: &str, body: &Value) {
    let only: Option<Vec<&str>> =
        body["restrictions"].as_array().map(|kinds| kinds.iter().filter_map(Value::as_str).collect());
    if let Some(waba) = world.wabas.get_mut(id) {
        waba.facts
            .restrictions
            .retain(|r| only.as_ref().is_some_and(|only| !only.contains(&r.kind.as_str())));
    }
}

fn disable(world: &mut World, config: &Config, id: &str, body: &Value) -> Result<(), ControlError> {
    let state = body["state"].as_str().unwrap_or("DISABLE");
    if !["SCHEDULE_FOR_DISABLE", "DISABLE", "REINSTATE"].contains(&state) {
        return Err(ControlError::invalid("state", "is SCHEDULE_FOR_DISABLE, DISABLE or REINSTATE"));
    }
    world.disable_account(config, id, state);
    if state == "SCHEDULE_FOR_DISABLE"
        && let Some(seconds) = body["seconds"].as_i64()
    {
        let at = world.now + seconds.clamp(0, 366 * 86_400) * 1_000;
        world.account_later(at, AccountDue::Disable { waba: id.to_owned() });
    }
    Ok(())
}

fn review(world: &mut World, config: &Config, id: &str, body: &Value) -> Result<(), ControlError> {
    let decision = body["decision"].as_str().unwrap_or("");
    if !["APPROVED", "REJECTED", "PENDING", "DEFERRED"].contains(&decision) {
        return Err(ControlError::invalid("decision", "is APPROVED, REJECTED, PENDING or DEFERRED"));
    }
    if let Some(waba) = world.wabas.get_mut(id) {
        waba.facts.review = decision.to_owned();
    }
    world.notify_management(config, id, "account_review_update", json!({ "decision": decision }));
    Ok(())
}

fn alert(world: &mut World, config: &Config, id: &str, body: &Value) {
    let business = world.wabas[id].business_id.clone();
    let text = |key: &str, usual: &str| body[key].as_str().unwrap_or(usual).to_owned();
    let value = json!({
        "entity_type": text("entity_type", "BUSINESS"), "entity_id": text("entity_id", &business),
        "alert_info": {
            "alert_severity": text("severity", "INFORMATIONAL"), "alert_status": text("status", "NONE"),
            "alert_type": text("alert_type", "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED"),
            "alert_description": text("description", "Your business is not eligible for increased messaging limits yet."),
        },
    });
    world.notify_management(config, id, "account_alerts", value);
}

/// Tells the capabilities; a messaging limit is changed by `PUT /_control/businesses`.
fn capability(world: &mut World, config: &Config, id: &str, body: &Value) {
    let tier = world.businesses.get(&world.wabas[id].business_id).map(|business| business.tier.name());
    let mut value = json!({ "max_daily_conversations_per_business": tier });
    for key in [
        "max_daily_conversations_per_business",
        "max_phone_numbers_per_waba",
        "max_phone_numbers_per_business",
    ] {
        if let Some(given) = body.get(key) {
            value[key] = given.clone();
        }
    }
    world.notify_management(config, id, "business_capability_update", value);
}

/// A client takes back what it shared: the partner's tokens reach the account no more.
fn remove_partner(world: &mut World, config: &Config, id: &str, body: &Value) -> Result<(), ControlError> {
    let Some(waba) = world.wabas.get_mut(id) else { return Ok(()) };
    let partner = body["partner_business_id"].as_str().or(waba.facts.partners.first().map(String::as_str));
    let partner = partner.map(str::to_owned);
    let partner =
        partner.ok_or_else(|| ControlError::conflict("", "the account is shared with no partner"))?;
    waba.facts.partners.retain(|p| *p != partner);
    let owner = waba.business_id.clone();
    let shares_more =
        world.wabas.values().any(|waba| waba.business_id == owner && waba.facts.partners.contains(&partner));
    let apps = world.apps_of(&partner);
    for token in world.tokens.values_mut().filter(|token| apps.contains(&token.app_id)) {
        if !token.businesses.contains(&owner) {
            token.wabas.retain(|waba| waba != id);
            if !shares_more {
                token.clients.retain(|client| *client != owner);
            }
        }
    }
    let mut value =
        json!({ "event": "PARTNER_REMOVED", "waba_info": { "waba_id": id, "owner_business_id": owner } });
    if let Some(reason) = body["reason"].as_str() {
        let by = body["initiated_by"].as_str().unwrap_or("USER");
        value["disconnection_info"] = json!({ "reason": reason, "initiated_by": by });
    }
    if let Some(phone) = body["phone_number"].as_str() {
        value["phone_number"] = Value::from(phone);
    }
    world.notify_management(config, &partner, "account_update", value);
    Ok(())
}
