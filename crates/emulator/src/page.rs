//! The phones page: customers' phones side by side, in one static page without outside resources.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use std::sync::Arc;

use crate::shared::Shared;

const HTML: &str = include_str!("../assets/phones.html");
const CSS: &str = include_str!("../assets/phones.css");
const SCRIPTS: [(&str, &str); 5] = [
    ("/_phones/app.js", include_str!("../assets/app.js")),
    ("/_phones/api.js", include_str!("../assets/api.js")),
    ("/_phones/bubbles.js", include_str!("../assets/bubbles.js")),
    ("/_phones/dom.js", include_str!("../assets/dom.js")),
    ("/_phones/phone.js", include_str!("../assets/phone.js")),
];

pub(crate) fn router() -> Router<Arc<Shared>> {
    let html = || async { asset(HTML, "text/html; charset=utf-8") };
    let mut router = Router::new()
        .route("/", get(html))
        .route("/phones", get(html))
        .route("/_phones/phones.css", get(|| async { asset(CSS, "text/css; charset=utf-8") }));
    for (path, script) in SCRIPTS {
        router =
            router.route(path, get(move || async move { asset(script, "text/javascript; charset=utf-8") }));
    }
    router
}

fn asset(text: &'static str, kind: &'static str) -> Response {
    const HEADERS: [(HeaderName, &str); 2] = [
        (header::CACHE_CONTROL, "no-cache"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; img-src * data: blob:; media-src * blob:; style-src 'self' 'unsafe-inline'",
        ),
    ];
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
