//! Groups, as their people and WhatsApp see them.

use axum::Json;
use axum::extract::{Path, Query, State};

use super::{Input, OfNumber, Out, Routes, Shares};
use crate::control::{Control, GroupThreadQuery};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/groups", groups)
        .get("/groups/{id}", group)
        .patch("/groups/{id}", change_group)
        .get("/groups/{id}/thread", group_thread)
        .post("/customers/{id}/groups/{action}", act_in_group)
}

async fn groups(State(shared): Shares, Query(query): Query<OfNumber>) -> Out {
    Control { shared }.groups(query.phone_number_id.as_deref()).map(Json)
}

async fn group(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.group(&id).map(Json)
}

async fn change_group(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_group(&id, &body).map(Json)
}

async fn group_thread(
    State(shared): Shares,
    Path(id): Path<String>,
    Query(query): Query<GroupThreadQuery>,
) -> Out {
    Control { shared }.group_thread(&id, &query).map(Json)
}

async fn act_in_group(
    State(shared): Shares,
    Path((id, action)): Path<(String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.act_in_group(&id, &action, &body).map(Json)
}
