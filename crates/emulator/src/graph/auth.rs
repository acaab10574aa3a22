//! Who is asking: tokens, their scopes, and what they may touch.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, fields};
use crate::world::World;
use crate::world::account::{DAY, Token, TokenKind};
use crate::world::node::Node;
use crate::world::standing::SYSTEM_USER;

pub(crate) const MESSAGING: &str = "whatsapp_business_messaging";
pub(crate) const MANAGEMENT: &str = "whatsapp_business_management";
pub(crate) const BUSINESS: &str = "business_management";

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Root, "oauth/access_token", "GET POST", Scope::Open),
    edge(Kind::Root, "debug_token", "GET", Scope::Any),
    edge(Kind::Root, "me", "GET", Scope::Any),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    match call.what() {
        (_, "oauth") => call.with(|world| access_token(world, call.params)),
        (_, "debug_token") => call.with(|world| debug_token(world, call.token, call.params)),
        _ => {
            let me = json!({
                "id": SYSTEM_USER, "name": "Emulated system user",
                "client_business_id": call.token.client_business_id,
            });
            fields::select(me, call.params.text("fields"), &["id", "name"], "SystemUser")
        }
    }
}

/// Finds the token of a request and makes sure that it is good.
pub(crate) fn authenticate(world: &World, params: &Params) -> Result<Token, GraphError> {
    let given = params.token().ok_or_else(GraphError::no_token)?;
    let token = world.tokens.get(given).ok_or_else(GraphError::bad_token)?;
    if let Some(error) = ended(world, token) {
        return Err(error);
    }
    check_proof(world, params, token, given)?;
    Ok(token.clone())
}

/// Why a token does not work any more.
fn ended(world: &World, token: &Token) -> Option<GraphError> {
    if let Some(subcode) = token.revoked {
        return Some(GraphError::revoked_token(subcode, &token.app_id));
    }
    let over = token.expires_at.filter(|at| *at <= world.now)?;
    Some(GraphError::expired_token(over, world.now))
}

/// `appsecret_proof` need not be there, but when it is it must be right.
fn check_proof(world: &World, params: &Params, token: &Token, given: &str) -> Result<(), GraphError> {
    let Some(proof) = params.text("appsecret_proof") else { return Ok(()) };
    let secret = world.apps.get(&token.app_id).map_or("", |app| app.secret.as_str());
    let signed = match params.plain("appsecret_time") {
        Some(time) => format!("{given}|{time}"),
        None => given.to_owned(),
    };
    if proof == cloud_api::signature::appsecret_proof(secret, &signed) {
        return Ok(());
    }
    Err(GraphError::new(400, 100, "Invalid appsecret_proof provided in the API argument"))
}

impl Token {
    /// The token must carry `scope`.
    pub(crate) fn needs(&self, scope: &str) -> Result<(), GraphError> {
        if self.has_scope(scope) { Ok(()) } else { Err(GraphError::no_permission(scope)) }
    }

    /// Whether the token may know that a node exists.
    pub(crate) fn reaches(&self, node: &Node) -> bool {
        match node.kind {
            Kind::App | Kind::Upload => return node.app_id.as_deref() == Some(self.app_id.as_str()),
            // Their rooms know who may see which.
            Kind::User | Kind::Solution | Kind::Preverified => return self.kind == TokenKind::SystemUser,
            Kind::Business
                if self.client_business_id.is_some() && node.business_id == self.client_business_id =>
            {
                return true;
            }
            Kind::Business if node.business_id.as_ref().is_some_and(|id| self.clients.contains(id)) => {
                return true;
            }
            _ => {}
        }
        let has = |mine: &[String], id: &Option<String>| id.as_ref().is_some_and(|id| mine.contains(id));
        self.kind == TokenKind::SystemUser
            && (has(&self.wabas, &node.waba_id) || has(&self.businesses, &node.business_id))
    }

    /// Stands for the caller of what needs no token.
    pub(crate) fn nobody() -> Self {
        Self {
            app_id: String::new(),
            kind: TokenKind::App,
            scopes: Vec::new(),
            wabas: Vec::new(),
            businesses: Vec::new(),
            issued_at: 0,
            expires_at: None,
            revoked: None,
            client_business_id: None,
            clients: Vec::new(),
        }
    }
}

/// `GET /oauth/access_token`: an app token for an app's id and secret, a business token for a code of Embedded Signup, or
/// a longer life for a token.
pub(crate) fn access_token(world: &mut World, params: &Params) -> Result<Value, GraphError> {
    let id =
        params.plain("client_id").ok_or_else(|| GraphError::new(400, 101, "Missing client_id parameter."))?;
    let secret = params.plain("client_secret").unwrap_or_default();
    let app = world.apps.get(&id).ok_or_else(|| {
        GraphError::new(
            400,
            101,
            "Error validating application. Cannot get application info due to a system error.",
        )
    })?;
    if app.secret != secret {
        return Err(GraphError::new(400, 1, "Error validating client secret."));
    }
    if let Some(code) = params.plain("code") {
        return exchange(world, &id, &code);
    }
    match params.text("grant_type").unwrap_or("client_credentials") {
        "client_credentials" => {
            Ok(json!({ "access_token": format!("{id}|{secret}"), "token_type": "bearer" }))
        }
        "fb_exchange_token" => prolong(world, &id, params),
        _ => Err(GraphError::new(400, 100, "Invalid verification code format.")),
    }
}

/// A code works once, and not for long.
fn exchange(world: &mut World, app_id: &str, code: &str) -> Result<Value, GraphError> {
    let now = world.now;
    let invalid = || GraphError::new(400, 100, "Invalid verification code format.").subcode(36_008);
    let signup = world.registry.codes.get_mut(code).filter(|c| c.app_id == app_id).ok_or_else(invalid)?;
    if signup.used {
        return Err(GraphError::new(400, 100, "This authorization code has been used.").subcode(36_009));
    }
    if now >= signup.expires_at {
        return Err(GraphError::new(400, 100, "This authorization code has expired.").subcode(36_007));
    }
    signup.used = true;
    let signup = signup.clone();
    let token = Token {
        app_id: app_id.to_owned(),
        kind: TokenKind::SystemUser,
        scopes: signup.scopes,
        wabas: vec![signup.waba_id],
        businesses: Vec::new(),
        issued_at: now,
        expires_at: signup.token_seconds.map(|seconds| now + seconds * 1_000),
        revoked: None,
        client_business_id: Some(signup.business_id),
        clients: Vec::new(),
    };
    Ok(issue(world, token))
}

/// Keeps a new token, and answers with it.
pub(super) fn issue(world: &mut World, token: Token) -> Value {
    let name = format!("EAA{}", world.ids.alphanumeric(60));
    let mut answer = json!({ "access_token": name, "token_type": "bearer" });
    if let Some(until) = token.expires_at {
        answer["expires_in"] = Value::from((until - world.now).div_euclid(1_000));
    }
    world.tokens.insert(name, token);
    world.changes += 1;
    answer
}

/// `grant_type=fb_exchange_token`: the same rights for 60 days.
fn prolong(world: &mut World, app_id: &str, params: &Params) -> Result<Value, GraphError> {
    let given = params.text("fb_exchange_token").ok_or_else(|| GraphError::required("fb_exchange_token"))?;
    let token = world.tokens.get(given).filter(|t| t.app_id == app_id).ok_or_else(GraphError::bad_token)?;
    if let Some(error) = ended(world, token) {
        return Err(error);
    }
    let longer = Token { issued_at: world.now, expires_at: Some(world.now + 60 * DAY), ..token.clone() };
    Ok(issue(world, longer))
}

/// `GET /debug_token`, asked with a token of the same app.
fn debug_token(world: &World, asker: &Token, params: &Params) -> Result<Value, GraphError> {
    let input = params.text("input_token").ok_or_else(|| GraphError::required("input_token"))?;
    let Some(token) = world.tokens.get(input) else {
        return Ok(json!({ "data": {
            "is_valid": false, "scopes": [],
            "error": { "code": 190, "message": "Invalid OAuth access token - Cannot parse access token" },
        } }));
    };
    if token.app_id != asker.app_id {
        return Err(GraphError::parameter("The App_id in the input_token did not match the Viewing App"));
    }
    let seconds = |ms: i64| ms.div_euclid(1000);
    let ended = ended(world, token);
    let mut data = json!({
        "app_id": token.app_id, "type": if token.kind == TokenKind::App { "APP" } else { "SYSTEM_USER" },
        "application": world.apps.get(&token.app_id).map(|a| a.name.as_str()),
        "data_access_expires_at": 0, "expires_at": token.expires_at.map_or(0, seconds),
        "is_valid": ended.is_none(), "issued_at": seconds(token.issued_at), "scopes": token.scopes,
    });
    if token.kind == TokenKind::SystemUser {
        data["granular_scopes"] = granular(world, token);
        data["user_id"] = Value::from(SYSTEM_USER);
    }
    if let Some(error) = ended {
        let told = &error.to_json("")["error"];
        data["error"] =
            json!({ "code": told["code"], "message": told["message"], "subcode": told["error_subcode"] });
    }
    Ok(json!({ "data": data }))
}

/// Each permission with the accounts it is good for.
fn granular(world: &World, token: &Token) -> Value {
    let owned = |id: &String| token.businesses.contains(id);
    let mut wabas = token.wabas.clone();
    let more =
        world.wabas.values().filter(|waba| owned(&waba.business_id) && !token.wabas.contains(&waba.id));
    wabas.extend(more.map(|waba| waba.id.clone()));
    let scopes = [MANAGEMENT, MESSAGING].iter().filter(|scope| token.has_scope(scope));
    scopes.map(|scope| json!({ "scope": scope, "target_ids": wabas })).collect()
}

/// A trace id in the platform's style.
pub(crate) fn trace_id(world: &mut World) -> String {
    format!("A{}", world.traces.alphanumeric(22))
}
