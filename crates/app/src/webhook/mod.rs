//! The door that Meta knocks at: signature first, then the raw bytes are kept, then the answer (house walk "inbound").

mod translate;

use crate::{App, Result};
use bytes::Bytes;
use model::id::DeliveryId;
use std::sync::{Arc, RwLock};
use store::{Lane, deliveries, phone_numbers::MetaApp};
use subtle::ConstantTimeEq;

/// Why a delivery was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No app of ours signed it. Nothing was kept.
    #[error("the signature is missing or wrong")]
    Unsigned,
    /// It could not be kept; Meta will send it again.
    #[error("{0}")]
    Unavailable(String),
}

/// The apps whose secrets are known, so that a delivery costs no question to the database.
#[derive(Default)]
pub(crate) struct Apps(RwLock<Arc<Vec<MetaApp>>>);

impl Apps {
    fn known(&self) -> Arc<Vec<MetaApp>> {
        Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn learn(&self, apps: Vec<MetaApp>) -> Arc<Vec<MetaApp>> {
        let apps = Arc::new(apps);
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::clone(&apps);
        apps
    }

    /// Forgets them: the next delivery asks again.
    pub(crate) fn forget(&self) {
        self.learn(Vec::new());
    }
}

impl App {
    /// Keeps a delivery and answers after it is durable. What is in it is looked at later.
    ///
    /// # Errors
    /// [`Refusal::Unsigned`] when no known app's secret signed these bytes, [`Refusal::Unavailable`] when they could
    /// not be kept.
    pub async fn receive_webhook(
        &self,
        signature: Option<&str>,
        body: Bytes,
    ) -> std::result::Result<DeliveryId, Refusal> {
        let app = self.signer(signature, &body).await?;
        let id = DeliveryId(self.inner.ids.next());
        let now = self.now();
        let (app_id, org) = (app.id, app.organization_id);
        let kept = self.write(Lane::Any, move |w| Ok(deliveries::insert(w, id, org, app_id, &body, now)?));
        kept.await.map_err(|e| Refusal::Unavailable(e.to_string()))?;
        self.inner.wake.inbound();
        Ok(id)
    }

    async fn signer(&self, signature: Option<&str>, body: &[u8]) -> std::result::Result<MetaApp, Refusal> {
        let known = self.inner.apps.known();
        if let Some(app) = translate::signer(&known, signature, body) {
            return Ok(app.clone());
        }
        // Another node may have connected an app since we last asked.
        let apps = self.read(|r| Ok(store::phone_numbers::apps(r)?)).await;
        let apps = apps.map_err(|e| Refusal::Unavailable(e.to_string()))?;
        let apps = self.inner.apps.learn(apps);
        translate::signer(&apps, signature, body).cloned().ok_or(Refusal::Unsigned)
    }

    /// Whether Meta's question for our webhook is to be answered: its verify token is one of ours.
    ///
    /// # Errors
    /// The database's.
    pub async fn verify_webhook(&self, mode: &str, token: &str) -> Result<bool> {
        let apps = self.read(|r| Ok(store::phone_numbers::apps(r)?)).await?;
        let known = apps.iter().any(|app| bool::from(app.verify_token.as_bytes().ct_eq(token.as_bytes())));
        Ok(mode == "subscribe" && known && !token.is_empty())
    }
}
