//! Phone numbers: their standing, the app beside them, and who answers on them.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{Input, Out, Routes, Shares, created};
use crate::control::Control;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .put("/phone-numbers", put_phone_number)
        .get("/phone-numbers/{id}", phone_number)
        .patch("/phone-numbers/{id}", change_phone_number)
        .post("/phone-numbers/{id}/review", review_number)
        .post("/phone-numbers/{id}/throughput", upgrade_throughput)
        .post("/phone-numbers/{id}/pin-reset", reset_pin)
        .post("/phone-numbers/{id}/app-messages", write_in_app)
        .post("/phone-numbers/{id}/app-messages/{wamid}/{action}", rewrite_in_app)
        .post("/phone-numbers/{id}/contacts", change_phone_book)
        .get("/phone-numbers/{id}/routing", routing)
        .put("/phone-numbers/{id}/routing", set_routing)
        .delete("/phone-numbers/{id}/routing", remove_routing)
}

async fn put_phone_number(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_phone_number(&body).map(Json)
}

async fn phone_number(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.phone_number(&id).map(Json)
}

async fn change_phone_number(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_phone_number(&id, &body).map(Json)
}

async fn review_number(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.review_number(&id, &body).map(Json)
}

async fn upgrade_throughput(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.upgrade_throughput(&id, &body).map(Json)
}

async fn reset_pin(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.reset_pin(&id, &body).map(Json)
}

async fn write_in_app(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.write_in_app(&id, &body))
}

async fn rewrite_in_app(
    State(shared): Shares,
    Path((id, wamid, action)): Path<(String, String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.rewrite_in_app(&id, &wamid, &action, &body).map(Json)
}

async fn change_phone_book(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_phone_book(&id, &body).map(Json)
}

async fn routing(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.routing(&id).map(Json)
}

async fn set_routing(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.set_routing(&id, &body).map(Json)
}

async fn remove_routing(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.remove_routing(&id).map(Json)
}
