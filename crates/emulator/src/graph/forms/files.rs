//! What is fetched without a token, at addresses nobody can guess: the JSON of a form, its preview, and files that people
//! put into forms, encrypted for their endpoint.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};

use super::super::params::Params;
use crate::shared::Shared;

/// Whether a path is one of these.
pub(crate) fn serves(segments: &[&str]) -> bool {
    matches!(segments, ["whatsapp_flows", "assets" | "media"] | ["wa", "manage", "flows", _, "preview"])
}

/// The file; 404 for another hash, or when its time is over.
pub(crate) async fn download(
    shared: &Arc<Shared>,
    params: &Params,
    segments: &[&str],
) -> Result<Response<Body>, u16> {
    let secret = params.plain("hash").or_else(|| params.plain("token")).ok_or(404u16)?;
    match segments {
        ["whatsapp_flows", "media"] => {
            let id = params.plain("mid").ok_or(404u16)?;
            let known = shared.with(|world| world.forms.uploads.get(&id).is_some_and(|hash| *hash == secret));
            if !known {
                return Err(404);
            }
            let bytes = shared.vault.get(&format!("{id}.enc")).await.ok_or(404u16)?;
            Ok(respond(Body::from(bytes), "application/octet-stream"))
        }
        ["whatsapp_flows", _] => {
            let id = params.plain("flow_id").ok_or(404u16)?;
            let source = shared.with(|world| {
                let form = world.forms.all.get(&id)?;
                let mut urls = form.downloads.iter();
                let known = urls.any(|url| url.hash == secret && url.expires_at > world.now);
                form.source.clone().filter(|_| known)
            });
            Ok(respond(Body::from(source.ok_or(404u16)?), "application/json"))
        }
        [_, _, _, id, _] => {
            let page = shared.with(|world| {
                let form = world.forms.all.get(*id)?;
                let preview = form.preview.as_ref()?;
                let valid = preview.token == secret && preview.expires_at > world.now;
                valid.then(|| page(&form.name, form.source.as_deref().unwrap_or("")))
            });
            Ok(respond(Body::from(page.ok_or(404u16)?), "text/html; charset=utf-8"))
        }
        _ => Err(404),
    }
}

fn respond(body: Body, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Forms are written by others: nothing in them runs here.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A form to be read by people: name and JSON.
fn page(name: &str, source: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>{0}</title><h1>{0}</h1><pre>{1}</pre>",
        escape(name),
        escape(source)
    )
}
