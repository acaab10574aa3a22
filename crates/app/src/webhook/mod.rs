//! The door that Meta knocks at: signature first, then the raw bytes are kept, then the answer (house walk "inbound").

mod translate;

use crate::{App, Result};
use bytes::Bytes;
use model::id::DeliveryId;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};
use store::{Lane, deliveries, phone_numbers::MetaApp};
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;

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
pub(crate) struct Apps {
    known: RwLock<Arc<Vec<MetaApp>>>,
    /// When the database was asked last. Held while it is asked, so that deliveries that come together share one answer.
    asked: Mutex<Option<Instant>>,
}

/// The database is asked for new apps no more often than this: strangers' posts must not cost a question each.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// So many writes may wait for the database; a delivery more is refused, and Meta brings it again.
const WAITING_MAX: usize = 10_000;

impl Apps {
    fn known(&self) -> Arc<Vec<MetaApp>> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn learn(&self, apps: Vec<MetaApp>) -> Arc<Vec<MetaApp>> {
        let apps = Arc::new(apps);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&apps);
        apps
    }

    /// Forgets them: the next delivery asks again.
    pub(crate) async fn forget(&self) {
        let mut asked = self.asked.lock().await;
        self.learn(Vec::new());
        *asked = None;
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
        if self.inner.db.waiting_writes() >= WAITING_MAX {
            return Err(Refusal::Unavailable("too many writes wait for the database".into()));
        }
        let id = DeliveryId(self.inner.ids.next());
        let now = self.now();
        let (app_id, org) = (app.id, app.organization_id);
        let kept = self.write(Lane::Urgent, move |w| Ok(deliveries::insert(w, id, org, app_id, &body, now)?));
        kept.await.map_err(|e| Refusal::Unavailable(e.to_string()))?;
        self.inner.wake.inbound();
        Ok(id)
    }

    async fn signer(&self, signature: Option<&str>, body: &[u8]) -> std::result::Result<MetaApp, Refusal> {
        let known = self.inner.apps.known();
        if let Some(app) = translate::signer(&known, signature, body) {
            return Ok(app.clone());
        }
        // Another node may have connected an app since we last asked; but nobody signs without the header's form.
        if !translate::is_signature(signature) {
            return Err(Refusal::Unsigned);
        }
        let mut asked = self.inner.apps.asked.lock().await;
        let mut apps = self.inner.apps.known();
        if translate::signer(&apps, signature, body).is_none() {
            if asked.is_some_and(|at| at.elapsed() < ASK_AGAIN) {
                return Err(Refusal::Unsigned);
            }
            let found = self.read(|r| Ok(store::phone_numbers::apps(r)?)).await;
            apps = self.inner.apps.learn(found.map_err(|e| Refusal::Unavailable(e.to_string()))?);
            *asked = Some(Instant::now());
        }
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
