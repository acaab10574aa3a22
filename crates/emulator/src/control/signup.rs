//! Embedded Signup without Meta's window: a client shares an account, the partner gets a code.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::clock::rfc3339;
use crate::config::Config;
use crate::phone;
use crate::world::World;
use crate::world::account::{Business, Number, TokenKind, Waba, WabaSettings};
use crate::world::number::NumberFacts;
use crate::world::policy::Tier;
use crate::world::registry::SignupCode;
use crate::world::standing::WabaFacts;

/// How long a code works, in seconds, when nothing else is said. Meta's own are said to live for half a minute.
const CODE_SECONDS: i64 = 30;

/// What a client shared, and with whom.
struct Shared {
    app_id: String,
    partner: String,
    business: String,
    waba: String,
    number: Option<String>,
}

impl Control {
    /// `POST /_control/signup {app_id?, partner_business_id?, business_id?, business_name?, waba_id?, waba_name?,
    /// phone_number_id?, display_phone_number?, verified_name?, without_number?, coexistence?, hosted?, scopes?, ttl_seconds?,
    /// token_seconds?, solution_id?}`: a client goes through Embedded Signup, with a new portfolio, account and number or with
    /// those named. Gives the single-use code (none when `hosted`), and the message that Meta's window would post to the page.
    /// `account_update` tells the partner's portfolio.
    ///
    /// # Errors
    /// An unknown app, portfolio, account, number or solution.
    pub fn signup(&self, body: &Value) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let shared = share(world, config, body)?;
            let solution = body["solution_id"].as_str();
            if let Some(solution) = solution {
                join_solution(world, &shared, solution)?;
            }
            tell_partner(world, config, &shared, solution);
            let code = (body["hosted"] != true).then(|| mint(world, &shared, body));
            Ok(answer(world, &shared, code, body))
        })
    }
}

fn share(world: &mut World, config: &Config, body: &Value) -> Result<Shared, ControlError> {
    let seed = &config.seed_world;
    let app_id = body["app_id"].as_str().unwrap_or(&seed.app_id).to_owned();
    if !world.apps.contains_key(&app_id) {
        return Err(ControlError::not_found("app", &app_id));
    }
    let partner = match body["partner_business_id"].as_str() {
        Some(id) => id.to_owned(),
        None => world.business_of_app(&app_id).unwrap_or(&seed.business_id).to_owned(),
    };
    if !world.businesses.contains_key(&partner) {
        return Err(ControlError::not_found("business", &partner));
    }
    let asked = body["phone_number_id"].as_str();
    let waba_of_number = match asked {
        Some(id) => Some(
            world.numbers.get(id).ok_or_else(|| ControlError::not_found("phone number", id))?.waba_id.clone(),
        ),
        None => None,
    };
    let waba = match body["waba_id"].as_str().map(str::to_owned).or(waba_of_number) {
        Some(id) if world.wabas.contains_key(&id) => id,
        Some(id) => return Err(ControlError::not_found("WABA", &id)),
        None => new_waba(world, config, body)?,
    };
    let number = match asked {
        Some(id) => Some(id.to_owned()),
        None if body["without_number"] == true => None,
        None => Some(new_number(world, config, &waba, body)?),
    };
    if let Some(id) = number.as_ref().filter(|_| body["coexistence"] == true) {
        if let Some(number) = world.numbers.get_mut(id) {
            number.registered = true;
        }
        world.set_on_app(id, true);
    }
    let business = world.wabas[&waba].business_id.clone();
    let shared = Shared { app_id, partner, business, waba, number };
    grant(world, &shared);
    Ok(shared)
}

/// The partner's own tokens reach the account from now on.
fn grant(world: &mut World, shared: &Shared) {
    if let Some(waba) = world.wabas.get_mut(&shared.waba)
        && waba.business_id != shared.partner
        && !waba.facts.partners.contains(&shared.partner)
    {
        waba.facts.partners.push(shared.partner.clone());
    }
    let partners = world.tokens.values_mut().filter(|token| {
        token.kind == TokenKind::SystemUser
            && token.app_id == shared.app_id
            && token.businesses.contains(&shared.partner)
    });
    for token in partners {
        if !token.wabas.contains(&shared.waba) {
            token.wabas.push(shared.waba.clone());
        }
        if !token.clients.contains(&shared.business) {
            token.clients.push(shared.business.clone());
        }
    }
}

fn new_waba(world: &mut World, config: &Config, body: &Value) -> Result<String, ControlError> {
    let name = body["business_name"].as_str().or(body["verified_name"].as_str()).unwrap_or("Client business");
    let business = match body["business_id"].as_str() {
        Some(id) if world.businesses.contains_key(id) => id.to_owned(),
        Some(id) => return Err(ControlError::not_found("business", id)),
        None => {
            let id = world.new_id();
            let mut business = Business::new(&id, name, Tier::T250);
            business.facts.created_at = world.now;
            business.facts.verification = "not_verified".to_owned();
            world.businesses.insert(id.clone(), business);
            world.introduce(config, &id);
            id
        }
    };
    let id = world.new_id();
    let namespace = format!("{}_emulated", world.ids.alphanumeric(8).to_ascii_lowercase());
    let waba = Waba {
        id: id.clone(),
        name: body["waba_name"].as_str().unwrap_or(name).to_owned(),
        business_id: business,
        namespace,
        subscribed_apps: Vec::new(),
        settings: WabaSettings::default(),
        facts: WabaFacts::default(),
    };
    world.wabas.insert(id.clone(), waba);
    Ok(id)
}

/// Verified in the window, but not registered yet.
fn new_number(world: &mut World, config: &Config, waba: &str, body: &Value) -> Result<String, ControlError> {
    let wa_id = match body["display_phone_number"].as_str() {
        Some(written) => phone::digits(written).ok_or_else(|| {
            ControlError::invalid("display_phone_number", "a phone number has 7 to 15 digits")
        })?,
        None => (0..)
            .map(|n| format!("1555030{n:04}"))
            .find(|free| !world.numbers.values().any(|number| number.wa_id == *free))
            .unwrap_or_default(),
    };
    let id = world.new_id();
    let name = body["verified_name"].as_str().or(body["business_name"].as_str()).unwrap_or("Client business");
    let facts = NumberFacts { onboarded_at: world.now, ..NumberFacts::default() };
    let mut number = Number::fresh(&id, waba, &wa_id, name, facts);
    number.throughput_mps = config.throughput_mps;
    world.numbers.insert(id.clone(), number);
    Ok(id)
}

fn join_solution(world: &mut World, shared: &Shared, solution: &str) -> Result<(), ControlError> {
    if !world.registry.solutions.contains_key(solution) {
        return Err(ControlError::not_found("solution", solution));
    }
    if let Some(waba) = world.wabas.get_mut(&shared.waba)
        && !waba.facts.solutions.iter().any(|id| id == solution)
    {
        waba.facts.solutions.push(solution.to_owned());
    }
    Ok(())
}

fn tell_partner(world: &mut World, config: &Config, shared: &Shared, solution: Option<&str>) {
    let mut info = json!({ "waba_id": shared.waba, "owner_business_id": shared.business });
    if let Some(solution) = solution {
        info["solution_id"] = Value::from(solution);
        info["solution_partner_business_ids"] = json!([shared.partner]);
    }
    let added = json!({ "event": "PARTNER_ADDED", "waba_info": info });
    world.notify_management(config, &shared.partner, "account_update", added);
    let installed = json!({
        "event": "PARTNER_APP_INSTALLED",
        "waba_info": {
            "waba_id": shared.waba, "owner_business_id": shared.business, "partner_app_id": shared.app_id,
        },
    });
    world.notify_management(config, &shared.partner, "account_update", installed);
    world.announce("account", "", "", None);
}

fn mint(world: &mut World, shared: &Shared, body: &Value) -> String {
    let code = format!("AQ{}", world.ids.alphanumeric(120));
    let seconds = body["ttl_seconds"].as_i64().unwrap_or(CODE_SECONDS).clamp(0, 86_400);
    let scopes = body["scopes"].as_array().map(|scopes| {
        scopes.iter().filter_map(|scope| scope.as_str().map(str::to_owned)).collect::<Vec<_>>()
    });
    let usual = || vec!["whatsapp_business_management".to_owned(), "whatsapp_business_messaging".to_owned()];
    let signup = SignupCode {
        app_id: shared.app_id.clone(),
        waba_id: shared.waba.clone(),
        business_id: shared.business.clone(),
        scopes: scopes.unwrap_or_else(usual),
        expires_at: world.now + seconds * 1_000,
        used: false,
        token_seconds: body["token_seconds"].as_i64().map(|seconds| seconds.clamp(0, 10 * 366 * 86_400)),
    };
    world.registry.codes.insert(code.clone(), signup);
    code
}

fn answer(world: &World, shared: &Shared, code: Option<String>, body: &Value) -> Value {
    let event = match (&shared.number, body["coexistence"] == true) {
        (Some(_), true) => "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
        (Some(_), false) => "FINISH",
        (None, _) => "FINISH_ONLY_WABA",
    };
    let mut data = json!({ "waba_id": shared.waba, "business_id": shared.business });
    if let Some(number) = &shared.number {
        data["phone_number_id"] = Value::from(number.as_str());
    }
    let expires_at =
        code.as_ref().and_then(|code| world.registry.codes.get(code)).map(|c| rfc3339(c.expires_at));
    json!({
        "code": code, "expires_at": expires_at, "app_id": shared.app_id, "business_id": shared.business,
        "waba_id": shared.waba, "phone_number_id": shared.number,
        "message": { "type": "WA_EMBEDDED_SIGNUP", "event": event, "data": data, "version": "3" },
    })
}
