//! Our sending numbers.

use crate::{
    auth::{Admin, Signed},
    extract::{Id, Json as JsonBody, Query},
    problem::{
        Result,
        documented::{OnCreate, OnFind, OnList},
    },
    routes::{PageQuery, created},
    views::phone_number::{NewPhoneNumberIn, PhoneNumberOut, PhoneNumberPage},
};
use app::NewPhoneNumber;
use axum::{Json, response::Response};
use model::id::PhoneNumberId;

/// List phone numbers
#[utoipa::path(get, path = "/v1/phone-numbers", operation_id = "phone_numbers.list", tag = "phone-numbers",
    params(PageQuery), responses((status = 200, description = "A page of phone numbers", body = PhoneNumberPage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<PageQuery>) -> Result<Json<PhoneNumberPage>> {
    let page = signed.app().phone_numbers(signed.organization(), query.request()?).await?;
    Ok(PhoneNumberPage::of(page, PhoneNumberOut::from))
}

/// Connect a phone number
///
/// For admins. Afterwards register `/webhooks/whatsapp` with the verify token at Meta. 409 when it is connected already.
#[utoipa::path(post, path = "/v1/phone-numbers", operation_id = "phone_numbers.connect", tag = "phone-numbers",
    request_body = NewPhoneNumberIn, responses((status = 201, description = "The phone number", body = PhoneNumberOut), OnCreate))]
pub(crate) async fn connect(
    Admin(admin): Admin,
    JsonBody(new): JsonBody<NewPhoneNumberIn>,
) -> Result<Response> {
    let new = NewPhoneNumber {
        phone_number_id: new.phone_number_id,
        waba_id: new.waba_id,
        display_phone_number: new.display_phone_number,
        verified_name: new.verified_name,
        access_token: new.access_token,
        app_id: new.app_id,
        app_secret: new.app_secret,
        verify_token: new.verify_token,
    };
    let number = admin.app().connect_phone_number(&admin.caller, new).await?;
    Ok(created(Json(PhoneNumberOut::from(number))))
}

/// One phone number
#[utoipa::path(get, path = "/v1/phone-numbers/{id}", operation_id = "phone_numbers.get", tag = "phone-numbers",
    params(("id" = String, Path, description = "`pho_…`")),
    responses((status = 200, description = "The phone number", body = PhoneNumberOut), OnFind))]
pub(crate) async fn get(signed: Signed, Id(id): Id<PhoneNumberId>) -> Result<Json<PhoneNumberOut>> {
    let number = signed.app().phone_number(signed.organization(), id).await?;
    Ok(Json(number.into()))
}
