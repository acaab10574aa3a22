//! The business side without Meta's dialogs: callbacks, numbers and tokens.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::graph::handshake;
use crate::phone;
use crate::world::World;
use crate::world::account::{HOUR, Number, Subscription, Token, TokenKind};
use crate::world::limits::Throughput;
use crate::world::number::NumberFacts;

const OBJECT: &str = "whatsapp_business_account";

impl Control {
    /// `PUT /_control/webhook {url, verify_token?, verify?, fields?, app_id?}`: registers the app's callback. The
    /// handshake is made only with `"verify": true`, so that it doesn't matter who starts first.
    ///
    /// # Errors
    /// No URL, an unknown app, or (502) a callback that failed the handshake.
    pub async fn set_webhook(&self, body: &Value) -> Answer {
        let url = body["url"].as_str().filter(|u| u.starts_with("http://") || u.starts_with("https://"));
        let url =
            url.ok_or_else(|| ControlError::invalid("url", "a callback is an http or https URL"))?.to_owned();
        let seed = &self.shared.config.seed_world;
        let verify_token = body["verify_token"].as_str().unwrap_or(&seed.verify_token).to_owned();
        if body["verify"] == true {
            let made = handshake(&self.shared, &url, &verify_token).await;
            made.map_err(|e| {
                ControlError::failed(502, e.to_json("")["error"]["message"].as_str().unwrap_or("").to_owned())
            })?;
        }
        let app_id = body["app_id"].as_str().unwrap_or(&seed.app_id).to_owned();
        let fields: Vec<String> = match body["fields"].as_array() {
            Some(fields) => fields.iter().filter_map(|f| f.as_str().map(str::to_owned)).collect(),
            None => vec!["messages".to_owned()],
        };
        self.shared.with(|world| {
            world.changes += 1;
            let app = world.apps.get_mut(&app_id).ok_or_else(|| ControlError::not_found("app", &app_id))?;
            let answer = json!({ "app_id": app_id, "url": url, "fields": fields });
            app.subscriptions
                .insert(OBJECT.to_owned(), Subscription { callback_url: url, verify_token, fields });
            Ok(answer)
        })
    }

    /// `DELETE /_control/webhook`: no callback any more.
    pub fn remove_webhook(&self) -> Value {
        self.shared.with(|world| {
            world.changes += 1;
            for app in world.apps.values_mut() {
                app.subscriptions.clear();
            }
            json!({ "removed": true })
        })
    }

    /// `PUT /_control/phone-numbers {display_phone_number, verified_name, id?, waba_id?, throughput_mps?, groups_enabled?,
    /// group_creation_error?, calling_enabled?, callback_permission?}`: adds a number to the business, or changes the
    /// one with that `id`.
    ///
    /// # Errors
    /// A display number that isn't one, or an unknown WABA.
    pub fn put_phone_number(&self, body: &Value) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            world.changes += 1;
            let id = match body["id"].as_str() {
                Some(id) => id.to_owned(),
                None => world.ids.numeric_id(15),
            };
            if !world.numbers.contains_key(&id) {
                let number = new_number(world, config.throughput_mps, &id, body, &config.seed_world.waba_id)?;
                world.numbers.insert(id.clone(), number);
            }
            let number = world.numbers.get_mut(&id).ok_or_else(|| ControlError::not_found("phone number", &id))?;
            if let Some(name) = body["verified_name"].as_str() {
                number.verified_name = name.to_owned();
            }
            // In the app as well a number has a throughput that can't be changed.
            let fixed = world.coexistence.is_on_app(&id);
            if let Some(mps) = body["throughput_mps"].as_u64().filter(|_| !fixed) {
                number.throughput_mps = u32::try_from(mps).unwrap_or(u32::MAX);
            }
            if let Some(registered) = body["registered"].as_bool() {
                number.registered = registered;
            }
            let mut answer = json!({
                "id": number.id, "waba_id": number.waba_id, "display_phone_number": number.display_phone_number,
                "verified_name": number.verified_name, "throughput_mps": number.throughput_mps,
                "registered": number.registered,
            });
            set_features(world, &id, body, &mut answer);
            Ok(answer)
        })
    }

    /// `PUT /_control/tokens {token, app_id?, scopes?, wabas?, businesses?, expires_in?, revoked?}`: makes a token, changes
    /// what it may touch, or ends it. `expires_in` is in
    /// seconds of virtual time (0: now), `revoked` the subcode of error 190 (467, 460, 463 or 458), `null` mends it.
    ///
    /// # Errors
    /// No token.
    pub fn put_token(&self, body: &Value) -> Answer {
        let name =
            body["token"].as_str().ok_or_else(|| ControlError::invalid("token", "is required"))?.to_owned();
        let seed = &self.shared.config.seed_world;
        self.shared.with(|world| {
            world.changes += 1;
            let now = world.now;
            let token = world.tokens.entry(name.clone()).or_insert_with(|| Token {
                app_id: seed.app_id.clone(),
                kind: TokenKind::SystemUser,
                scopes: crate::world::all_scopes(),
                wabas: vec![seed.waba_id.clone()],
                businesses: vec![seed.business_id.clone()],
                issued_at: now,
                expires_at: None,
                revoked: None,
                client_business_id: None,
                clients: Vec::new(),
            });
            if let Some(seconds) = body["expires_in"].as_i64() {
                token.expires_at = Some(now + seconds.clamp(0, 1_000 * HOUR) * 1_000);
            } else if body.get("expires_in").is_some_and(Value::is_null) {
                token.expires_at = None;
            }
            if let Some(revoked) = body.get("revoked") {
                token.revoked = revoked.as_i64();
            }
            let texts = |key: &str| {
                let list = body[key].as_array()?;
                Some(list.iter().filter_map(|s| s.as_str().map(str::to_owned)).collect::<Vec<_>>())
            };
            if let Some(app_id) = body["app_id"].as_str() {
                token.app_id = app_id.to_owned();
            }
            token.scopes = texts("scopes").unwrap_or(std::mem::take(&mut token.scopes));
            token.wabas = texts("wabas").unwrap_or(std::mem::take(&mut token.wabas));
            token.businesses = texts("businesses").unwrap_or(std::mem::take(&mut token.businesses));
            Ok(json!({
                "token": name, "app_id": token.app_id, "scopes": token.scopes, "wabas": token.wabas,
                "businesses": token.businesses, "revoked": token.revoked,
                "expires_at": token.expires_at.map(crate::clock::rfc3339),
            }))
        })
    }
}

/// Groups and calling of a number: switched on or off, and shown.
fn set_features(world: &mut World, id: &str, body: &Value, answer: &mut Value) {
    if let Some(enabled) = body["groups_enabled"].as_bool() {
        world.groups.enable(id, enabled);
    }
    if let Some(code) = body["group_creation_error"].as_i64() {
        world.groups.creation_errors.insert(id.to_owned(), code);
    }
    if let Some(enabled) = body["calling_enabled"].as_bool() {
        world.calls.enable(id, enabled);
    }
    if let Some(allowed) = body["callback_permission"].as_bool() {
        world.calls.allow_callback(id, allowed);
    }
    super::coexistence::set(world, id, body, answer);
    answer["groups_enabled"] = Value::from(world.groups.enabled(id));
    answer["calling_enabled"] = Value::from(world.calls.enabled(id));
    answer["callback_permission"] = Value::from(world.calls.callback_allowed(id));
}

fn new_number(
    world: &World,
    mps: u32,
    id: &str,
    body: &Value,
    waba_id: &str,
) -> Result<Number, ControlError> {
    let display = body["display_phone_number"].as_str().unwrap_or("");
    let digits = phone::digits(display)
        .ok_or_else(|| ControlError::invalid("display_phone_number", "a phone number has 7 to 15 digits"))?;
    let waba_id = body["waba_id"].as_str().unwrap_or(waba_id);
    if !world.wabas.contains_key(waba_id) {
        return Err(ControlError::not_found("WABA", waba_id));
    }
    Ok(Number {
        id: id.to_owned(),
        waba_id: waba_id.to_owned(),
        display_phone_number: display.to_owned(),
        wa_id: digits,
        verified_name: body["verified_name"].as_str().unwrap_or("Unnamed business").to_owned(),
        registered: true,
        pin: None,
        profile: json!({ "vertical": "OTHER", "messaging_product": "whatsapp" }),
        throughput_mps: mps,
        throughput: Throughput::default(),
        service_month: (String::new(), 0),
        override_callback_uri: None,
        facts: NumberFacts { onboarded_at: world.now, ..NumberFacts::default() },
    })
}
