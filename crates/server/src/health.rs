//! Whether the process lives, and whether it can work.

use crate::{Shared, problem::Result};
use axum::extract::State;
use std::sync::atomic::Ordering;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too, and the process isn't stopping; 503 otherwise.
pub(crate) async fn ready(State(server): State<Shared>) -> Result<&'static str> {
    if *server.stopping.borrow() || server.leaving.load(Ordering::Relaxed) {
        return Err(app::Error::Unavailable("stopping".into()).into());
    }
    server.app.ready().await?;
    Ok("ready\n")
}
