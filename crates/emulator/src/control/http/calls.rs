//! Calls: signalling by the people of the phones.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{Input, Out, Routes, Shares, created};
use crate::control::{CallQuery, Control};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.post("/customers/{id}/calls", act_on_call).get("/calls", calls).get("/calls/{id}", call)
}

async fn act_on_call(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    let calls = body["action"] == "call";
    let answer = Control { shared }.act_on_call(&id, &body);
    if calls { created(answer) } else { answer.map(Json).into_response() }
}

async fn calls(State(shared): Shares, Query(query): Query<CallQuery>) -> Json<Value> {
    Json(Control { shared }.calls(&query))
}

async fn call(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.call(&id).map(Json)
}
