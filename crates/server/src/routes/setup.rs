//! The first run: making the first admin.

use crate::{
    Shared,
    auth::session_cookie,
    extract::Json as JsonBody,
    problem::{
        Result,
        documented::{OnRead, OnSignIn},
    },
    routes::created,
    views::account::{Session, Setup, SetupState},
};
use app::SetUp;
use axum::{Json, extract::State, response::Response};
use http::header::SET_COOKIE;

/// Whether the first run is still to do
#[utoipa::path(get, path = "/v1/setup", operation_id = "setup.state", tag = "session", security(()),
    responses((status = 200, description = "Whether it is", body = SetupState), OnRead))]
pub(crate) async fn state(State(server): State<Shared>) -> Result<Json<SetupState>> {
    Ok(Json(SetupState { needed: server.app.setup_needed().await? }))
}

/// Create the first admin
///
/// Works once, with the token that the process printed at start; 409 afterwards. Signs in at once.
#[utoipa::path(post, path = "/v1/setup", operation_id = "setup.run", tag = "session", security(()),
    request_body = Setup, responses((status = 201, description = "The session", body = Session), OnSignIn))]
pub(crate) async fn run(State(server): State<Shared>, JsonBody(setup): JsonBody<Setup>) -> Result<Response> {
    let Setup { token, organization_name, name, email, password } = setup;
    let session = server.app.setup(SetUp { token, organization_name, name, email, password }).await?;
    let cookie = session_cookie(&session, &server);
    Ok(created(([(SET_COOKIE, cookie)], Json(Session::from(session.signed_in)))))
}
