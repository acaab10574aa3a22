//! `/{app}/subscriptions`: where an app's webhooks go, and the handshake with the address given.

use std::sync::Arc;

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call};
use crate::shared::Shared;
use crate::world::World;
use crate::world::account::{Subscription, Token};

const OBJECT: &str = "whatsapp_business_account";

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::App, "", "GET", Scope::Any),
    edge(Kind::App, "subscriptions", "GET POST DELETE", Scope::Any),
];

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    let (id, token, params) = (call.id, call.token, call.params);
    match call.what() {
        (_, "") => call.with(|world| node(world, id)),
        ("GET", _) => call.with(|world| list(world, id)),
        ("POST", _) => create(call.shared, id, token, params).await,
        _ => call.with(|world| delete(world, id, token, params)),
    }
}

fn node(world: &World, app_id: &str) -> Answer {
    let app = world.apps.get(app_id).ok_or_else(|| GraphError::unknown_object("get", app_id))?;
    Ok(json!({ "id": app.id, "name": app.name }))
}

fn list(world: &World, app_id: &str) -> Result<Value, GraphError> {
    let app = world.apps.get(app_id).ok_or_else(|| GraphError::unknown_object("get", app_id))?;
    let data: Vec<Value> = app
        .subscriptions
        .iter()
        .map(|(object, s)| {
            let fields: Vec<Value> =
                s.fields.iter().map(|f| json!({ "name": f, "version": "v25.0" })).collect();
            json!({ "object": object, "callback_url": s.callback_url, "active": true, "fields": fields })
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// `POST`: parameters as JSON, form or query alike.
async fn create(
    shared: &Arc<Shared>,
    app_id: &str,
    token: &Token,
    params: &Params,
) -> Result<Value, GraphError> {
    own_app(app_id, token)?;
    let object = params.text("object").ok_or_else(|| GraphError::required("object"))?;
    if object != OBJECT {
        return Err(GraphError::parameter(format!("Param object must be one of {{{OBJECT}}}")));
    }
    let callback_url =
        params.text("callback_url").ok_or_else(|| GraphError::required("callback_url"))?.to_owned();
    let verify_token = params.text("verify_token").unwrap_or("").to_owned();
    let fields =
        params.list("fields").filter(|f| !f.is_empty()).unwrap_or_else(|| vec!["messages".to_owned()]);
    handshake(shared, &callback_url, &verify_token).await?;
    shared.with(|world| {
        world.changes += 1;
        let app = world.apps.get_mut(app_id).ok_or_else(|| GraphError::unknown_object("post", app_id))?;
        app.subscriptions.insert(OBJECT.to_owned(), Subscription { callback_url, verify_token, fields });
        Ok(json!({ "success": true }))
    })
}

/// `DELETE`: all of an object's fields, or those named.
fn delete(world: &mut World, app_id: &str, token: &Token, params: &Params) -> Result<Value, GraphError> {
    own_app(app_id, token)?;
    world.changes += 1;
    let app = world.apps.get_mut(app_id).ok_or_else(|| GraphError::unknown_object("delete", app_id))?;
    match (params.text("object"), params.list("fields")) {
        (None, _) => app.subscriptions.clear(),
        (Some(object), None) => drop(app.subscriptions.remove(object)),
        (Some(object), Some(gone)) => {
            if let Some(subscription) = app.subscriptions.get_mut(object) {
                subscription.fields.retain(|f| !gone.contains(f));
            }
        }
    }
    Ok(json!({ "success": true }))
}

/// An app's subscriptions are the business of its own app token.
fn own_app(app_id: &str, token: &Token) -> Result<(), GraphError> {
    if token.kind != crate::world::account::TokenKind::App {
        return Err(GraphError::new(400, 15, "(#15) This method must be called with an app access_token."));
    }
    if token.app_id != app_id {
        return Err(GraphError::unknown_object("post", app_id));
    }
    Ok(())
}

/// Asks the callback for the challenge; anything but 200 and the challenge itself refuses the subscription.
pub(crate) async fn handshake(shared: &Arc<Shared>, url: &str, verify_token: &str) -> Result<(), GraphError> {
    let challenge = shared.with(|world| world.traces.between(100_000_000, 2_000_000_000)).to_string();
    let failed = |why: String| {
        GraphError::new(
            400,
            2_200,
            format!("(#2200) Callback verification failed with the following errors: {why}"),
        )
    };
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", challenge.as_str()),
        ("hub.verify_token", verify_token),
    ];
    let response = shared.http.get(url).query(&query).send().await.map_err(|_| {
        failed("curl_errno = 7; curl_error = Failed to connect; HTTP Status Code = 0".to_owned())
    })?;
    let status = response.status();
    let body = response.text().await.unwrap_or_default();
    if !status.is_success() {
        let reason = status.canonical_reason().unwrap_or("");
        return Err(failed(format!("HTTP Status Code = {}; HTTP Message = {reason}", status.as_u16())));
    }
    if body.trim() != challenge {
        return Err(failed("the response does not match the challenge".to_owned()));
    }
    Ok(())
}
