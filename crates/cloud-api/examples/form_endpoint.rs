//! The endpoint behind a form (Meta calls it a Flow) with two screens, `DAY` and `HOUR`: opens what the phone asks, and seals
//! what it gets.
//!
//!     openssl genrsa 2048 > private.pem
//!     KEY_FILE=private.pem APP_SECRET=… cargo run -p cloud-api --example form_endpoint
//!
//! Prints the public key, which `Client::set_encryption_key` gives to Meta. `KEY_PASSPHRASE` opens an encrypted key. Listens on
//! `LISTEN` (127.0.0.1:3001).

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use axum::routing::post;
use cloud_api::form::endpoint::{self, CONTENT_TYPE, EndpointError, Keys, Kind, Request, Response};
use cloud_api::signature;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

struct Known {
    keys: Keys,
    app_secret: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pem = std::fs::read_to_string(variable("KEY_FILE")?)?;
    let keys = Keys::from_pem(&pem, std::env::var("KEY_PASSPHRASE").ok().as_deref())?;
    println!("{}", keys.public_pem());
    let known = Arc::new(Known { keys, app_secret: variable("APP_SECRET")? });
    let listen = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3001".to_owned());
    let listener = TcpListener::bind(listen).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let routes = Router::new().route("/", post(receive)).with_state(known);
    Ok(axum::serve(listener, routes).await?)
}

async fn receive(State(known): State<Arc<Known>>, headers: HeaderMap, body: Bytes) -> HttpResponse {
    match exchange(&known, &headers, &body) {
        Ok(sealed) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], sealed).into_response(),
        Err(error) => {
            println!("refused: {error}");
            // 421, 427 and 432 are Meta's own; the phone knows what to do about each.
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, error.body()).into_response()
        }
    }
}

fn exchange(known: &Known, headers: &HeaderMap, body: &[u8]) -> Result<String, EndpointError> {
    let header = headers.get(signature::HEADER).and_then(|header| header.to_str().ok());
    signature::verify(&[&known.app_secret], header, body)?;
    let (request, session) = endpoint::open(&known.keys, body)?;
    Ok(session.seal(&answer(&request)))
}

fn answer(request: &Request) -> Response {
    let token = request.flow_token.clone().unwrap_or_default();
    match request.kind() {
        Kind::Ping => Response::Pong,
        Kind::ErrorNotification { error, message } => {
            println!("the phone could not use our answer: {error:?} {message:?}");
            Response::Acknowledged
        }
        Kind::Opened | Kind::Back => Response::screen("DAY", options("days", &["Monday", "Tuesday"])),
        Kind::Submitted { screen: "DAY", data } => match data.get("day").and_then(Value::as_str) {
            Some(_) => Response::screen("HOUR", options("hours", &["9:00", "10:00"])),
            None => Response::error("DAY", "Please choose a day."),
        },
        Kind::Submitted { data, .. } => Response::Success { flow_token: token, params: data.clone() },
        Kind::Unknown => Response::success(token),
    }
}

/// The data of a screen: a list as a `Dropdown` or `RadioButtonsGroup` takes it.
fn options(name: &str, titles: &[&str]) -> Map<String, Value> {
    let options = titles.iter().map(|title| json!({"id": title, "title": title})).collect();
    Map::from_iter([(name.to_owned(), Value::Array(options))])
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}
