//! Programs' keys.

use crate::{
    auth::Admin,
    extract::{Id, Json as JsonBody, Query},
    problem::{
        Result,
        documented::{OnChange, OnCreate, OnList},
    },
    routes::{PageQuery, created},
    views::account::{ApiKeyName, ApiKeyOut, ApiKeyPage, NewApiKey},
};
use axum::{Json, response::Response};
use http::StatusCode;
use model::id::ApiKeyId;

/// List API keys
///
/// For admins.
#[utoipa::path(get, path = "/v1/api-keys", operation_id = "api_keys.list", tag = "api-keys", params(PageQuery),
    responses((status = 200, description = "A page of keys", body = ApiKeyPage), OnList))]
pub(crate) async fn list(Admin(admin): Admin, Query(query): Query<PageQuery>) -> Result<Json<ApiKeyPage>> {
    let page = admin.app().api_keys(admin.organization(), query.request::<ApiKeyId>()?).await?;
    Ok(ApiKeyPage::of(page, ApiKeyOut::from))
}

/// Create an API key
///
/// For admins. The key is shown this once; it may do everything in the organization.
#[utoipa::path(post, path = "/v1/api-keys", operation_id = "api_keys.create", tag = "api-keys",
    request_body = ApiKeyName, responses((status = 201, description = "The key, this once", body = NewApiKey), OnCreate))]
pub(crate) async fn create(Admin(admin): Admin, JsonBody(new): JsonBody<ApiKeyName>) -> Result<Response> {
    let (made, key) = admin.app().create_api_key(&admin.caller, &new.name).await?;
    Ok(created(Json(NewApiKey::new(made, key))))
}

/// Revoke an API key
///
/// For admins. It stops working at once.
#[utoipa::path(delete, path = "/v1/api-keys/{id}", operation_id = "api_keys.revoke", tag = "api-keys",
    params(("id" = String, Path, description = "`key_…`")),
    responses((status = 204, description = "Revoked"), OnChange))]
pub(crate) async fn revoke(Admin(admin): Admin, Id(id): Id<ApiKeyId>) -> Result<StatusCode> {
    admin.app().revoke_api_key(&admin.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
