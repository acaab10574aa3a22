//! Templates, and who reviews them.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use super::{Input, Out, Routes, Shares};
use crate::control::Control;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/templates", templates)
        .put("/templates", put_template)
        .post("/templates/{id}/{action}", act_on_template)
        .get("/reviewer", reviewer)
        .put("/reviewer", put_reviewer)
}

async fn templates(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.templates())
}

async fn put_template(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_template(&body).map(Json)
}

async fn act_on_template(
    State(shared): Shares,
    Path((id, action)): Path<(String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.act_on_template(&id, &action, &body).map(Json)
}

async fn reviewer(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.reviewer())
}

async fn put_reviewer(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_reviewer(&body).map(Json)
}
