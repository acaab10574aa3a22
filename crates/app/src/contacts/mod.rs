//! Contacts, as people and programs see and change them.

mod translate;

use crate::{App, Caller, Error, Result, error::text, events::tell};
use model::{
    contact::{Contact, Identity, IdentityKind, Sighting},
    event::{EventKind, Subject},
    id::{ContactId, OrganizationId},
    page::{Page, PageRequest},
};
use store::{Lane, contacts};

/// A contact to be added: a phone number, a BSUID, or both.
#[derive(Debug, Clone, Default)]
pub struct NewContact {
    /// Up to 200 characters.
    pub name: Option<String>,
    /// In international form, in any way people write one.
    pub phone: Option<String>,
    /// `CC.xxxx` or `CC.ENT.xxxx`.
    pub bsuid: Option<String>,
}

/// The identities that an address names, checked for their form.
pub(crate) fn address(phone: Option<&str>, bsuid: Option<&str>) -> Result<Sighting> {
    let mut identities = Vec::new();
    if let Some(phone) = phone {
        let digits = translate::phone(phone);
        let digits =
            digits.ok_or_else(|| Error::invalid("to", "is not a phone number in international form"))?;
        identities.push(Identity::new(IdentityKind::Phone, digits));
    }
    if let Some(bsuid) = bsuid {
        let kind = translate::bsuid_kind(bsuid);
        let kind = kind.ok_or_else(|| Error::invalid("recipient", "is not a business-scoped user id"))?;
        identities.push(Identity::new(kind, bsuid));
    }
    if identities.is_empty() {
        return Err(Error::invalid("to", "a message needs `to`, a phone number, or `recipient`, a BSUID"));
    }
    Ok(Sighting { identities, ..Sighting::default() })
}

impl App {
    /// Contacts, newest first, whose name or identity contains `search`.
    ///
    /// # Errors
    /// The database's.
    pub async fn contacts(
        &self,
        org: OrganizationId,
        search: Option<String>,
        page: PageRequest,
    ) -> Result<Page<Contact>> {
        self.read(move |r| Ok(contacts::list(r, org, search.as_deref(), &page)?)).await
    }

    /// One contact.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn contact(&self, org: OrganizationId, id: ContactId) -> Result<Contact> {
        self.read(move |r| contacts::get(r, org, id)?.ok_or(Error::NotFound)).await
    }

    /// Adds a contact.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody is known by one of the identities, [`Error::Invalid`] with the wrong field.
    pub async fn create_contact(&self, caller: &Caller, new: NewContact) -> Result<Contact> {
        let sighting = address(new.phone.as_deref(), new.bsuid.as_deref()).map_err(rename_fields)?;
        let name = new.name.as_deref().map(|name| text("name", name, 200)).transpose()?.map(str::to_owned);
        let lane = Lane::contact(sighting.lane_key().unwrap_or_default());
        let (org, cause, now) = (caller.organization, caller.cause(), self.now());
        let id = ContactId(self.inner.ids.next());
        let made = self.write(lane, move |w| {
            for identity in &sighting.identities {
                if contacts::by_identity(w, org, identity)?.is_some() {
                    return Err(Error::Conflict(format!(
                        "a contact with this {} exists",
                        identity.kind.as_str()
                    )));
                }
            }
            let named_by = if name.is_some() { "agent" } else { "profile" };
            let mut contact =
                contacts::insert(w, org, id, name.as_deref().unwrap_or_default(), named_by, now)?;
            contacts::learn(w, org, &mut contact, &sighting.identities, now)?;
            let subject = Subject { contact: Some(id), ..Subject::default() };
            tell(w, org, EventKind::ContactUpdated, subject, cause, now)?;
            Ok(contact)
        });
        let contact = made.await?;
        self.inner.wake.events();
        Ok(contact)
    }

    /// Gives a contact a name; the profile's name no longer replaces it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when the name is empty or longer than 200 characters.
    pub async fn rename_contact(&self, caller: &Caller, id: ContactId, name: &str) -> Result<Contact> {
        let name = text("name", name, 200)?.to_owned();
        let (org, cause, now) = (caller.organization, caller.cause(), self.now());
        let renamed = self.write(Lane::id(id.0), move |w| {
            if !contacts::rename(w, org, id, &name, now)? {
                return Err(Error::NotFound);
            }
            let subject = Subject { contact: Some(id), ..Subject::default() };
            tell(w, org, EventKind::ContactUpdated, subject, cause, now)?;
            contacts::get(w, org, id)?.ok_or(Error::NotFound)
        });
        let contact = renamed.await?;
        self.inner.wake.events();
        Ok(contact)
    }
}

/// A contact's fields have other names than a message's.
fn rename_fields(error: Error) -> Error {
    match error {
        Error::Invalid { field, message, limit } => {
            let field = if field == "recipient" { "bsuid".into() } else { "phone".into() };
            Error::Invalid { field, message, limit }
        }
        other => other,
    }
}
