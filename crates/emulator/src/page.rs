//! The phones page: customers' phones side by side, in one static page without outside resources.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use std::sync::Arc;

use crate::shared::Shared;

const HTML: &str = include_str!("../assets/phones.html");

/// Path, kind and text of what the page is made of.
const ASSETS: [(&str, &str, &str); 39] = [
    ("/_phones/phones.css", CSS, include_str!("../assets/phones.css")),
    ("/_phones/bubbles.css", CSS, include_str!("../assets/bubbles.css")),
    ("/_phones/forms.css", CSS, include_str!("../assets/forms.css")),
    ("/_phones/inspector.css", CSS, include_str!("../assets/inspector.css")),
    ("/_phones/api.js", SCRIPT, include_str!("../assets/api.js")),
    ("/_phones/app.js", SCRIPT, include_str!("../assets/app.js")),
    ("/_phones/bubbles.js", SCRIPT, include_str!("../assets/bubbles.js")),
    ("/_phones/calls.js", SCRIPT, include_str!("../assets/calls.js")),
    ("/_phones/chats.js", SCRIPT, include_str!("../assets/chats.js")),
    ("/_phones/clock.js", SCRIPT, include_str!("../assets/clock.js")),
    ("/_phones/composer.js", SCRIPT, include_str!("../assets/composer.js")),
    ("/_phones/dom.js", SCRIPT, include_str!("../assets/dom.js")),
    ("/_phones/form-calendar.js", SCRIPT, include_str!("../assets/form-calendar.js")),
    ("/_phones/form-dates.js", SCRIPT, include_str!("../assets/form-dates.js")),
    ("/_phones/form-files.js", SCRIPT, include_str!("../assets/form-files.js")),
    ("/_phones/form-frame.js", SCRIPT, include_str!("../assets/form-frame.js")),
    ("/_phones/form-inputs.js", SCRIPT, include_str!("../assets/form-inputs.js")),
    ("/_phones/form-markdown.js", SCRIPT, include_str!("../assets/form-markdown.js")),
    ("/_phones/form-panel.js", SCRIPT, include_str!("../assets/form-panel.js")),
    ("/_phones/form-parts.js", SCRIPT, include_str!("../assets/form-parts.js")),
    ("/_phones/form-values.js", SCRIPT, include_str!("../assets/form-values.js")),
    ("/_phones/forms.js", SCRIPT, include_str!("../assets/forms.js")),
    ("/_phones/gestures.js", SCRIPT, include_str!("../assets/gestures.js")),
    ("/_phones/groups.js", SCRIPT, include_str!("../assets/groups.js")),
    ("/_phones/hand.js", SCRIPT, include_str!("../assets/hand.js")),
    ("/_phones/inspector.js", SCRIPT, include_str!("../assets/inspector.js")),
    ("/_phones/interactive.js", SCRIPT, include_str!("../assets/interactive.js")),
    ("/_phones/json.js", SCRIPT, include_str!("../assets/json.js")),
    ("/_phones/markup.js", SCRIPT, include_str!("../assets/markup.js")),
    ("/_phones/media.js", SCRIPT, include_str!("../assets/media.js")),
    ("/_phones/menus.js", SCRIPT, include_str!("../assets/menus.js")),
    ("/_phones/notices.js", SCRIPT, include_str!("../assets/notices.js")),
    ("/_phones/ogg.js", SCRIPT, include_str!("../assets/ogg.js")),
    ("/_phones/panels.js", SCRIPT, include_str!("../assets/panels.js")),
    ("/_phones/phone.js", SCRIPT, include_str!("../assets/phone.js")),
    ("/_phones/sheets.js", SCRIPT, include_str!("../assets/sheets.js")),
    ("/_phones/shop.js", SCRIPT, include_str!("../assets/shop.js")),
    ("/_phones/traffic.js", SCRIPT, include_str!("../assets/traffic.js")),
    ("/_phones/welcome.js", SCRIPT, include_str!("../assets/welcome.js")),
];

const PAGE: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Only what comes from here runs and is styled; pictures and videos may come from where a business's links point.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src * data: blob:; media-src * blob:; base-uri 'none'; form-action 'none'";

pub(crate) fn router() -> Router<Arc<Shared>> {
    let html = || async { asset(HTML, PAGE) };
    let mut router = Router::new().route("/", get(html)).route("/phones", get(html));
    for (path, kind, text) in ASSETS {
        router = router.route(path, get(move || async move { asset(text, kind) }));
    }
    router
}

fn asset(text: &'static str, kind: &'static str) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
