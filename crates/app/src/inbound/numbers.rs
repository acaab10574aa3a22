//! Our numbers as deliveries name them, remembered: a delivery names one in every change.

use crate::Result;
use model::{id::MetaAppId, phone_number::PhoneNumber};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use store::{Writer, phone_numbers};

type Known = HashMap<(MetaAppId, String), Arc<PhoneNumber>>;

/// Numbers by app and by Meta's id. Only what never changes of a number is read from here: its id and its organization.
#[derive(Default)]
pub(crate) struct Numbers(RwLock<Known>);

impl Numbers {
    /// The number that Meta calls `meta_id`, if it is connected through this app. It is remembered once it was found in
    /// the database, even if the transaction that looked is lost: numbers are connected in transactions of their own.
    pub(super) fn find(
        &self,
        w: &mut Writer<'_>,
        app: MetaAppId,
        meta_id: &str,
    ) -> Result<Option<Arc<PhoneNumber>>> {
        let key = (app, meta_id.to_owned());
        if let Some(number) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Some(Arc::clone(number)));
        }
        let Some(number) = phone_numbers::by_meta_id(w, app, meta_id)? else { return Ok(None) };
        let number = Arc::new(number);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&number));
        Ok(Some(number))
    }
}
