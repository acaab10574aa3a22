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
use model::id::{IdError, PhoneNumberId};
use std::str::FromStr;

/// One of our phone numbers, by our id or by Meta's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NumberName {
    /// `pho_…`.
    Ours(PhoneNumberId),
    /// Digits: Meta's `phone_number_id`.
    Metas(String),
}

impl FromStr for NumberName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Metas(text.to_owned()));
        }
        text.parse().map(Self::Ours)
    }
}

/// List phone numbers
#[utoipa::path(get, path = "/v1/phone-numbers", operation_id = "phone_numbers.list", tag = "phone-numbers",
    params(PageQuery), responses((status = 200, description = "A page of phone numbers", body = PhoneNumberPage), OnList))]
pub(crate) async fn list(signed: Signed, Query(query): Query<PageQuery>) -> Result<Json<PhoneNumberPage>> {
    let page = signed.app().phone_numbers(signed.organization(), query.request::<PhoneNumberId>()?).await?;
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
    params(("id" = String, Path, description = "`pho_…`, or Meta's `phone_number_id`")),
    responses((status = 200, description = "The phone number", body = PhoneNumberOut), OnFind))]
pub(crate) async fn get(signed: Signed, Id(name): Id<NumberName>) -> Result<Json<PhoneNumberOut>> {
    let (app, organization) = (signed.app(), signed.organization());
    let number = match name {
        NumberName::Ours(id) => app.phone_number(organization, id).await?,
        NumberName::Metas(id) => app.phone_number_by_meta_id(organization, &id).await?,
    };
    Ok(Json(number.into()))
}
