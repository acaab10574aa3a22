//! Waypost over HTTP: the `/v1` API, Meta's webhook door, live events, and the web app that is embedded in the binary.
//!
//! Handlers translate: they read a request, call [`app`] once, and show what it gave. This room knows no rule, no
//! database and nothing of Meta's wire but the name of the signature header.

#![expect(
    unused_qualifications,
    reason = "the macro of the OpenAPI document names each query type a second time"
)]

mod assets;
mod auth;
mod extract;
mod health;
mod metrics;
mod openapi;
mod page;
mod problem;
mod request;
mod router;
mod routes;
mod sse;
mod throttle;
mod views;

pub use auth::{CSRF_HEADER, SESSION_COOKIE};
pub use extract::{IDEMPOTENCY_KEY_LIMIT, JSON_LIMIT};
pub use openapi::openapi;
pub use problem::Kind as ProblemKind;
pub use routes::webhook::BODY_LIMIT as WEBHOOK_LIMIT;

use app::App;
use axum::serve::ListenerExt;
use model::time::Ids;
use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch};

/// How long requests that run may take to end after a stop was asked for.
const DRAIN: Duration = Duration::from_secs(10);

/// What a server needs besides the product.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where people reach it. With `https`, cookies go over TLS only.
    pub public_url: String,
    /// Hands out request ids.
    pub ids: Ids,
}

/// The product's HTTP door. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    shared: Shared,
    unready_for: Duration,
}

/// Makes a request's span the child of the one that its caller named in its headers.
pub type Adopt = fn(&tracing::Span, &http::HeaderMap);

/// What handlers share.
pub(crate) type Shared = Arc<Inner>;

pub(crate) struct Inner {
    pub(crate) app: App,
    pub(crate) ids: Ids,
    pub(crate) secure: bool,
    /// Name of the session cookie.
    pub(crate) cookie: String,
    pub(crate) metrics: metrics::Metrics,
    /// Unset where nobody traces requests.
    pub(crate) adopt: OnceLock<Adopt>,
    pub(crate) throttle: throttle::Throttle,
    pub(crate) stopping: watch::Receiver<bool>,
    /// Requests are answered, and no more should be sent here.
    pub(crate) leaving: AtomicBool,
    /// Kept here, so that `stopping` changes only when it is said.
    stop: watch::Sender<bool>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

impl Server {
    /// A door to `app`.
    pub fn new(app: App, options: Options) -> Self {
        let (stop, stopping) = watch::channel(false);
        let inner = Inner {
            app,
            secure: options.public_url.starts_with("https://"),
            cookie: auth::cookie_name(&options.public_url),
            ids: options.ids,
            metrics: metrics::Metrics::of_process(),
            adopt: OnceLock::new(),
            throttle: throttle::Throttle::default(),
            stopping,
            leaving: AtomicBool::new(false),
            stop,
        };
        Self { shared: Arc::new(inner), unready_for: Duration::ZERO }
    }

    /// The same door, which says by `/readyz` for so long that it is about to close, before it does.
    #[must_use]
    pub fn unready_for(mut self, pause: Duration) -> Self {
        self.unready_for = pause;
        self
    }

    /// The same door, whose requests are traced: `adopt` ties each to its caller's trace.
    #[must_use]
    pub fn traced(self, adopt: Adopt) -> Self {
        // Set twice, the first one stays.
        let _ = self.shared.adopt.set(adopt);
        self
    }

    /// Every route, to be served by whoever likes.
    pub fn router(&self) -> axum::Router {
        router::router(Arc::clone(&self.shared))
    }

    /// Ends live streams and turns `/readyz` to 503.
    pub fn stop(&self) {
        self.shared.stop.send_replace(true);
    }

    /// Serves until `shutdown` is done; then fails `/readyz` for the pause that was asked for, takes no more connections,
    /// ends live streams, and waits for the requests that run, ten seconds at most.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let server = self.clone();
        let told = async move {
            shutdown.await;
            server.shared.leaving.store(true, Ordering::Relaxed);
            tokio::time::sleep(server.unready_for).await;
            server.stop();
        };
        let mut stopping = self.shared.stopping.clone();
        let late = async move {
            // The sender lives in `self`, so this ends only when it says so.
            drop(stopping.wait_for(|stop| *stop).await);
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            // Small answers and live events must not wait for more to send with them.
            ended = axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), service).with_graceful_shutdown(told).into_future() => ended,
            () = late => Ok(()),
        }
    }
}
