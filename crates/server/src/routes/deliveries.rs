//! Webhook deliveries, kept raw.

use crate::{
    auth::{Admin, Signed},
    extract::{Id, Query},
    page,
    problem::{
        Result,
        documented::{OnChange, OnFind, OnList},
    },
    views::delivery::{DeliveryOut, DeliveryPage, DeliveryState},
};
use axum::Json;
use http::StatusCode;
use model::{delivery::DeliveryState as ModelState, id::DeliveryId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those in this state.
    #[param(value_type = Option<DeliveryState>)]
    state: Option<String>,
    /// Rows wanted, 1 to 200; 50 without it.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List webhook deliveries
///
/// Newest first.
#[utoipa::path(get, path = "/v1/deliveries", operation_id = "deliveries.list", tag = "deliveries", params(ListQuery),
    responses((status = 200, description = "A page of deliveries", body = DeliveryPage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<ListQuery>) -> Result<Json<DeliveryPage>> {
    let state = page::word("state", query.state.as_deref(), ModelState::parse)?;
    let request = page::request::<DeliveryId>(query.limit.as_deref(), "after", query.after)?;
    let page = signed.app().deliveries(signed.organization(), state, request).await?;
    Ok(DeliveryPage::of(page, DeliveryOut::from))
}

/// One delivery with its raw body
#[utoipa::path(get, path = "/v1/deliveries/{id}", operation_id = "deliveries.get", tag = "deliveries",
    params(("id" = String, Path, description = "`del_…`")),
    responses((status = 200, description = "The delivery", body = DeliveryOut), OnFind))]
pub(crate) async fn get(signed: Signed, Id(id): Id<DeliveryId>) -> Result<Json<DeliveryOut>> {
    let found = signed.app().delivery(signed.organization(), id).await?;
    Ok(Json(DeliveryOut::with_body(found)))
}

/// Process a delivery again
///
/// For admins. Harmless: what it brought already stays as it is.
#[utoipa::path(post, path = "/v1/deliveries/{id}/replay", operation_id = "deliveries.replay", tag = "deliveries",
    params(("id" = String, Path, description = "`del_…`")),
    responses((status = 202, description = "Taken"), OnChange))]
pub(crate) async fn replay(Admin(admin): Admin, Id(id): Id<DeliveryId>) -> Result<StatusCode> {
    admin.app().replay_delivery(&admin.caller, id).await?;
    Ok(StatusCode::ACCEPTED)
}
