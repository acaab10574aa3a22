//! Customers and what they do with their phones.

use axum::Json;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{Input, Out, Routes, Shares, created, file};
use crate::control::{Control, CustomerQuery, ThreadQuery};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/customers", customers)
        .post("/customers", add_customer)
        .get("/customers/{id}", customer)
        .patch("/customers/{id}", change_customer)
        .post("/customers/{id}/messages", send)
        .post("/customers/{id}/messages/{wamid}/{action}", rewrite)
        .post("/customers/{id}/tap", tap)
        .post("/customers/{id}/click", click)
        .get("/customers/{id}/thread", thread)
        .post("/customers/{id}/read", read)
        .post("/customers/{id}/open", open)
        .post("/customers/{id}/preferences", prefer)
        .post("/customers/{id}/number", change_number)
        .post("/customers/{id}/identity", change_identity)
        .post("/customers/{id}/block", block)
        .delete("/customers/{id}/block", unblock)
}

async fn customers(State(shared): Shares, Query(query): Query<CustomerQuery>) -> Json<Value> {
    Json(Control { shared }.customers_like(&query))
}

async fn add_customer(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.add_customer(&body))
}

async fn customer(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.customer(&id).map(Json)
}

async fn change_customer(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_customer(&id, &body).map(Json)
}

async fn send(State(shared): Shares, Path(id): Path<String>, request: Request) -> Response {
    let control = Control { shared };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !kind.starts_with("multipart/") {
        return match Input::from_request(request, &()).await {
            Ok(Input(body)) => created(control.send(&id, &body)),
            Err(error) => error.into_response(),
        };
    }
    match file(request).await {
        Ok((body, file)) => created(control.send_file(&id, &body, file).await),
        Err(error) => error.into_response(),
    }
}

async fn rewrite(
    State(shared): Shares,
    Path((id, wamid, action)): Path<(String, String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.rewrite(&id, &wamid, &action, &body).map(Json)
}

async fn tap(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.tap(&id, &body))
}

async fn click(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.click(&id, &body).map(Json)
}

async fn thread(State(shared): Shares, Path(id): Path<String>, Query(query): Query<ThreadQuery>) -> Out {
    Control { shared }.thread(&id, &query).map(Json)
}

async fn read(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.read(&id, body["phone_number_id"].as_str()).map(Json)
}

async fn open(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.open(&id, &body).map(Json)
}

async fn prefer(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.prefer(&id, &body).map(Json)
}

async fn change_number(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_number(&id, &body).map(Json)
}

async fn change_identity(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.change_identity(&id).map(Json)
}

async fn block(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.block(&id, body["phone_number_id"].as_str(), true).map(Json)
}

async fn unblock(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.block(&id, body["phone_number_id"].as_str(), false).map(Json)
}
