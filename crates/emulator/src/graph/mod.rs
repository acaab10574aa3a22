//! The Graph API: one door for every path, resolved by the kind of the id in it. Each room adds its paths to the table in
//! [`edges`] and answers them.

mod analytics;
pub(crate) mod auth;
mod calls;
mod coexistence;
pub(crate) mod edges;
pub(crate) mod error;
mod fields;
mod group_messages;
mod groups;
pub(crate) mod media;
mod messages;
mod page;
pub(crate) mod params;
mod phone_number;
mod reply;
mod subscriptions;
mod thread_control;
mod waba;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use serde_json::Value;

use crate::config::Config;
use crate::faults::When;
use crate::phone;
use crate::shared::Shared;
use crate::world::World;
use crate::world::account::Token;
use edges::{Edge, Found, Kind, Scope};
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
        [_, "calls" | "call_permissions"] => "calls",
        [_, "groups" | "invite_link" | "join_requests" | "participants"] => "groups",
        [_, "message_templates"] => "templates",
        [_, "subscriptions" | "subscribed_apps"] => "subscriptions",
        [_, "phone_numbers" | "register" | "deregister" | "whatsapp_business_profile"] => "phone",
        _ => "other",
    }
}

/// What a room answers: the body of a 200, or an error.
pub(crate) type Answer = Result<Value, GraphError>;

/// One call, after its token was found good.
pub(crate) struct Call<'a> {
    pub shared: &'a Arc<Shared>,
    pub params: &'a Params,
    pub token: &'a Token,
    pub kind: Kind,
    /// The node's id; empty when the path begins with a word.
    pub id: &'a str,
    /// What follows the id.
    pub rest: &'a [&'a str],
}

impl Call<'_> {
    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Works on the world.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    pub(crate) fn verb(&self) -> &str {
        self.params.method.as_str()
    }

    /// Verb and first word behind the id, for a room to choose by.
    pub(crate) fn what(&self) -> (&str, &str) {
        (self.verb(), self.rest.first().copied().unwrap_or(""))
    }
}

/// Who answers what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    OAuth,
    Apps,
    Messages,
    Media,
    Numbers,
    Wabas,
    Groups,
    Calls,
    Coexistence,
    ThreadControl,
    Analytics,
}

impl Room {
    pub(crate) const ALL: [Self; 11] = [
        Self::OAuth,
        Self::Apps,
        Self::Messages,
        Self::Media,
        Self::Numbers,
        Self::Wabas,
        Self::Groups,
        Self::Calls,
        Self::Coexistence,
        Self::ThreadControl,
        Self::Analytics,
    ];

    pub(crate) fn edges(self) -> &'static [Edge] {
        match self {
            Self::OAuth => auth::EDGES,
            Self::Apps => subscriptions::EDGES,
            Self::Messages => messages::EDGES,
            Self::Media => media::EDGES,
            Self::Numbers => phone_number::EDGES,
            Self::Wabas => waba::EDGES,
            Self::Groups => groups::EDGES,
            Self::Calls => calls::EDGES,
            Self::Coexistence => coexistence::EDGES,
            Self::ThreadControl => thread_control::EDGES,
            Self::Analytics => analytics::EDGES,
        }
    }

    async fn answer(self, call: &Call<'_>) -> Answer {
        match self {
            Self::OAuth => auth::answer(call),
            Self::Apps => subscriptions::answer(call).await,
            Self::Messages => messages::answer(call),
            Self::Media => media::answer(call).await,
            Self::Numbers => phone_number::answer(call).await,
            Self::Wabas => waba::answer(call).await,
            Self::Groups => groups::answer(call),
            Self::Calls => calls::answer(call),
            Self::Coexistence => coexistence::answer(call),
            Self::ThreadControl => thread_control::answer(call),
            Self::Analytics => analytics::answer(call),
        }
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

async fn route(shared: &Arc<Shared>, params: &Params, segments: &[&str]) -> Answer {
    check_version(params)?;
    let verb = params.method.as_str();
    let root = edges::find(Kind::Root, segments, verb);
    let authenticated = match root {
        Found::Room(_, Scope::Open) => Token::nobody(),
        _ => shared.with(|world| auth::authenticate(world, params))?,
    };
    params.readable()?;
    let token = &authenticated;
    if let Found::Room(room, scope) = root {
        permit(shared, token, scope, None)?;
        return room.answer(&Call { shared, params, token, kind: Kind::Root, id: "", rest: segments }).await;
    }
    let Some((id, rest)) = segments.split_first() else {
        return Err(GraphError::unknown_object(verb, ""));
    };
    let unknown = || GraphError::unknown_object(verb, id);
    let node = shared.with(|world| world.node(id)).filter(|node| token.reaches(node)).ok_or_else(unknown)?;
    match edges::find(node.kind, rest, verb) {
        Found::Room(room, scope) => {
            permit(shared, token, scope, node.waba_id.as_deref())?;
            room.answer(&Call { shared, params, token, kind: node.kind, id, rest }).await
        }
        Found::WrongVerb => Err(unknown()),
        Found::Unknown => Err(GraphError::unknown_path(&rest.join("/"))),
    }
}

/// The token must carry the scope, and management calls are counted per WABA and hour.
fn permit(
    shared: &Arc<Shared>,
    token: &Token,
    scope: Scope,
    waba_id: Option<&str>,
) -> Result<(), GraphError> {
    match scope {
        Scope::Any | Scope::Open => Ok(()),
        Scope::Messaging => token.needs(auth::MESSAGING),
        Scope::Management => {
            token.needs(auth::MANAGEMENT)?;
            let Some(waba) = waba_id.or(token.wabas.first().map(String::as_str)) else { return Ok(()) };
            let counted = shared.with(|world| world.count_call(&shared.config, waba));
            counted.map(|_| ()).ok_or_else(|| GraphError::message(80_007))
        }
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
