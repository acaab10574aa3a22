//! People on the other side.

use crate::{
    auth::Signed,
    extract::{Id, Json as JsonBody, Query},
    page,
    problem::{
        Result,
        documented::{OnChange, OnCreate, OnFind, OnList},
    },
    routes::created,
    views::contact::{ContactOut, ContactPage, ContactPatch, NewContactIn},
};
use app::NewContact;
use axum::{Json, response::Response};
use model::id::ContactId;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those whose name or identity contains this text.
    q: Option<String>,
    /// Rows wanted, 1 to 200; 50 without it.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List contacts
#[utoipa::path(get, path = "/v1/contacts", operation_id = "contacts.list", tag = "contacts", params(ListQuery),
    responses((status = 200, description = "A page of contacts", body = ContactPage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<ListQuery>) -> Result<Json<ContactPage>> {
    let request = page::request::<ContactId>(query.limit.as_deref(), "after", query.after)?;
    let page = signed.app().contacts(signed.organization(), page::search(query.q), request).await?;
    Ok(ContactPage::of(page, ContactOut::from))
}

/// Add a contact
#[utoipa::path(post, path = "/v1/contacts", operation_id = "contacts.create", tag = "contacts",
    request_body = NewContactIn, responses((status = 201, description = "The contact", body = ContactOut), OnCreate))]
pub(crate) async fn create(signed: Signed, JsonBody(new): JsonBody<NewContactIn>) -> Result<Response> {
    let NewContactIn { name, phone, bsuid } = new;
    let contact = signed.app().create_contact(&signed.caller, NewContact { name, phone, bsuid }).await?;
    Ok(created(Json(ContactOut::from(contact))))
}

/// One contact
#[utoipa::path(get, path = "/v1/contacts/{id}", operation_id = "contacts.get", tag = "contacts",
    params(("id" = String, Path, description = "`con_…`")),
    responses((status = 200, description = "The contact", body = ContactOut), OnFind))]
pub(crate) async fn get(signed: Signed, Id(id): Id<ContactId>) -> Result<Json<ContactOut>> {
    let contact = signed.app().contact(signed.organization(), id).await?;
    Ok(Json(contact.into()))
}

/// Rename a contact
#[utoipa::path(patch, path = "/v1/contacts/{id}", operation_id = "contacts.update", tag = "contacts",
    params(("id" = String, Path, description = "`con_…`")), request_body = ContactPatch,
    responses((status = 200, description = "The contact", body = ContactOut), OnChange))]
pub(crate) async fn update(
    signed: Signed,
    Id(id): Id<ContactId>,
    JsonBody(patch): JsonBody<ContactPatch>,
) -> Result<Json<ContactOut>> {
    let contact = signed.app().rename_contact(&signed.caller, id, &patch.name).await?;
    Ok(Json(contact.into()))
}
