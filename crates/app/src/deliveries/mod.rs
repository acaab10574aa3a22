//! Webhook deliveries, for people who want to know what Meta really said.

use crate::{App, Caller, Error, Result, events::tell};
use model::{
    delivery::{Delivery, DeliveryState},
    event::{EventKind, Subject},
    id::{DeliveryId, OrganizationId},
    page::{Page, PageRequest},
};
use store::{Lane, deliveries};

impl App {
    /// Deliveries, newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn deliveries(
        &self,
        org: OrganizationId,
        state: Option<DeliveryState>,
        page: PageRequest,
    ) -> Result<Page<Delivery>> {
        self.read(move |r| Ok(deliveries::list(r, org, state, &page)?)).await
    }

    /// One delivery with its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delivery(&self, org: OrganizationId, id: DeliveryId) -> Result<(Delivery, Vec<u8>)> {
        self.read(move |r| deliveries::get(r, org, id)?.ok_or(Error::NotFound)).await
    }

    /// Has a delivery handled again; what it brought before stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn replay_delivery(&self, caller: &Caller, id: DeliveryId) -> Result<()> {
        let (org, cause, now) = (caller.organization, caller.cause(), self.now());
        let replayed = self.write(Lane::id(id.0), move |w| {
            if !deliveries::replay(w, org, id, now)? {
                return Err(Error::NotFound);
            }
            let subject = Subject { delivery: Some(id), ..Subject::default() };
            tell(w, org, EventKind::DeliveryUpdated, subject, cause, now)
        });
        replayed.await?;
        self.inner.wake.inbound();
        self.inner.wake.events();
        Ok(())
    }
}
