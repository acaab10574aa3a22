//! Auto-reply rules.

use crate::{
    auth::{Admin, Signed},
    extract::{Id, Json as JsonBody, Query},
    problem::{
        Result,
        documented::{OnChange, OnCreate, OnList},
    },
    routes::{PageQuery, created},
    views::{
        content::Content,
        rule::{NewRule, RuleOut, RulePage, RulePatchIn},
    },
};
use app::{RuleDraft, RulePatch};
use axum::{Json, response::Response};
use http::StatusCode;
use model::id::RuleId;

/// List rules
///
/// In the order in which they are asked: the first that matches answers.
#[utoipa::path(get, path = "/v1/rules", operation_id = "rules.list", tag = "rules", params(PageQuery),
    responses((status = 200, description = "A page of rules", body = RulePage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<PageQuery>) -> Result<Json<RulePage>> {
    let page = signed.app().rules(signed.organization(), query.request::<RuleId>()?).await?;
    Ok(RulePage::of(page, RuleOut::from))
}

/// Create a rule
///
/// For admins. Up to 50 keywords of up to 100 characters; the reply obeys the Cloud API's limits.
#[utoipa::path(post, path = "/v1/rules", operation_id = "rules.create", tag = "rules", request_body = NewRule,
    responses((status = 201, description = "The rule", body = RuleOut), OnCreate))]
pub(crate) async fn create(Admin(admin): Admin, JsonBody(new): JsonBody<NewRule>) -> Result<Response> {
    let draft = RuleDraft {
        name: new.name,
        enabled: new.enabled,
        keywords: new.keywords,
        matching: new.r#match.into(),
        reply: new.reply.into_value(),
    };
    let rule = admin.app().create_rule(&admin.caller, draft).await?;
    Ok(created(Json(RuleOut::from(rule))))
}

/// Change a rule
///
/// For admins.
#[utoipa::path(patch, path = "/v1/rules/{id}", operation_id = "rules.update", tag = "rules",
    params(("id" = String, Path, description = "`rul_…`")), request_body = RulePatchIn,
    responses((status = 200, description = "The rule", body = RuleOut), OnChange))]
pub(crate) async fn update(
    Admin(admin): Admin,
    Id(id): Id<RuleId>,
    JsonBody(patch): JsonBody<RulePatchIn>,
) -> Result<Json<RuleOut>> {
    let patch = RulePatch {
        name: patch.name,
        enabled: patch.enabled,
        keywords: patch.keywords,
        matching: patch.r#match.map(Into::into),
        reply: patch.reply.map(Content::into_value),
    };
    let rule = admin.app().update_rule(&admin.caller, id, patch).await?;
    Ok(Json(rule.into()))
}

/// Delete a rule
///
/// For admins.
#[utoipa::path(delete, path = "/v1/rules/{id}", operation_id = "rules.delete", tag = "rules",
    params(("id" = String, Path, description = "`rul_…`")),
    responses((status = 204, description = "Deleted"), OnChange))]
pub(crate) async fn delete(Admin(admin): Admin, Id(id): Id<RuleId>) -> Result<StatusCode> {
    admin.app().delete_rule(&admin.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
