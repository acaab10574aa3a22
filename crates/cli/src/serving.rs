//! Listening, and ending when asked to.

use anyhow::anyhow;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// How long a process that was asked to end may take, where nobody says otherwise.
pub(crate) const STOP_WITHIN: Duration = Duration::from_secs(30);

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

/// Tells when the process is asked to end: SIGTERM, or Ctrl-C. A second time ends it at once, and so does time.
#[derive(Debug, Clone)]
pub(crate) struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Begins to listen for signals. Asked to end, the process is gone `within` this time, finished or not.
    pub(crate) fn on_signal(within: Duration) -> anyhow::Result<Self> {
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
                tokio::spawn(async move {
                    tokio::time::sleep(within).await;
                    tracing::error!(
                        "not everything ended in time; what was under way is settled by who comes next"
                    );
                    std::process::exit(1);
                });
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
