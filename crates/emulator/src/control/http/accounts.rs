//! Portfolios, accounts, apps and tokens.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::{Input, Out, Routes, Shares, created};
use crate::control::{Control, MoneyQuery};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .put("/businesses", put_business)
        .put("/wabas", put_waba)
        .get("/wabas/{id}", waba)
        .patch("/wabas/{id}", change_waba)
        .post("/wabas/{id}/enforce", enforce)
        .put("/apps", put_app)
        .put("/tokens", put_token)
        .post("/signup", signup)
        .get("/money", money)
}

async fn put_business(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_business(&body).map(Json)
}

async fn put_waba(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_waba(&body).map(Json)
}

async fn waba(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.waba(&id).map(Json)
}

async fn change_waba(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_waba(&id, &body).map(Json)
}

async fn enforce(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.enforce(&id, &body).map(Json)
}

async fn put_app(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_app(&body).map(Json)
}

async fn put_token(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_token(&body).map(Json)
}

async fn signup(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.signup(&body))
}

async fn money(State(shared): Shares, Query(query): Query<MoneyQuery>) -> Out {
    Control { shared }.money(&query).map(Json)
}
