//! Time, scenarios, crowds, and the world as a whole.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::Value;

use super::{Input, Out, Routes, Shares, created};
use crate::control::{Control, ControlError};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/world", world)
        .get("/clock", clock)
        .post("/clock/advance", advance)
        .get("/scenarios", scenarios)
        .post("/scenarios", run_scenario)
        .get("/scenarios/{id}", scenario)
        .delete("/scenarios/{id}", stop_scenario)
        .get("/talk", crowds)
        .post("/talk", add_crowd)
        .delete("/talk/{id}", silence)
        .put("/load", set_load)
        .get("/budgets", budgets)
        .put("/budgets", set_budgets)
        .get("/open-questions", open_questions)
        .put("/open-questions", set_open_questions)
        .get("/state", export_state)
        .put("/state", import_state)
        .post("/reset", reset)
        .get("/media/{id}", media)
}

async fn world(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.world())
}

async fn clock(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.clock())
}

async fn advance(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.advance_by(&body).map(Json)
}

async fn open_questions(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.open_questions())
}

async fn set_open_questions(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_open_questions(&body).map(Json)
}

async fn scenarios(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.scenarios())
}

async fn run_scenario(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.run_scenario(&body))
}

async fn scenario(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.scenario(id).map(Json)
}

async fn stop_scenario(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.stop_scenario(id).map(Json)
}

async fn crowds(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.crowds())
}

async fn add_crowd(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.add_crowd(&body))
}

async fn silence(State(shared): Shares, Path(id): Path<u32>) -> Out {
    Control { shared }.silence(id).map(Json)
}

async fn set_load(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_load(&body).map(Json)
}

async fn budgets(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.budgets())
}

async fn set_budgets(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_budgets(&body).map(Json)
}

async fn export_state(State(shared): Shares) -> Out {
    Control { shared }.export_state().await.map(Json)
}

async fn import_state(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.import_state(body).await.map(Json)
}

async fn reset(State(shared): Shares, Input(body): Input) -> Json<Value> {
    Json(Control { shared }.reset(body["everything"] == true))
}

async fn media(State(shared): Shares, Path(id): Path<String>) -> Result<Response, ControlError> {
    let (bytes, mime) = Control { shared }.media(&id).await?;
    let mut response = Response::new(Body::from(bytes));
    // What a customer uploads must not run as part of this page.
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(mime) = HeaderValue::from_str(&mime) {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    Ok(response)
}
