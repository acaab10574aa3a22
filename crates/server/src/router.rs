//! All routes, and what wraps them.

use crate::{
    Shared, assets, extract::JSON_LIMIT, health, metrics, openapi, problem::Problem, request, routes,
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, routing::get};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes that are part of the API reference.
pub(crate) fn documented() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(session_and_people())
        .merge(inbox())
        .merge(house())
        .routes(routes!(routes::events::stream))
        .routes(routes!(routes::webhook::verify, routes::webhook::receive))
}

fn session_and_people() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(routes::setup::state, routes::setup::run))
        .routes(routes!(routes::session::get, routes::session::create, routes::session::delete))
        .routes(routes!(routes::users::list, routes::users::create))
        .routes(routes!(routes::api_keys::list, routes::api_keys::create))
        .routes(routes!(routes::api_keys::revoke))
        .routes(routes!(routes::phone_numbers::list, routes::phone_numbers::connect))
        .routes(routes!(routes::phone_numbers::get))
}

fn inbox() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(routes::conversations::list))
        .routes(routes!(routes::conversations::counts))
        .routes(routes!(routes::conversations::get, routes::conversations::update))
        .routes(routes!(routes::conversations::messages, routes::conversations::reply))
        .routes(routes!(routes::conversations::read))
        .routes(routes!(routes::messages::list, routes::messages::send))
        .routes(routes!(routes::messages::get))
        .routes(routes!(routes::messages::retry_all))
        .routes(routes!(routes::messages::retry))
        .routes(routes!(routes::messages::settle))
        .routes(routes!(routes::contacts::list, routes::contacts::create))
        .routes(routes!(routes::contacts::get, routes::contacts::update))
}

fn house() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(routes::templates::list))
        .routes(routes!(routes::templates::sync))
        .routes(routes!(routes::media::upload))
        .routes(routes!(routes::media::get))
        .routes(routes!(routes::rules::list, routes::rules::create))
        .routes(routes!(routes::rules::update, routes::rules::delete))
        .routes(routes!(routes::deliveries::list))
        .routes(routes!(routes::deliveries::get))
        .routes(routes!(routes::deliveries::replay))
}

/// The whole door.
pub(crate) fn router(server: Shared) -> Router {
    let (api, _) = documented().split_for_parts();
    // Pictures and sound are small already, and a stream must not wait for a buffer to fill.
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new("text/event-stream"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("video/"));
    api.route("/v1/openapi.json", get(openapi::document))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::scrape))
        .route("/docs/api", get(assets::reference))
        .route("/docs/api/", get(assets::reference))
        .route("/docs/problems/{slug}", get(assets::problem_page))
        .fallback(assets::fallback)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible))
        .layer(CatchPanicLayer::custom(request::panicked))
        .layer(middleware::from_fn(request::hear_out))
        .layer(middleware::from_fn_with_state(server.clone(), request::accompany))
        .with_state(server)
}

async fn wrong_method() -> Problem {
    Problem::invalid("method", "this path does not take that method; see /docs/api")
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
}
