//! Signing in and out.

use crate::{
    Shared,
    auth::{OwnSession, no_cookie, session_cookie},
    extract::Json as JsonBody,
    problem::{
        Kind, Problem, Result,
        documented::{OnChange, OnRead, OnSignIn},
    },
    views::account::{Credentials, Session},
};
use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::Extensions,
    response::IntoResponse,
};
use http::{StatusCode, header::SET_COOKIE};
use std::net::SocketAddr;

/// The longest e-mail address there is, in characters (RFC 5321).
const EMAIL_MAX: usize = 254;

/// Who is signed in
#[utoipa::path(get, path = "/v1/session", operation_id = "session.get", tag = "session", security(("session" = [])),
    responses((status = 200, description = "The session", body = Session), OnRead))]
pub(crate) async fn get(own: OwnSession) -> Json<Session> {
    Json(own.signed_in.into())
}

/// Sign in
///
/// After five failures for one address from one place, tries have to wait: 429 with `Retry-After`.
#[utoipa::path(post, path = "/v1/session", operation_id = "session.create", tag = "session", security(()),
    request_body = Credentials, responses((status = 200, description = "The session", body = Session), OnSignIn))]
pub(crate) async fn create(
    State(server): State<Shared>,
    extensions: Extensions,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Result<impl IntoResponse> {
    let Credentials { email, password } = credentials;
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if email.chars().count() > EMAIL_MAX {
        let detail = format!("an e-mail address has at most {EMAIL_MAX} characters");
        let problem = Problem::invalid("email", detail).with_limit(EMAIL_MAX as u64);
        return Err(problem.with_status(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let who = server.throttle.who(&email, peer);
    server.throttle.admit(who, server.app.now()).map_err(wait)?;
    match server.app.sign_in(&email, &password).await {
        Ok(session) => {
            server.throttle.succeeded(who);
            let cookie = session_cookie(&session, &server);
            Ok(([(SET_COOKIE, cookie)], Json(Session::from(session.signed_in))))
        }
        Err(app::Error::Unauthenticated) => {
            Err(Problem::new(Kind::Unauthenticated, "e-mail address or password is wrong"))
        }
        Err(error) => {
            server.throttle.undecided(who);
            Err(error.into())
        }
    }
}

fn wait(seconds: u64) -> Problem {
    let detail = format!("too many failed tries; wait {seconds} s");
    Problem::new(Kind::Throttled, detail).with_retry_after(seconds)
}

/// Sign out
#[utoipa::path(delete, path = "/v1/session", operation_id = "session.delete", tag = "session",
    security(("session" = [])), responses((status = 204, description = "Signed out"), OnChange))]
pub(crate) async fn delete(State(server): State<Shared>, own: OwnSession) -> Result<impl IntoResponse> {
    server.app.sign_out(&own.token).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, no_cookie(&server))]))
}
