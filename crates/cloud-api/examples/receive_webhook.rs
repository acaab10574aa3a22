//! Receives webhooks, makes sure that they are Meta's, and says what is in them.
//!
//!     APP_SECRET=… VERIFY_TOKEN=… cargo run -p cloud-api --example receive_webhook
//!
//! Listens on `LISTEN` (127.0.0.1:3000). With the emulator: `waypost emulator --webhook-url http://127.0.0.1:3000/
//! --verify-token …`; its app secret is `emulator-app-secret`.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use cloud_api::{signature, webhook};
use tokio::net::TcpListener;

#[derive(Clone)]
struct Known {
    app_secret: String,
    verify_token: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let known = Known { app_secret: variable("APP_SECRET")?, verify_token: variable("VERIFY_TOKEN")? };
    let listen = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(listen).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let routes = Router::new().route("/", get(handshake).post(receive)).with_state(known);
    Ok(axum::serve(listener, routes).await?)
}

/// Meta asks once, when the address is entered.
async fn handshake(State(known): State<Known>, RawQuery(query): RawQuery) -> Result<String, StatusCode> {
    webhook::challenge(&query.unwrap_or_default(), &known.verify_token).ok_or(StatusCode::FORBIDDEN)
}

/// The body has to be taken as bytes: the signature is over these, not over what they mean.
async fn receive(State(known): State<Known>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = headers.get(signature::HEADER).and_then(|header| header.to_str().ok());
    if let Err(error) = signature::verify(&[known.app_secret], header, &body) {
        println!("refused: {error}");
        return StatusCode::UNAUTHORIZED;
    }
    // A program would store the bytes now and answer: Meta waits a few seconds only, and sends again what fails.
    let report = webhook::inspect(&body);
    match serde_json::to_string_pretty(&report) {
        Ok(text) => println!("{text}"),
        Err(error) => println!("failed to write the report: {error}"),
    }
    StatusCode::OK
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}
