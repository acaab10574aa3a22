//! The Graph API: one door for every path, resolved by the kind of the id in it.

pub(crate) mod auth;
pub(crate) mod error;
mod fields;
pub(crate) mod media;
mod messages;
mod page;
pub(crate) mod params;
mod phone_number;
mod reply;
mod subscriptions;
mod waba;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, Response};
use serde_json::Value;

use crate::faults::When;
use crate::phone;
use crate::shared::Shared;
use crate::world::account::Token;
use error::GraphError;
use params::Params;
pub(crate) use subscriptions::handshake;

/// Answers any request that is not the control API's or the phones page's.
pub(crate) async fn handle(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let params = Params::read(request).await;
    let recipient = params.text("to").and_then(phone::digits).map(|d| phone::wa_id(&d));
    let kind = request_kind(&params);
    let fault = shared.with(|world| world.faults.on_request(&params.raw_path, kind, recipient.as_deref()));
    if let Some(ms) = fault.latency_ms {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if let Some(code) = fault.error {
        return reply::error(&shared, &params, &GraphError::message(code));
    }
    let broken = || match fault.status {
        Some(status) => Some(reply::server_error(&shared, &params, status)),
        None => fault.cut.then(reply::cut),
    };
    if fault.when == When::Before
        && let Some(response) = broken()
    {
        return response;
    }
    let response = answer(&shared, &params).await;
    if fault.when == When::After
        && let Some(broken) = broken()
    {
        return broken;
    }
    response
}

/// What faults call a request.
fn request_kind(params: &Params) -> &'static str {
    let segments: Vec<&str> = params.segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["oauth", ..] | ["debug_token"] => "oauth",
        ["whatsapp_business", "attachments"] => "download",
        [_, "messages"] if params.get("status").is_some() => "read",
        [_, "messages" | "marketing_messages"] => "send",
        [_, "media"] => "media",
        [_, "message_templates"] => "templates",
        [_, "subscriptions" | "subscribed_apps"] => "subscriptions",
        [_, "phone_numbers" | "register" | "deregister" | "whatsapp_business_profile"] => "phone",
        _ => "other",
    }
}

async fn answer(shared: &Arc<Shared>, params: &Params) -> Response<Body> {
    let segments: Vec<&str> = params.segments.iter().map(String::as_str).collect();
    if segments == ["whatsapp_business", "attachments"] {
        return match shared.with(|world| auth::authenticate(world, params)) {
            Err(error) => reply::error(shared, params, &error),
            Ok(_) => media::download(shared, params).await.unwrap_or_else(reply::bare),
        };
    }
    match route(shared, params, &segments).await {
        Ok(value) => reply::ok(shared, params, &value),
        Err(error) => reply::error(shared, params, &error),
    }
}

async fn route(shared: &Arc<Shared>, params: &Params, segments: &[&str]) -> Result<Value, GraphError> {
    check_version(params)?;
    if segments == ["oauth", "access_token"] {
        return shared.with(|world| auth::access_token(world, params));
    }
    let token = shared.with(|world| auth::authenticate(world, params))?;
    params.readable()?;
    match segments {
        [] => Err(GraphError::unknown_object(params.method.as_str(), "")),
        ["debug_token"] => shared.with(|world| auth::debug_token(world, params)),
        ["me"] => Ok(serde_json::json!({ "id": "122100000000000", "name": "Emulated system user" })),
        [id] => node(shared, params, &token, id).await,
        [id, edge] => self::edge(shared, params, &token, id, edge).await,
        [_, rest @ ..] => Err(GraphError::unknown_path(&rest.join("/"))),
    }
}

/// Versions that have been retired are served by the oldest live one; those that don't exist yet are unknown paths.
fn check_version(params: &Params) -> Result<(), GraphError> {
    let Some(version) = &params.version else { return Ok(()) };
    let major = version.trim_start_matches('v').split('.').next().and_then(|m| m.parse::<u32>().ok());
    if major.is_some_and(|m| (1..=26).contains(&m)) && version.ends_with(".0") {
        return Ok(());
    }
    Err(GraphError::unknown_path(version))
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Waba,
    Template,
    Media,
    App,
}

/// What an id is, if this token may know that it exists.
fn kind_of(shared: &Arc<Shared>, token: &Token, id: &str) -> Option<Kind> {
    shared.with(|world| {
        let reachable = |waba: &str| token.may_touch(waba);
        if let Some(number) = world.numbers.get(id) {
            return reachable(&number.waba_id).then_some(Kind::Number);
        }
        if world.wabas.contains_key(id) {
            return reachable(id).then_some(Kind::Waba);
        }
        if let Some(template) = world.templates.get(id) {
            return reachable(&template.waba_id).then_some(Kind::Template);
        }
        if let Some(media) = world.media.get(id) {
            let waba = world.numbers.get(&media.phone_number_id).map(|n| n.waba_id.as_str());
            return waba.is_some_and(reachable).then_some(Kind::Media);
        }
        (world.apps.contains_key(id) && token.app_id == id).then_some(Kind::App)
    })
}

/// Management calls are counted per WABA and hour.
fn count(shared: &Arc<Shared>, token: &Token, kind: Kind) -> Result<(), GraphError> {
    if matches!(kind, Kind::Media | Kind::App) {
        return Ok(());
    }
    token.needs(auth::MANAGEMENT)?;
    let Some(waba) = token.wabas.first() else { return Ok(()) };
    let counted = shared.with(|world| world.count_call(&shared.config, waba));
    counted.map(|_| ()).ok_or_else(|| GraphError::message(80_007))
}

async fn node(shared: &Arc<Shared>, params: &Params, token: &Token, id: &str) -> Result<Value, GraphError> {
    let verb = params.method.as_str();
    let unknown = || GraphError::unknown_object(verb, id);
    let kind = kind_of(shared, token, id).ok_or_else(unknown)?;
    count(shared, token, kind)?;
    match (kind, &params.method) {
        (Kind::Number, &Method::GET) => shared.with(|w| phone_number::get(w, id, params)),
        (Kind::Number, &Method::POST) => shared.with(|w| phone_number::change(w, id, params)),
        (Kind::Waba, &Method::GET) => shared.with(|w| waba::get(w, id, params)),
        (Kind::Template, &Method::GET) => shared.with(|w| waba::template(w, id, params)),
        (Kind::Media, &Method::GET) => media::get(shared, id, params),
        (Kind::Media, &Method::DELETE) => media::delete(shared, id, params).await,
        (Kind::App, &Method::GET) => Ok(serde_json::json!({ "id": id, "name": "Emulated app" })),
        _ => Err(unknown()),
    }
}

async fn edge(
    shared: &Arc<Shared>,
    params: &Params,
    token: &Token,
    id: &str,
    edge: &str,
) -> Result<Value, GraphError> {
    let verb = params.method.as_str();
    let kind = kind_of(shared, token, id).ok_or_else(|| GraphError::unknown_object(verb, id))?;
    let config = &shared.config;
    match (kind, &params.method, edge) {
        (Kind::Number, &Method::POST, "messages") => {
            token.needs(auth::MESSAGING)?;
            shared.with(|w| messages::post(w, config, id, params.body()))
        }
        (Kind::Number, &Method::POST, "media") => {
            token.needs(auth::MESSAGING)?;
            media::upload(shared, id, params).await
        }
        (Kind::App, &Method::GET, "subscriptions") => shared.with(|w| subscriptions::list(w, id)),
        (Kind::App, &Method::POST, "subscriptions") => subscriptions::create(shared, id, token, params).await,
        (Kind::App, &Method::DELETE, "subscriptions") => {
            shared.with(|w| subscriptions::delete(w, id, token, params))
        }
        _ => {
            count(shared, token, kind)?;
            management_edge(shared, params, token, (kind, id, edge)).await
        }
    }
}

async fn management_edge(
    shared: &Arc<Shared>,
    params: &Params,
    token: &Token,
    (kind, id, edge): (Kind, &str, &str),
) -> Result<Value, GraphError> {
    let config = &shared.config;
    match (kind, &params.method, edge) {
        (Kind::Number, &Method::GET, "whatsapp_business_profile") => {
            shared.with(|w| phone_number::profile(w, id, params))
        }
        (Kind::Number, &Method::POST, "whatsapp_business_profile") => {
            shared.with(|w| phone_number::set_profile(w, id, params))
        }
        (Kind::Number, &Method::POST, "register") => shared.with(|w| phone_number::register(w, id, params)),
        (Kind::Number, &Method::POST, "deregister") => shared.with(|w| phone_number::deregister(w, id)),
        (Kind::Waba, &Method::GET, "phone_numbers") => {
            let numbers = shared.with(|w| phone_number::list(w, id, params))?;
            page::page(config, params, numbers)
        }
        (Kind::Waba, &Method::GET, "message_templates") => {
            shared.with(|w| waba::templates(w, config, id, params))
        }
        (Kind::Waba, &Method::GET, "subscribed_apps") => shared.with(|w| waba::subscribed_apps(w, id)),
        (Kind::Waba, &Method::POST, "subscribed_apps") => {
            if let Some(url) = params.text("override_callback_uri") {
                handshake(shared, url, params.text("verify_token").unwrap_or("")).await?;
            }
            shared.with(|w| waba::subscribe(w, id, token, params))
        }
        (Kind::Waba, &Method::DELETE, "subscribed_apps") => shared.with(|w| waba::unsubscribe(w, id, token)),
        _ if EDGES.contains(&edge) => Err(GraphError::unknown_object(params.method.as_str(), id)),
        _ => Err(GraphError::unknown_path(edge)),
    }
}

/// Edges that exist, so that a wrong verb is told from an unknown path.
const EDGES: [&str; 9] = [
    "messages",
    "media",
    "whatsapp_business_profile",
    "register",
    "deregister",
    "phone_numbers",
    "message_templates",
    "subscribed_apps",
    "subscriptions",
];
