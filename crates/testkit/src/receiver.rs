//! The doors of a world: the platform's HTTP, and the product's webhook, which can be shut.

use app::{App, webhook::Refusal};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::{net::TcpListener, task::JoinHandle};

/// Where the platform delivers webhooks.
pub struct Door {
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    app: App,
    shut: AtomicBool,
    knocks: AtomicU64,
}

impl Door {
    pub(crate) async fn open(app: App) -> Self {
        let shared = Arc::new(Shared { app, shut: AtomicBool::new(false), knocks: AtomicU64::new(0) });
        let router = Router::new()
            .route("/webhooks/whatsapp", get(verify).post(receive))
            .layer(DefaultBodyLimit::max(4 * 1024 * 1024))
            .with_state(Arc::clone(&shared));
        let (base, listener) = bind().await;
        let server = serve(listener, router);
        Self { url: format!("{base}/webhooks/whatsapp"), shared, server }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers everything with 503, as a server that is down behind its proxy.
    pub fn shut(&self) {
        self.shared.shut.store(true, Ordering::SeqCst);
    }

    /// Answers again.
    pub fn unshut(&self) {
        self.shared.shut.store(false, Ordering::SeqCst);
    }

    /// How many deliveries came, taken or not.
    pub fn knocks(&self) -> u64 {
        self.shared.knocks.load(Ordering::SeqCst)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A free port and its address.
pub(crate) async fn bind() -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (format!("http://{address}"), listener)
}

/// Serves a router.
pub(crate) fn serve(listener: TcpListener, router: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        axum::serve(listener, router).await.expect("the server runs");
    })
}

async fn verify(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<String, StatusCode> {
    let of = |key: &str| query.get(key).cloned().unwrap_or_default();
    let known = shared.app.verify_webhook(&of("hub.mode"), &of("hub.verify_token")).await;
    if known.unwrap_or(false) { Ok(of("hub.challenge")) } else { Err(StatusCode::FORBIDDEN) }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    shared.knocks.fetch_add(1, Ordering::SeqCst);
    if shared.shut.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let signature = headers.get("x-hub-signature-256").and_then(|v| v.to_str().ok());
    match shared.app.receive_webhook(signature, body).await {
        Ok(_) => StatusCode::OK,
        Err(Refusal::Unsigned) => StatusCode::UNAUTHORIZED,
        Err(Refusal::Unavailable(_)) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
