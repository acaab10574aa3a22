//! Handlers, one file per resource. Each translates, and calls the product once.

pub(crate) mod api_keys;
pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod deliveries;
pub(crate) mod events;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod phone_numbers;
pub(crate) mod rules;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod templates;
pub(crate) mod users;
pub(crate) mod webhook;

use crate::{page, problem::Result};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use model::page::PageRequest;
use serde::Deserialize;
use std::str::FromStr;
use utoipa::IntoParams;

/// Made: 201.
pub(crate) fn created(body: impl IntoResponse) -> Response {
    (StatusCode::CREATED, body).into_response()
}

/// Taken, and done soon: 202.
pub(crate) fn accepted(body: impl IntoResponse) -> Response {
    (StatusCode::ACCEPTED, body).into_response()
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Rows wanted, 1 to 200; 50 without it.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

impl PageQuery {
    /// Of a list of things with ids `I`.
    pub(crate) fn request<I: FromStr>(self) -> Result<PageRequest> {
        page::request::<I>(self.limit.as_deref(), "after", self.after)
    }
}
