//! Message templates, as Meta approved them.

use crate::{
    auth::Signed,
    extract::{Json as JsonBody, Query},
    page,
    problem::{
        Problem, Result,
        documented::{OnChange, OnList},
    },
    views::template::{TemplateOut, TemplatePage, TemplateSync},
};
use axum::Json;
use http::StatusCode;
use model::id::{PhoneNumberId, TemplateId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which templates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those that may be sent from this number, `pho_…`.
    phone_number: Option<String>,
    /// Rows wanted, 1 to 200; 50 without it.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// List templates
#[utoipa::path(get, path = "/v1/templates", operation_id = "templates.list", tag = "templates", params(ListQuery),
    responses((status = 200, description = "A page of templates", body = TemplatePage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<ListQuery>) -> Result<Json<TemplatePage>> {
    let number = page::parsed("phone_number", query.phone_number.as_deref())?;
    let request = page::request::<TemplateId>(query.limit.as_deref(), "after", query.after)?;
    let page = signed.app().templates(signed.organization(), number, request).await?;
    Ok(TemplatePage::of(page, TemplateOut::from))
}

/// Read templates from Meta again
///
/// Done soon; `template.updated` tells when.
#[utoipa::path(post, path = "/v1/templates/sync", operation_id = "templates.sync", tag = "templates",
    request_body = TemplateSync, responses((status = 202, description = "Taken"), OnChange))]
pub(crate) async fn sync(signed: Signed, JsonBody(body): JsonBody<TemplateSync>) -> Result<StatusCode> {
    let wrong = |_| Problem::invalid("phone_number", "expected our phone number's id, pho_…");
    let number: PhoneNumberId = body.phone_number.parse().map_err(wrong)?;
    signed.app().sync_templates(&signed.caller, number).await?;
    Ok(StatusCode::ACCEPTED)
}
