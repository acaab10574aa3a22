//! Listening, and ending when asked to.

use anyhow::anyhow;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Listens on `address`; port 0 takes a free one.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let taken = error.kind() == std::io::ErrorKind::AddrInUse;
        let advice = if taken { "; choose another port (0 takes a free one)" } else { "" };
        anyhow!("failed to listen on {address}: {error}{advice}")
    })?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

/// Where a browser on this machine finds what listens on `address`.
pub(crate) fn local_url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("http://{}:{}", Ipv4Addr::LOCALHOST, address.port());
    }
    format!("http://{address}")
}

/// Tells when the process is asked to end: SIGTERM, or Ctrl-C. A second time ends it at once.
#[derive(Debug, Clone)]
pub(crate) struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Begins to listen for signals.
    pub(crate) fn on_signal() -> anyhow::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            for asked in 0.. {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                if asked > 0 {
                    std::process::exit(130);
                }
                tracing::info!("stopping");
                tell.send_replace(true);
            }
        });
        Ok(Self(told))
    }

    /// Waits until then.
    pub(crate) fn wait(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut told = self.0.clone();
        async move {
            // The other side lives as long as the process.
            drop(told.wait_for(|ending| *ending).await);
        }
    }
}
