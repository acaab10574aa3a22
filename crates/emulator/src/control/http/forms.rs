//! Forms (Meta's Flows): on phones, and at Meta.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{Input, Out, Routes, Shares, created, file};
use crate::control::Control;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/customers/{id}/forms/open", open_form)
        .post("/customers/{id}/forms/submit", submit_form)
        .post("/customers/{id}/forms/files", add_form_file)
        .get("/customers/{id}/forms/{message_id}", form_session)
        .get("/forms", forms)
        .get("/forms/{id}", form)
        .put("/forms", put_form)
        .patch("/forms/{id}", change_form)
        .post("/forms/{id}/ping", ping_form)
        .post("/forms/{id}/events", form_event)
        .put("/phone-numbers/{id}/encryption", sign_key)
}

async fn open_form(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.open_form(&id, &body).await)
}

async fn submit_form(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.submit_form(&id, &body).await.map(Json)
}

async fn add_form_file(State(shared): Shares, Path(id): Path<String>, request: Request) -> Response {
    match file(request).await {
        Ok((body, file)) => created(Control { shared }.add_form_file(&id, &body, file).await),
        Err(error) => error.into_response(),
    }
}

async fn form_session(State(shared): Shares, Path((id, message_id)): Path<(String, String)>) -> Out {
    Control { shared }.form_session(&id, &message_id).map(Json)
}

async fn forms(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.forms())
}

async fn form(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.form(&id).map(Json)
}

async fn put_form(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_form(&body).map(Json)
}

async fn change_form(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_form(&id, &body).map(Json)
}

async fn ping_form(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.ping_form(&id).await.map(Json)
}

async fn form_event(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.form_event(&id, &body).map(Json)
}

async fn sign_key(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.sign_key(&id, &body).map(Json)
}
