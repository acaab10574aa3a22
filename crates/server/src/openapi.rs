//! The OpenAPI document, generated from the handlers.

use crate::{auth, problem::documented, router, views::event::EventOut};
use axum::{Json, response::IntoResponse};
use std::sync::OnceLock;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server, ServerBuilder,
        security::SecurityRequirement, tag::TagBuilder,
    },
};

const DESCRIPTION: &str = "\
Connects WhatsApp Business numbers to a business: messages in and out, one inbox, rules.

- **Sign in** with a session cookie (`POST /v1/session`; everything but GET then needs `X-CSRF-Token`), or send \
`Authorization: Bearer wp_…`.
- **Errors** are `application/problem+json` (RFC 9457) with a stable `type`, and `field` and `limit` where they help.
- **Lists** come in pages of 50, up to 200 with `limit`; hand `next` back as `after`.
- **Sending** is safe to repeat with an `Idempotency-Key`. Message bodies have the Cloud API's shape.
- **Live**: `GET /v1/events` streams what changes, and resumes with `Last-Event-ID`.
- Times are RFC 3339 in UTC. JSON bodies may have 256 KiB.";

const TAGS: [(&str, &str); 12] = [
    ("session", "First run, signing in and out."),
    ("users", "People who sign in."),
    ("api-keys", "Programs' keys."),
    ("phone-numbers", "Our numbers at Meta."),
    ("conversations", "Threads with contacts."),
    ("messages", "Sending, and what became of each message."),
    ("contacts", "People on the other side."),
    ("templates", "What may be sent outside the service window."),
    ("media", "Files of messages."),
    ("rules", "Keywords that are answered automatically."),
    ("deliveries", "Webhook requests as they came."),
    ("events", "Live events, and Meta's webhook."),
];

/// The document without its paths.
pub(crate) fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Waypost")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").build()));
    let (name, problem) = documented::schema();
    let mut components =
        ComponentsBuilder::new().schema(name, problem).schema(EventOut::name(), EventOut::schema());
    for (name, scheme) in auth::schemes() {
        components = components.security_scheme(name, scheme);
    }
    let either = auth::schemes().map(|(name, _)| SecurityRequirement::new(name, Vec::<String>::new()));
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([here()]))
        .components(Some(components.build()))
        .security(Some(either))
        .tags(Some(tags))
        .build()
}

fn here() -> Server {
    ServerBuilder::new().url("/").description(Some("This Waypost")).build()
}

/// The whole document: OpenAPI 3.1, every operation of `/v1` and Meta's webhook.
pub fn openapi() -> OpenApi {
    router::documented().split_for_parts().1
}

/// `GET /v1/openapi.json`
pub(crate) async fn document() -> impl IntoResponse {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    Json(DOCUMENT.get_or_init(openapi))
}
