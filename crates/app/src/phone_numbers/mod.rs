//! Our sending numbers: connecting and listing them, and knowing their limits.

mod translate;

use crate::{App, Caller, Error, Result, error::text, events::tell, jobs, meta::Family};
use jiff::SignedDuration;
use model::{
    cause::Cause,
    event::{EventKind, Subject},
    id::{MetaAppId, OrganizationId, PhoneNumberId},
    pacing::STANDARD_PER_SECOND,
    page::{Page, PageRequest},
    phone_number::{LaneState, PhoneNumber},
};
use store::{
    Lane,
    phone_numbers::{self, MetaApp},
};

/// Numbers read again in one go of the scheduler.
const READ_AT_ONCE: usize = 100;
/// Calls that reading one takes: the number and its account.
const CALLS: u32 = 2;

/// A number to be connected, with what Meta's app dashboard shows for it.
#[derive(Clone)]
pub struct NewPhoneNumber {
    /// Meta's id of the number, a numeric string.
    pub phone_number_id: String,
    /// Meta's id of the WhatsApp Business Account, a numeric string.
    pub waba_id: String,
    /// As people read it.
    pub display_phone_number: String,
    /// The name that contacts see.
    pub verified_name: String,
    /// A token that may send over it.
    pub access_token: String,
    /// Meta's id of the app, a numeric string.
    pub app_id: String,
    /// The app's secret: signs webhooks and proves calls.
    pub app_secret: String,
    /// What Meta must show when it asks for our webhook.
    pub verify_token: String,
}

impl App {
    /// Connects a number; for administrators. Its templates are read from Meta soon after.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the number is connected already, [`Error::Invalid`] with the wrong field.
    pub async fn connect_phone_number(&self, caller: &Caller, new: NewPhoneNumber) -> Result<PhoneNumber> {
        caller.require_admin()?;
        let org = caller.organization;
        let now = self.now();
        let app = MetaApp {
            id: MetaAppId(self.inner.ids.next()),
            organization_id: org,
            app_id: meta_id("app_id", &new.app_id)?,
            app_secret: text("app_secret", &new.app_secret, 500)?.to_owned(),
            verify_token: text("verify_token", &new.verify_token, 500)?.to_owned(),
        };
        let mut number = PhoneNumber {
            id: PhoneNumberId(self.inner.ids.next()),
            organization_id: org,
            meta_app_id: app.id,
            phone_number_id: meta_id("phone_number_id", &new.phone_number_id)?,
            waba_id: meta_id("waba_id", &new.waba_id)?,
            display_phone_number: text("display_phone_number", &new.display_phone_number, 40)?.to_owned(),
            verified_name: text("verified_name", &new.verified_name, 200)?.to_owned(),
            throughput: STANDARD_PER_SECOND,
            portfolio: None,
            lane: LaneState::Active,
            created_at: now,
        };
        let token = text("access_token", &new.access_token, 1000)?.to_owned();
        let (cause, jobs) = (caller.cause(), [self.inner.ids.next(), self.inner.ids.next()]);
        let connected = self.write(Lane::Any, move |w| {
            for known in phone_numbers::connections(w, &app.app_id)? {
                consistent(&known, &app)?;
            }
            number.meta_app_id = phone_numbers::upsert_app(w, &app, now)?;
            phone_numbers::insert(w, &number, &token)?;
            jobs::sync_templates(w, org, number.id, jobs[0], now)?;
            jobs::read_number(w, org, number.id, jobs[1], now)?;
            let subject = Subject { phone_number: Some(number.id), ..Subject::default() };
            tell(w, org, EventKind::PhoneNumberUpdated, subject, cause, now)?;
            Ok(number.clone())
        });
        let connected = match connected.await {
            Err(Error::Conflict(_)) => Err(Error::Conflict("this phone number is connected already".into())),
            other => other,
        }?;
        self.inner.apps.forget().await;
        self.inner.wake.all();
        Ok(connected)
    }

    /// Reads a number's limits from Meta.
    pub(crate) async fn read_number(
        &self,
        org: OrganizationId,
        number: PhoneNumberId,
    ) -> std::result::Result<(), jobs::Failure> {
        let credentials = self.read(move |r| Ok(phone_numbers::credentials(r, org, number)?)).await?;
        let credentials = credentials.ok_or(Error::NotFound)?;
        let client =
            self.inner.meta.paced(&credentials, Family::Management, CALLS).map_err(jobs::Failure::TooSoon)?;
        let info = client.phone_number_with(&credentials.phone_number_id, translate::NUMBER_FIELDS).await?;
        // Who owns the account may be hidden from this token; the number's own limits are not.
        let waba = client.waba(&credentials.waba_id, translate::WABA_FIELDS).await;
        if let Err(error) = &waba
            && crate::outbound::translate::asked_to_wait(error).is_some()
        {
            return waba.map(drop).map_err(Into::into);
        }
        let waba = waba
            .inspect_err(|error| tracing::info!(phone_number.id = %number, %error, "account not read"))
            .ok();
        let (facts, now) = (translate::facts(&info, waba.as_ref(), &credentials.waba_id), self.now());
        let written: Result<()> = self
            .write(Lane::id(number.0), move |w| {
                if !phone_numbers::set_facts(w, org, number, &facts, now)? {
                    return Ok(());
                }
                let subject = Subject { phone_number: Some(number), ..Subject::default() };
                tell(w, org, EventKind::PhoneNumberUpdated, subject, Cause::System, now)
            })
            .await;
        written?;
        self.inner.wake.all();
        Ok(())
    }

    /// Has every number read again that nobody asked Meta about for a day: webhooks may have been missed.
    pub(crate) async fn read_numbers_again(&self) -> Result<()> {
        let (now, ids) = (self.now(), self.inner.ids.clone());
        let before = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(model::Timestamp::MIN);
        let enqueued = self.write(Lane::Any, move |w| {
            for (org, number) in phone_numbers::unread_since(w, before, READ_AT_ONCE)? {
                jobs::read_number(w, org, number, ids.next(), now)?;
            }
            Ok(())
        });
        enqueued.await?;
        self.inner.wake.jobs();
        Ok(())
    }

    /// The numbers of an organization, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn phone_numbers(&self, org: OrganizationId, page: PageRequest) -> Result<Page<PhoneNumber>> {
        self.read(move |r| Ok(phone_numbers::list(r, org, &page)?)).await
    }

    /// The number that Meta calls `phone_number_id`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn phone_number_by_meta_id(
        &self,
        org: OrganizationId,
        phone_number_id: &str,
    ) -> Result<PhoneNumber> {
        let id = phone_number_id.to_owned();
        self.read(move |r| phone_numbers::get_by_meta_id(r, org, &id)?.ok_or(Error::NotFound)).await
    }

    /// One number.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn phone_number(&self, org: OrganizationId, id: PhoneNumberId) -> Result<PhoneNumber> {
        self.read(move |r| phone_numbers::get(r, org, id)?.ok_or(Error::NotFound)).await
    }
}

/// An app's secret signs all its webhooks, so it can neither belong to two organizations nor change by the way: a
/// mistyped one would silence the numbers that are connected already.
fn consistent(known: &MetaApp, new: &MetaApp) -> Result<()> {
    let same_secret = known.app_secret == new.app_secret;
    match known.organization_id == new.organization_id {
        true if !same_secret => Err(Error::invalid(
            "app_secret",
            "is not the one with which this app's other numbers are connected",
        )),
        false if same_secret => Err(Error::Conflict("this app is connected in another organization".into())),
        _ => Ok(()),
    }
}

/// Meta's ids are numeric strings that may exceed 64 bits' comfort zone in other languages, so they stay text.
fn meta_id(field: &str, id: &str) -> Result<String> {
    let id = id.trim();
    if id.is_empty() || id.len() > 32 || !id.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid(field, "is Meta's id, 1 to 32 digits"));
    }
    Ok(id.to_owned())
}
