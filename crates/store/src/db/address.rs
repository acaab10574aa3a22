//! How a PostgreSQL server is reached: time limits, signs of life, and TLS where the address asks for it.

use crate::Error;
use futures_util::future::poll_fn;
use std::{str::FromStr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
};
use tokio_postgres::{
    AsyncMessage, Client, Config, Connection, NoTls,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A server that doesn't take a connection within this is not there.
const CONNECT: Duration = Duration::from_secs(5);
/// A connection without traffic is asked for a sign of life this soon, and then this often.
const ALIVE_AFTER: Duration = Duration::from_secs(10);
const ALIVE_EVERY: Duration = Duration::from_secs(5);
const ALIVE_TRIES: u32 = 3;
/// What was sent and not even taken by the other side's kernel for so long means that nobody is there.
const UNHEARD: Duration = Duration::from_secs(15);
/// Words from other processes that may wait here; more are dropped, since one wakes as well as ten.
const HEARD: usize = 64;

/// An address that was read and can be connected to again and again.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Address {
    /// Reads a `postgres://` address. What it says of time limits stands; the rest is filled in.
    ///
    /// `sslmode=require`, `verify-ca` and `verify-full` all mean TLS with the server's certificate and name checked
    /// against the system's authorities (`SSL_CERT_FILE` names others). Without one of them nothing is encrypted.
    pub(super) fn read(url: &str) -> Result<Self, Error> {
        // tokio-postgres knows one word for all three, and what is checked is up to us.
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let url = url.replace("sslmode=verify-ca", "sslmode=require");
        let unreadable = |e| Error::Unavailable(format!("the PostgreSQL address can't be read: {e}"));
        let mut config = Config::from_str(&url).map_err(unreadable)?;
        if config.get_application_name().is_none() {
            config.application_name("waypost");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(UNHEARD);
        }
        config.keepalives_idle(ALIVE_AFTER).keepalives_interval(ALIVE_EVERY).keepalives_retries(ALIVE_TRIES);
        let tls = (config.get_ssl_mode() == SslMode::Require).then(tls).transpose()?;
        if tls.is_none() {
            config.ssl_mode(SslMode::Disable);
        }
        Ok(Self { config, tls })
    }

    /// A connection, driven by a task of the current runtime. With `heard`, what other processes say arrives there; it
    /// closes when the connection ends.
    pub(super) async fn connect(&self, heard: Option<mpsc::Sender<String>>) -> Result<Client, Error> {
        match &self.tls {
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await.map_err(unreachable)?;
                tokio::spawn(drive(connection, heard));
                Ok(client)
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(unreachable)?;
                tokio::spawn(drive(connection, heard));
                Ok(client)
            }
        }
    }

    /// Where words between processes can be told and heard; see [`super::Signals`].
    pub(super) fn line() -> (mpsc::Sender<String>, mpsc::Receiver<String>) {
        mpsc::channel(HEARD)
    }
}

impl std::fmt::Debug for Address {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        f.debug_list().entries(hosts).finish()
    }
}

async fn drive<S, T>(mut connection: Connection<S, T>, heard: Option<mpsc::Sender<String>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match poll_fn(|context| connection.poll_message(context)).await {
            Some(Ok(AsyncMessage::Notification(told))) => {
                if let Some(heard) = &heard {
                    // A full line wakes already; a closed one is nobody's any more.
                    drop(heard.try_send(told.payload().to_owned()));
                }
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                tracing::warn!(%error, "connection to PostgreSQL ended");
                return;
            }
            None => return,
        }
    }
}

/// Whatever a client without a server complains of, it is not one of our statements.
fn unreachable(error: tokio_postgres::Error) -> Error {
    match Error::from(error) {
        Error::Database(text) => Error::Unavailable(format!("PostgreSQL can't be reached: {text}")),
        other => other,
    }
}

fn tls() -> Result<MakeRustlsConnect, Error> {
    let broken = |why: String| Error::Unavailable(format!("TLS to PostgreSQL can't be used: {why}"));
    let found = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or_else(String::new, ToString::to_string);
        return Err(broken(format!("the system has no certificate authorities: {why}")));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| broken(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_used_when_the_address_asks_for_it_and_only_then() {
        for (mode, expected) in [
            ("", false),
            ("?sslmode=disable", false),
            ("?sslmode=prefer", false),
            ("?sslmode=require", true),
            ("?sslmode=verify-ca", true),
            ("?sslmode=verify-full", true),
        ] {
            let address = Address::read(&format!("postgres://u:secret@db.example:5433/w{mode}")).unwrap();
            assert_eq!(address.tls.is_some(), expected, "{mode}");
            assert_eq!(address.config.get_ssl_mode() == SslMode::Require, expected, "{mode}");
        }
        assert!(matches!(Address::read("postgres://u@h/w?sslmode=maybe"), Err(Error::Unavailable(_))));
    }

    #[test]
    fn an_address_keeps_its_own_limits_and_hides_its_password() {
        let address = Address::read("postgres://u:secret@db.example/w?connect_timeout=2").unwrap();
        assert_eq!(address.config.get_connect_timeout(), Some(&Duration::from_secs(2)));
        assert_eq!(address.config.get_tcp_user_timeout(), Some(&UNHEARD));
        assert_eq!(format!("{address:?}"), "[\"db.example\"]");
    }
}
