//! People who sign in.

use crate::{
    auth::{Admin, Signed},
    extract::{Json as JsonBody, Query},
    problem::{
        Result,
        documented::{OnCreate, OnList},
    },
    routes::{PageQuery, created},
    views::account::{NewUser, UserOut, UserPage},
};
use axum::{Json, response::Response};
use model::id::UserId;

/// List users
#[utoipa::path(get, path = "/v1/users", operation_id = "users.list", tag = "users", params(PageQuery),
    responses((status = 200, description = "A page of users", body = UserPage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<PageQuery>) -> Result<Json<UserPage>> {
    let page = signed.app().users(signed.organization(), query.request::<UserId>()?).await?;
    Ok(UserPage::of(page, UserOut::from))
}

/// Add a user
///
/// For admins. A password has 10 characters or more.
#[utoipa::path(post, path = "/v1/users", operation_id = "users.create", tag = "users", request_body = NewUser,
    responses((status = 201, description = "The user", body = UserOut), OnCreate))]
pub(crate) async fn create(Admin(admin): Admin, JsonBody(new): JsonBody<NewUser>) -> Result<Response> {
    let NewUser { name, email, password, role } = new;
    let new = app::NewUser { name, email, password, role: role.into() };
    let user = admin.app().add_user(&admin.caller, new).await?;
    Ok(created(Json(UserOut::from(user))))
}
