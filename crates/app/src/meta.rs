//! The way to Meta: one HTTP client for all numbers, with the credentials of each. Calls that can wait keep within Meta's hourly
//! budgets.

mod budgets;
mod translate;

use crate::{Config, Error, Result};
use budgets::Budgets;
use cloud_api::client::{Config as ClientConfig, Observer, Secret};
use model::{Timestamp, time::Clock};
use std::sync::Arc;
use store::phone_numbers::Credentials;

pub(crate) use budgets::Family;
pub(crate) use cloud_api::client::{DEFAULT_BASE_URL as BASE_URL, DEFAULT_VERSION as VERSION};
pub(crate) use cloud_api::{
    client::{Client, Sent},
    error::Error as CallError,
};

/// Makes clients that share connections.
pub(crate) struct Graph {
    client: Client,
    budgets: Arc<Budgets>,
    clock: Clock,
}

impl Graph {
    pub(crate) fn new(config: &Config, clock: Clock) -> Result<Self> {
        let client = Client::new(ClientConfig {
            base_url: config.graph_base_url.clone(),
            version: config.graph_version.clone(),
            timeout: config.graph_timeout,
            ..ClientConfig::new("")
        });
        let client = client.map_err(|e| Error::invalid("graph_base_url", e.to_string()))?;
        Ok(Self { client, budgets: Arc::default(), clock })
    }

    /// A client for sending, which no hourly budget of Meta's holds back: a number's throughput does.
    pub(crate) fn client(&self, credentials: &Credentials) -> Client {
        let secret = Secret::new(&*credentials.app_secret);
        let secret = (!credentials.app_secret.is_empty()).then_some(&secret);
        self.client.with_credentials(Secret::new(&*credentials.access_token), secret)
    }

    /// A client for about so many calls of a family, which can wait. What their answers tell of the budgets is kept.
    ///
    /// # Errors
    /// The moment at which to ask again, while a budget of the app or the account is short.
    pub(crate) fn paced(
        &self,
        credentials: &Credentials,
        family: Family,
        calls: u32,
    ) -> std::result::Result<Client, Timestamp> {
        let app = credentials.meta_app_id;
        self.budgets.take(app, &credentials.waba_id, family, calls, self.clock.now())?;
        let (budgets, clock) = (Arc::clone(&self.budgets), self.clock.clone());
        let account = credentials.waba_id.clone();
        let watch = Observer::new(move |exchange| {
            let heard = translate::heard(exchange, &account, family);
            budgets.told(app, heard, clock.now());
        });
        Ok(self.client(credentials).with_observer(watch))
    }
}
