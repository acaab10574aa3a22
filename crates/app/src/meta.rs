//! The way to Meta: one HTTP client for all numbers, with the credentials of each.

use crate::{Config, Error, Result};
use cloud_api::client::{Config as ClientConfig, Secret};
use store::phone_numbers::Credentials;

pub(crate) use cloud_api::client::{DEFAULT_BASE_URL as BASE_URL, DEFAULT_VERSION as VERSION};
pub(crate) use cloud_api::{
    client::{Client, Sent},
    error::Error as CallError,
};

/// Makes clients that share connections.
pub(crate) struct Graph {
    client: Client,
}

impl Graph {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let client = Client::new(ClientConfig {
            base_url: config.graph_base_url.clone(),
            version: config.graph_version.clone(),
            timeout: config.graph_timeout,
            ..ClientConfig::new("")
        });
        let client = client.map_err(|e| Error::invalid("graph_base_url", e.to_string()))?;
        Ok(Self { client })
    }

    pub(crate) fn client(&self, credentials: &Credentials) -> Client {
        let secret = Secret::new(&*credentials.app_secret);
        let secret = (!credentials.app_secret.is_empty()).then_some(&secret);
        self.client.with_credentials(Secret::new(&*credentials.access_token), secret)
    }
}
