//! What went over the wire, and what goes wrong on purpose.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{Input, Out, Routes, Shares, created};
use crate::control::{Control, ControlError, MessageQuery, RequestQuery, WebhookQuery, events};
use crate::faults::Fault;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .put("/webhook", set_webhook)
        .delete("/webhook", remove_webhook)
        .get("/webhooks", webhooks)
        .get("/webhooks/{id}", webhook)
        .post("/webhooks/{id}/redeliver", redeliver)
        .get("/webhook-engine", webhook_engine)
        .put("/webhook-engine", set_webhook_engine)
        .post("/apps/{id}/test-webhook", test_webhook)
        .get("/requests", requests)
        .get("/requests/{id}", request)
        .get("/messages", messages)
        .get("/faults", faults)
        .post("/faults", add_fault)
        .delete("/faults", remove_faults)
        .delete("/faults/{id}", remove_fault)
        .get("/events", events::events)
}

async fn set_webhook(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_webhook(&body).await.map(Json)
}

async fn remove_webhook(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.remove_webhook())
}

async fn webhooks(State(shared): Shares, Query(query): Query<WebhookQuery>) -> Json<Value> {
    Json(Control { shared }.webhooks(&query))
}

async fn webhook(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.webhook(id).map(Json)
}

async fn redeliver(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.redeliver(id).map(Json)
}

async fn webhook_engine(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.webhook_engine())
}

async fn set_webhook_engine(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_webhook_engine(&body).map(Json)
}

async fn test_webhook(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.test_webhook(&id, &body))
}

async fn requests(State(shared): Shares, Query(query): Query<RequestQuery>) -> Json<Value> {
    Json(Control { shared }.requests(&query))
}

async fn request(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.request(id).map(Json)
}

async fn messages(State(shared): Shares, Query(query): Query<MessageQuery>) -> Json<Value> {
    Json(Control { shared }.messages(&query))
}

async fn faults(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.faults())
}

async fn add_fault(State(shared): Shares, Input(body): Input) -> Response {
    match serde_json::from_value::<Fault>(body) {
        Ok(fault) => created(Control { shared }.add_fault(fault)),
        Err(error) => ControlError::invalid("", &error.to_string()).into_response(),
    }
}

async fn remove_faults(State(shared): Shares) -> Out {
    Control { shared }.remove_faults(None).map(Json)
}

async fn remove_fault(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.remove_faults(Some(id)).map(Json)
}
