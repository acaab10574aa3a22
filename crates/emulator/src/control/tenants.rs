//! Other tenants: portfolios, WABAs and apps beside those of the beginning.

use serde_json::{Value, json};

use super::templates::put_settings;
use super::{Answer, Control, ControlError};
use crate::world::World;
use crate::world::account::{App, Business, SubscribedApp, Waba};
use crate::world::policy::Tier;
use crate::world::standing::WabaFacts;

/// The id a body asks for, or a new one that nothing on the platform has.
fn id_of(world: &mut World, body: &Value) -> Result<String, ControlError> {
    let Some(asked) = body.get("id").filter(|id| !id.is_null()) else {
        loop {
            let id = world.ids.numeric_id(15);
            if world.node(&id).is_none() {
                return Ok(id);
            }
        }
    };
    let id =
        asked.as_str().filter(|id| (5..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()));
    id.map(str::to_owned).ok_or_else(|| ControlError::invalid("id", "an id is a text of 5 to 20 digits"))
}

/// An id may be used again for the same kind of thing only.
fn free(world: &World, id: &str, same: bool) -> Result<(), ControlError> {
    if same || world.node(id).is_none() {
        return Ok(());
    }
    Err(ControlError::conflict("id", "something else has this id"))
}

impl Control {
    /// `PUT /_control/businesses {id?, name?, messaging_limit?, verification?, parent?, contact_book?, credit_line?}`: adds a
    /// portfolio or changes one. Every customer gets another user id for it. A changed limit is reported by webhook.
    /// `parent` is the account whose parent ids (parent BSUID) it uses, or `null`; `contact_book` keeps people's phones
    /// from now on; `credit_line` gives a partner one.
    ///
    /// # Errors
    /// An id that isn't one, or that something else has (409).
    pub fn put_business(&self, body: &Value) -> Answer {
        let config = &self.shared.config;
        let tier = match body["messaging_limit"].as_str() {
            Some(name) => Some(Tier::named(name).ok_or_else(|| {
                let problem = "is one of TIER_250, TIER_2K, TIER_10K, TIER_100K and TIER_UNLIMITED";
                ControlError::invalid("messaging_limit", problem)
            })?),
            None => None,
        };
        self.shared.with(|world| {
            let id = id_of(world, body)?;
            free(world, &id, world.businesses.contains_key(&id))?;
            world.changes += 1;
            let business = world
                .businesses
                .entry(id.clone())
                .or_insert_with(|| Business::new(&id, "Unnamed business", Tier::Unlimited));
            if let Some(name) = body["name"].as_str() {
                business.name = name.to_owned();
            }
            let name = business.name.clone();
            if let Some(word) = body["verification"].as_str() {
                business.facts.verification = word.to_owned();
            }
            if let Some(on) = body["contact_book"].as_bool() {
                let book = business.facts.contact_book.take();
                business.facts.contact_book = on.then(|| book.unwrap_or_default());
            }
            world.introduce(config, &id);
            if let Some(parent) = body.get("parent") {
                world.enroll(config, &id, parent.as_str().map(str::to_owned));
            }
            let credit_line = credit_line(world, &id, body["credit_line"] == true);
            if let Some(tier) = tier {
                world.set_tier(config, &id, tier);
            }
            let mut answer = json!({ "id": id, "name": name, "messaging_limit": world.limit_json(&id) });
            if let Some(line) = credit_line {
                answer["credit_line"] = Value::from(line);
            }
            Ok(answer)
        })
    }

    /// `PUT /_control/wabas {id?, business_id?, name?, subscribed_apps?: [app ids], …}`: adds a WABA to a portfolio, or
    /// changes one. On a partner's credit line (`partner_credit_line`) analytics tell no costs. A new one belongs to the first portfolio and has no app subscribed, unless said otherwise. `CONTROL.md`
    /// lists the switches.
    ///
    /// # Errors
    /// An unknown portfolio or app, or an id that something else has (409).
    pub fn put_waba(&self, body: &Value) -> Answer {
        let seed = &self.shared.config.seed_world;
        self.shared.with(|world| {
            let business_id = body["business_id"].as_str().unwrap_or(&seed.business_id);
            if !world.businesses.contains_key(business_id) {
                return Err(ControlError::not_found("business", business_id));
            }
            let apps = subscribed_apps(world, body)?;
            let id = id_of(world, body)?;
            free(world, &id, world.wabas.contains_key(&id))?;
            world.changes += 1;
            let namespace = format!("{}_emulated", world.ids.alphanumeric(8).to_ascii_lowercase());
            let waba = world.wabas.entry(id.clone()).or_insert_with(|| Waba {
                id: id.clone(),
                name: "Unnamed account".to_owned(),
                business_id: business_id.to_owned(),
                namespace,
                subscribed_apps: Vec::new(),
                settings: crate::world::account::WabaSettings::default(),
                facts: WabaFacts::default(),
            });
            if let Some(name) = body["name"].as_str() {
                waba.name = name.to_owned();
            }
            if let Some(apps) = apps {
                waba.subscribed_apps = apps;
            }
            put_settings(&mut waba.settings, body);
            match body["partner_credit_line"].as_bool() {
                Some(true) => drop(world.paid_by_partner.insert(id.clone())),
                Some(false) => drop(world.paid_by_partner.remove(&id)),
                None => {}
            }
            let subscribed: Vec<&str> = waba.subscribed_apps.iter().map(|s| s.app_id.as_str()).collect();
            Ok(json!({
                "id": waba.id, "name": waba.name, "business_id": waba.business_id, "subscribed_apps": subscribed,
            }))
        })
    }

    /// `PUT /_control/apps {id?, name?, secret?, mode?, testers?, webhook_version?}`: adds an app with its app token
    /// `id|secret`, or changes one. A changed secret signs webhooks from now on. `mode` is `live` or `development` (no
    /// webhooks but those about its `testers`, customers by `wa_id`); `webhook_version` is what its webhook fields
    /// are subscribed at.
    ///
    /// # Errors
    /// An id that isn't one, or that something else has (409).
    pub fn put_app(&self, body: &Value) -> Answer {
        self.shared.with(|world| {
            let id = id_of(world, body)?;
            free(world, &id, world.apps.contains_key(&id))?;
            world.changes += 1;
            let secret = world.ids.alphanumeric(32).to_ascii_lowercase();
            let app = world.apps.entry(id.clone()).or_insert_with(|| App {
                id: id.clone(),
                name: "Unnamed app".to_owned(),
                secret,
                subscriptions: std::collections::BTreeMap::new(),
            });
            let before = format!("{id}|{}", app.secret);
            if let Some(secret) = body["secret"].as_str().filter(|secret| !secret.is_empty()) {
                app.secret = secret.to_owned();
            }
            if let Some(name) = body["name"].as_str() {
                app.name = name.to_owned();
            }
            let (name, secret) = (app.name.clone(), app.secret.clone());
            world.tokens.remove(&before);
            world.add_app_token(&id, &secret);
            let mut answer =
                json!({ "id": id, "name": name, "secret": secret, "app_token": format!("{id}|{secret}") });
            if let (Some(answer), Value::Object(webhooks)) =
                (answer.as_object_mut(), super::engine::set_app(world, &id, body)?)
            {
                answer.extend(webhooks);
            }
            Ok(answer)
        })
    }
}

/// The credit line of a portfolio; a new one when it is wanted and there is none.
fn credit_line(world: &mut World, business: &str, wanted: bool) -> Option<String> {
    let lines = &world.registry.credit_lines;
    let there = lines.iter().find(|(_, owner)| *owner == business).map(|(id, _)| id.clone());
    if there.is_some() || !wanted {
        return there;
    }
    let id = world.new_id();
    world.registry.credit_lines.insert(id.clone(), business.to_owned());
    Some(id)
}

fn subscribed_apps(world: &World, body: &Value) -> Result<Option<Vec<SubscribedApp>>, ControlError> {
    let Some(list) = body["subscribed_apps"].as_array() else { return Ok(None) };
    let apps = list.iter().map(|id| {
        let id = id.as_str().unwrap_or_default();
        let known = world.apps.contains_key(id);
        let app = SubscribedApp { app_id: id.to_owned(), override_callback_uri: None };
        if known { Ok(app) } else { Err(ControlError::not_found("app", id)) }
    });
    apps.collect::<Result<_, _>>().map(Some)
}
