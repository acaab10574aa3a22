//! Message templates, read from Meta.

mod translate;

use crate::{App, Caller, Error, Result, events::tell, jobs, meta::Family};
use model::{
    cause::Cause,
    event::{EventKind, Subject},
    id::{OrganizationId, PhoneNumberId},
    page::{Page, PageRequest},
    template::Template,
};
use store::{Lane, phone_numbers, templates};

/// Templates asked for at once, as many as Meta gives.
const PAGE: u32 = 100;
/// Calls that reading them takes, mostly: accounts of more than two hundred take more.
const CALLS: u32 = 2;

impl App {
    /// Templates of a number's WABA, or of all.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a number.
    pub async fn templates(
        &self,
        org: OrganizationId,
        number: Option<PhoneNumberId>,
        page: PageRequest,
    ) -> Result<Page<Template>> {
        let read = self.read(move |r| {
            let number =
                number.map(|id| phone_numbers::get(r, org, id)?.ok_or(Error::NotFound)).transpose()?;
            Ok(templates::list(r, org, number.as_ref().map(|n| n.waba_id.as_str()), &page)?)
        });
        read.await
    }

    /// Has the templates of a number's WABA read from Meta soon.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a number.
    pub async fn sync_templates(&self, caller: &Caller, number: PhoneNumberId) -> Result<()> {
        let (org, now, job) = (caller.organization, self.now(), self.inner.ids.next());
        let enqueued = self.write(Lane::id(number.0), move |w| {
            phone_numbers::get(w, org, number)?.ok_or(Error::NotFound)?;
            jobs::sync_templates(w, org, number, job, now)
        });
        enqueued.await?;
        self.inner.wake.jobs();
        Ok(())
    }

    /// Reads them: every page first, then all rows at once.
    pub(crate) async fn read_templates(
        &self,
        org: OrganizationId,
        number: PhoneNumberId,
    ) -> std::result::Result<(), jobs::Failure> {
        let credentials = self.read(move |r| Ok(phone_numbers::credentials(r, org, number)?)).await?;
        let credentials = credentials.ok_or(Error::NotFound)?;
        let client =
            self.inner.meta.paced(&credentials, Family::Management, CALLS).map_err(jobs::Failure::TooSoon)?;
        let all = client.templates(&credentials.waba_id, &translate::every());
        let found = all.limit(PAGE).all().await?;
        let now = self.now();
        let rows: Vec<Template> = found
            .into_iter()
            .map(|info| translate::template(info, &credentials.waba_id, self.inner.ids.next(), now))
            .collect();
        let written: Result<()> = self
            .write(Lane::id(number.0), move |w| {
                rows.iter().try_for_each(|template| templates::upsert(w, org, template))?;
                templates::forget_older(w, org, &credentials.waba_id, now)?;
                let subject = Subject { phone_number: Some(number), ..Subject::default() };
                tell(w, org, EventKind::TemplateUpdated, subject, Cause::System, now)
            })
            .await;
        written?;
        self.inner.wake.events();
        Ok(())
    }
}
