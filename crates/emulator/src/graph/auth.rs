//! Who is asking: tokens, their scopes, and what they may touch.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call};
use crate::world::World;
use crate::world::account::{Token, TokenKind};
use crate::world::node::Node;

pub(crate) const MESSAGING: &str = "whatsapp_business_messaging";
pub(crate) const MANAGEMENT: &str = "whatsapp_business_management";

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Root, "oauth/access_token", "GET POST", Scope::Open),
    edge(Kind::Root, "debug_token", "GET", Scope::Any),
    edge(Kind::Root, "me", "GET", Scope::Any),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    match call.what() {
        (_, "oauth") => call.with(|world| access_token(world, call.params)),
        (_, "debug_token") => call.with(|world| debug_token(world, call.params)),
        _ => Ok(json!({ "id": SYSTEM_USER, "name": "Emulated system user" })),
    }
}

/// The one user there is.
const SYSTEM_USER: &str = "122100000000000";

/// Finds the token of a request and makes sure that it is good.
pub(crate) fn authenticate(world: &World, params: &Params) -> Result<Token, GraphError> {
    let given = params.token().ok_or_else(GraphError::no_token)?;
    let token = world.tokens.get(given).ok_or_else(GraphError::bad_token)?;
    if let Some(subcode) = token.revoked {
        return Err(GraphError::revoked_token(subcode));
    }
    if token.expires_at.is_some_and(|at| at <= world.now) {
        return Err(GraphError::revoked_token(463));
    }
    check_proof(world, params, token, given)?;
    Ok(token.clone())
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
        if node.kind == Kind::App {
            return node.app_id.as_deref() == Some(self.app_id.as_str());
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
        }
    }
}

/// `GET /oauth/access_token`: an app token for an app's id and secret.
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
    if params.text("grant_type").unwrap_or("client_credentials") != "client_credentials" {
        return Err(GraphError::new(400, 100, "Invalid verification code format."));
    }
    Ok(json!({ "access_token": format!("{id}|{secret}"), "token_type": "bearer" }))
}

/// `GET /debug_token`.
pub(crate) fn debug_token(world: &World, params: &Params) -> Result<Value, GraphError> {
    let input = params.text("input_token").ok_or_else(|| GraphError::required("input_token"))?;
    let Some(token) = world.tokens.get(input) else {
        return Ok(json!({ "data": {
            "is_valid": false, "scopes": [],
            "error": { "code": 190, "message": "Invalid OAuth access token - Cannot parse access token" },
        } }));
    };
    let seconds = |ms: i64| ms.div_euclid(1000);
    let valid = token.revoked.is_none() && token.expires_at.is_none_or(|at| at > world.now);
    let granular: Vec<Value> = [MANAGEMENT, MESSAGING]
        .iter()
        .filter(|s| token.has_scope(s))
        .map(|s| json!({ "scope": s, "target_ids": token.wabas }))
        .collect();
    let kind = if token.kind == TokenKind::App { "APP" } else { "SYSTEM_USER" };
    Ok(json!({ "data": {
        "app_id": token.app_id, "type": kind,
        "application": world.apps.get(&token.app_id).map(|a| a.name.as_str()),
        "data_access_expires_at": 0, "expires_at": token.expires_at.map_or(0, seconds),
        "is_valid": valid, "issued_at": seconds(token.issued_at), "scopes": token.scopes,
        "granular_scopes": granular, "user_id": SYSTEM_USER,
    } }))
}

/// A trace id in the platform's style.
pub(crate) fn trace_id(world: &mut World) -> String {
    format!("A{}", world.traces.alphanumeric(22))
}
