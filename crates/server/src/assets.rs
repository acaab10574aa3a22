//! The web app, embedded in the binary, and the small pages that stand beside it.

use crate::problem::{Kind, Problem};
use axum::{
    extract::Path,
    response::{Html, IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "../../web/dist"]
struct Dist;

/// File names below it carry a hash of their content, so they never change.
const HASHED: &str = "assets/";
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Asked again each time; the ETag makes that cheap.
const ASK_AGAIN: &str = "no-cache";

/// Everything that is no route: a file of the web app, one of its screens, or a problem.
pub(crate) async fn fallback(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "v1" || path.starts_with("v1/") || path.starts_with("webhooks/") {
        return Problem::not_found("there is no such path; /docs/api lists all of them").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Problem::not_found("there is no such path").into_response();
    }
    if let Some(file) = Dist::get(path) {
        return serve(path, file, &headers);
    }
    // A path that names a file is missing; any other is a screen, which the web app itself finds.
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return Problem::not_found("there is no such file").into_response();
    }
    page("index.html", &headers)
}

/// `GET /docs/api`: the API reference.
pub(crate) async fn reference(headers: HeaderMap) -> Response {
    page("docs/api/index.html", &headers)
}

fn page(path: &str, headers: &HeaderMap) -> Response {
    match Dist::get(path) {
        Some(file) => serve(path, file, headers),
        None => (StatusCode::OK, Html(NOT_BUILT)).into_response(),
    }
}

fn serve(path: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let hash: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{hash}\"");
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut answer = if known.contains(&etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mime = file.metadata.mimetype();
        let mime = if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime.to_owned() };
        ([(header::CONTENT_TYPE, mime)], file.data).into_response()
    };
    let caching = if path.starts_with(HASHED) { FOREVER } else { ASK_AGAIN };
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    answer
}

/// `GET /docs/problems/{slug}`: what a problem's `type` links to.
pub(crate) async fn problem_page(Path(slug): Path<String>) -> Response {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.slug() == slug) else {
        return Problem::not_found("there is no such problem").into_response();
    };
    let (slug, title, meaning) = kind.facts();
    let others: String = Kind::ALL
        .iter()
        .map(|kind| format!("<li><a href=\"/docs/problems/{0}\">{0}</a></li>", kind.slug()))
        .collect();
    let meaning = code(meaning);
    Html(format!(
        "{HEAD}<title>{title} · Waypost</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>\
         <p><code>{slug}</code></p><p>{meaning}</p><h2>All problems</h2><ul>{others}</ul>\
         <p><a href=\"/docs/api\">API reference</a></p></main></body></html>\n"
    ))
    .into_response()
}

/// Turns `` `word` `` into code; our texts have no other markup, and no character that HTML minds.
fn code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
     <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
     <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"/favicon.svg\">";

const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;margin:0}main{max-width:42rem;margin:4rem auto;padding:0 1rem}\
     code{font-size:.95em;padding:.1em .3em;border-radius:4px;background:#8883}";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
     <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
     <meta name=\"color-scheme\" content=\"light dark\"><title>Waypost</title></head>\
     <body style=\"font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem\">\
     <h1>Waypost runs, without its screens</h1>\
     <p>This binary was built before the web app was. Build both at once:</p><pre>cargo xtask demo</pre>\
     <p>or the web app first and the binary again:</p>\
     <pre>cd web &amp;&amp; npm ci &amp;&amp; npm run build\ncargo build</pre>\
     <p>The API works meanwhile: <a href=\"/v1/openapi.json\">/v1/openapi.json</a>.</p></body></html>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_a_problem_is_safe_in_html() {
        for kind in Kind::ALL {
            let (slug, title, meaning) = kind.facts();
            assert!(!format!("{slug}{title}{meaning}").contains(['<', '>', '&', '"']), "{slug}");
        }
        assert_eq!(code("a `b` c"), "a <code>b</code> c");
    }
}
