//! The Graph API: one door for every path, resolved by the kind of the id in it. Each room adds its paths to the table in
//! [`edges`] and answers them.

mod accounts;
mod analytics;
mod analytics_edges;
pub(crate) mod auth;
mod batch;
mod businesses;
mod calls;
mod checked;
mod coexistence;
mod credit;
mod door;
pub(crate) mod edges;
pub(crate) mod error;
mod fields;
mod form;
pub(crate) mod forms;
mod group_messages;
mod groups;
mod links;
pub(crate) mod media;
mod messages;
mod mobility;
mod page;
pub(crate) mod params;
mod people;
mod phone_number;
mod pictures;
mod presence;
mod preverified;
mod profile;
mod qr;
mod registration;
mod reply;
mod settings;
mod solutions;
mod standing;
mod subscriptions;
mod template_groups;
mod templates;
mod thread_control;
mod uploads;
mod waba;
mod waba_settings;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use serde_json::{Map, Value};

use crate::config::Config;
use crate::shared::Shared;
use crate::world::World;
use crate::world::account::Token;
use crate::world::node::Node;
pub(crate) use door::handle;
use edges::{Edge, Found, Kind, Scope};
use error::GraphError;
use params::{Caller, Params};
pub(crate) use subscriptions::handshake;

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

    /// The answer when there is nothing behind this id, verb and path.
    pub(crate) fn unknown(&self) -> GraphError {
        GraphError::unknown_object(self.verb(), self.id)
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
    Templates,
    TemplateGroups,
    Groups,
    Calls,
    Forms,
    Accounts,
    Businesses,
    Credit,
    Links,
    Mobility,
    People,
    Presence,
    Preverified,
    Profile,
    Qr,
    Registration,
    Settings,
    Solutions,
    Uploads,
    Coexistence,
    ThreadControl,
    Analytics,
}

impl Room {
    pub(crate) const ALL: &[Self] = &[
        Self::OAuth,
        Self::Apps,
        Self::Messages,
        Self::Media,
        Self::Numbers,
        Self::Wabas,
        Self::Templates,
        Self::TemplateGroups,
        Self::Groups,
        Self::Calls,
        Self::Forms,
        Self::Accounts,
        Self::Businesses,
        Self::Credit,
        Self::Links,
        Self::Mobility,
        Self::People,
        Self::Presence,
        Self::Preverified,
        Self::Profile,
        Self::Qr,
        Self::Registration,
        Self::Settings,
        Self::Solutions,
        Self::Uploads,
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
            Self::Templates => templates::EDGES,
            Self::TemplateGroups => template_groups::EDGES,
            Self::Groups => groups::EDGES,
            Self::Calls => calls::EDGES,
            Self::Forms => forms::EDGES,
            Self::Accounts => accounts::EDGES,
            Self::Businesses => businesses::EDGES,
            Self::Credit => credit::EDGES,
            Self::Links => links::EDGES,
            Self::Mobility => mobility::EDGES,
            Self::People => people::EDGES,
            Self::Presence => presence::EDGES,
            Self::Preverified => preverified::EDGES,
            Self::Profile => profile::EDGES,
            Self::Qr => qr::EDGES,
            Self::Registration => registration::EDGES,
            Self::Settings => settings::EDGES,
            Self::Solutions => solutions::EDGES,
            Self::Uploads => uploads::EDGES,
            Self::Coexistence => coexistence::EDGES,
            Self::ThreadControl => thread_control::EDGES,
            Self::Analytics => analytics_edges::EDGES,
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
            Self::Templates => templates::answer(call),
            Self::TemplateGroups => template_groups::answer(call),
            Self::Groups => groups::answer(call),
            Self::Calls => calls::answer(call),
            Self::Forms => forms::answer(call).await,
            Self::Accounts => accounts::answer(call),
            Self::Businesses => businesses::answer(call),
            Self::Credit => credit::answer(call),
            Self::Links => links::answer(call),
            Self::Mobility => mobility::answer(call),
            Self::People => people::answer(call),
            Self::Presence => presence::answer(call),
            Self::Preverified => preverified::answer(call),
            Self::Profile => profile::answer(call),
            Self::Qr => qr::answer(call),
            Self::Registration => registration::answer(call),
            Self::Settings => settings::answer(call),
            Self::Solutions => solutions::answer(call),
            Self::Uploads => uploads::answer(call).await,
            Self::Coexistence => coexistence::answer(call),
            Self::ThreadControl => thread_control::answer(call),
            Self::Analytics => analytics_edges::answer(call),
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
    if batch::is_one(params) {
        return batch::answer(shared, params).await;
    }
    if forms::files::serves(&segments) {
        return forms::files::download(shared, params, &segments).await.unwrap_or_else(reply::bare);
    }
    if let Some(picture) = pictures::find(&segments) {
        return pictures::answer(shared, &picture).await.unwrap_or_else(reply::bare);
    }
    let routed = if names_several(shared, params, &segments) {
        several(shared, params).await
    } else {
        route(shared, params, &segments).await
    };
    match routed {
        Ok(value) => reply::ok(shared, params, &value),
        Err(error) => reply::error(shared, params, &error),
    }
}

/// Nodes in one `ids`.
const IDS_MAX: usize = 50;

/// `?ids=1,2`, alone or before an edge.
fn names_several(shared: &Arc<Shared>, params: &Params, segments: &[&str]) -> bool {
    params.method == axum::http::Method::GET
        && params.get("ids").is_some()
        && segments.first().is_none_or(|first| shared.with(|world| world.node(first).is_none()))
}

/// One answer by id; the first that is refused is the answer to all.
async fn several(shared: &Arc<Shared>, params: &Params) -> Answer {
    let ids = params.ids("ids").unwrap_or_default();
    if ids.is_empty() {
        return Err(GraphError::parameter("Cannot specify an empty identifier"));
    }
    if ids.len() > IDS_MAX {
        let message = format!("Too many IDs. Maximum: {IDS_MAX}. Provided: {}.", ids.len());
        return Err(GraphError::parameter(message));
    }
    let mut answers = Map::new();
    for id in ids {
        let one = params.of_one(&id);
        let segments: Vec<&str> = one.segments.iter().map(String::as_str).collect();
        let answer = route(shared, &one, &segments).await;
        if let Some(caller) = one.caller.into_inner() {
            // The headers speak of the first.
            drop(params.caller.set(caller));
        }
        answers.insert(id, answer?);
    }
    Ok(Value::Object(answers))
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
        permit(shared, params, token, scope, None)?;
        return room.answer(&Call { shared, params, token, kind: Kind::Root, id: "", rest: segments }).await;
    }
    let Some((id, rest)) = segments.split_first() else {
        return Err(GraphError::unknown_object(verb, ""));
    };
    // The token's own app, as `me` is its user.
    let id = if *id == "app" { token.app_id.as_str() } else { id };
    let unknown = || GraphError::unknown_object(verb, id);
    let node = shared.with(|world| world.node(id)).filter(|node| token.reaches(node)).ok_or_else(unknown)?;
    match edges::find(node.kind, rest, verb) {
        Found::Room(room, scope) => {
            permit(shared, params, token, scope, Some(&node))?;
            room.answer(&Call { shared, params, token, kind: node.kind, id, rest }).await
        }
        Found::WrongVerb => Err(unknown()),
        Found::Unknown => Err(GraphError::unknown_path(&rest.join("/"))),
    }
}

/// Management calls in an hour for an account without a registered number.
const CALLS_UNREGISTERED: u32 = 200;

/// The token must carry the scope, and management calls are counted per app, account and hour.
fn permit(
    shared: &Arc<Shared>,
    params: &Params,
    token: &Token,
    scope: Scope,
    node: Option<&Node>,
) -> Result<(), GraphError> {
    let account = node.and_then(|node| node.waba_id.clone().or_else(|| node.business_id.clone()));
    let counted = matches!(scope, Scope::Management | Scope::Portfolio);
    let family = if counted { MANAGEMENT } else { "whatsapp" };
    // Only one room answers a call, so that this is set once.
    drop(params.caller.set(Caller { app_id: token.app_id.clone(), account: account.clone(), family }));
    match scope {
        Scope::Any | Scope::Open => return Ok(()),
        Scope::Messaging => return token.needs(auth::MESSAGING),
        Scope::Management => token.needs(auth::MANAGEMENT)?,
        Scope::Portfolio => token.needs(auth::BUSINESS)?,
    }
    let Some(account) = account else { return Ok(()) };
    let admitted = shared.with(|world| {
        let budget = call_budget(world, &shared.config, &account);
        world.count_call(&token.app_id, &account, budget)
    });
    if admitted { Ok(()) } else { Err(GraphError::message(80_007)) }
}

/// The family of calls that have an hourly budget, by Meta's word.
pub(super) const MANAGEMENT: &str = "whatsapp_business_management";

/// Management calls that an app has in an hour for an account: many once it has a registered number.
pub(super) fn call_budget(world: &World, config: &Config, account: &str) -> u32 {
    let of_account = |waba_id: &str| {
        waba_id == account || world.wabas.get(waba_id).is_some_and(|waba| waba.business_id == account)
    };
    let registered = world.numbers.values().any(|n| n.registered && of_account(&n.waba_id));
    let most = world.registry.calls_per_hour.unwrap_or(config.management_calls_per_hour);
    if registered { most } else { most.min(CALLS_UNREGISTERED) }
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
