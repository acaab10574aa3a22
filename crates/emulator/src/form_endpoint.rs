//! Asking the endpoint of a form, as Meta's phones and Meta's health check do: encrypted, signed, within ten seconds.
//! The world is never locked while the endpoint thinks.

use std::time::Duration;

use cloud_api::form::endpoint::{Action, Request, Response, client};
use cloud_api::signature;
use serde_json::json;

use crate::shared::Shared;
use crate::world::World;
use crate::world::forms::Exchange;
use crate::world::forms::health::Measured;

/// Who asks which form's endpoint.
pub(crate) struct Asker<'a> {
    pub form_id: &'a str,
    /// The number whose key is used.
    pub phone_number_id: &'a str,
    /// The message and the person, when it is a phone that asks; Meta itself otherwise.
    pub phone: Option<Phone<'a>>,
}

/// A person's phone with a form open.
#[derive(Clone, Copy)]
pub(crate) struct Phone<'a> {
    pub message_id: &'a str,
    pub wa_id: &'a str,
}

/// Why there is no answer that can be used.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// 427: the form is closed with this text, and its button works no more.
    Ended(Option<String>),
    /// The endpoint failed: Meta's name for it.
    Endpoint(&'static str),
    /// The phone can't ask, or can't read the answer: Meta's name for it.
    Phone(&'static str),
}

/// What is needed for one request, taken from the world.
struct Order {
    url: String,
    secret: String,
    key: String,
    aes_key: [u8; 16],
    vector: [u8; 16],
}

/// What came back over HTTP.
struct Answered {
    status: u16,
    body: String,
    ms: u64,
}

/// Asks, and once more with the number's present key when the endpoint can't decrypt (421).
pub(crate) async fn ask(shared: &Shared, asker: &Asker<'_>, request: &Request) -> Result<Response, Trouble> {
    let mut refetched = false;
    loop {
        let sealed =
            shared.with(|world| order(world, asker, refetched)).and_then(|order| seal(order, request));
        let (order, body) = match sealed {
            Ok(sealed) => sealed,
            Err(trouble) => {
                unasked(shared, asker, &trouble);
                return Err(trouble);
            }
        };
        let answered = post(shared, &order, body).await;
        let read = read(&order, &answered);
        let may_refetch = matches!(read, Err(Trouble::Phone("business-decryption-error"))) && !refetched;
        record(shared, asker, request, &Attempt { answered: &answered, read: &read, healed: may_refetch });
        if !may_refetch {
            return read;
        }
        refetched = true;
    }
}

/// Meta's health check; whether the endpoint passed it.
pub(crate) async fn ping(shared: &Shared, form_id: &str) -> bool {
    let number = shared.with(|world| {
        let form = world.forms.all.get(form_id)?;
        let mut numbers = world.numbers.values().filter(|number| number.waba_id == form.waba_id);
        let number = numbers.find(|number| world.forms.keys.get(&number.id).is_some_and(|key| key.signed))?;
        Some((number.id.clone(), form.json()["data_api_version"].as_str().map(str::to_owned)))
    });
    let Some((phone_number_id, version)) = number else { return false };
    let asker = Asker { form_id, phone_number_id: &phone_number_id, phone: None };
    let request = Request { version, ..Request::new(Action::Ping) };
    let passed = matches!(ask(shared, &asker, &request).await, Ok(Response::Pong));
    shared.with(|world| world.form_measured(&shared.config, form_id, Measured::Ping(passed)));
    passed
}

fn order(world: &mut World, asker: &Asker<'_>, refetched: bool) -> Result<Order, Trouble> {
    let form = world.forms.all.get(asker.form_id).ok_or(Trouble::Phone("cannot_be_served"))?;
    let url = form.endpoint().ok_or(Trouble::Phone("cannot_be_served"))?;
    let app = form.application_id.as_ref().and_then(|id| world.apps.get(id));
    let secret = app.map(|app| app.secret.clone()).ok_or(Trouble::Endpoint("missing_capability"))?;
    let key = key(world, asker, refetched)?;
    Ok(Order { url, secret, key, aes_key: world.random_bytes(), vector: world.random_bytes() })
}

/// The key to encrypt for. A phone uses the one it has, until that doesn't work.
fn key(world: &mut World, asker: &Asker<'_>, refetched: bool) -> Result<String, Trouble> {
    let memory = asker.phone.map(|phone| format!("{}:{}", asker.phone_number_id, phone.wa_id));
    let remembered = memory.as_ref().filter(|_| !refetched).and_then(|id| world.forms.remembered.get(id));
    if let Some(pem) = remembered {
        return Ok(pem.clone());
    }
    let key = world.forms.keys.get(asker.phone_number_id).ok_or(Trouble::Phone("public-key-missing"))?;
    if !key.signed {
        return Err(Trouble::Phone("public-key-signature-verification"));
    }
    let pem = key.pem.clone();
    if let Some(id) = memory {
        world.forms.remembered.insert(id, pem.clone());
    }
    Ok(pem)
}

fn seal(order: Order, request: &Request) -> Result<(Order, String), Trouble> {
    let body = client::seal_request(&order.key, request, &order.aes_key, &order.vector);
    body.map(|body| (order, body)).map_err(|_| Trouble::Phone("public-key-missing"))
}

/// A phone that can't even ask counts as one that can't show a screen.
fn unasked(shared: &Shared, asker: &Asker<'_>, trouble: &Trouble) {
    if let (Trouble::Phone(error), Some(_)) = (trouble, asker.phone) {
        shared
            .with(|world| world.form_measured(&shared.config, asker.form_id, Measured::Screen(Some(error))));
    }
}

async fn post(shared: &Shared, order: &Order, body: String) -> Result<Answered, Failure> {
    let started = tokio::time::Instant::now();
    let ms = || u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let request = shared
        .http
        .post(&order.url)
        .timeout(Duration::from_millis(shared.config.forms.endpoint_timeout_ms))
        .header("Content-Type", "application/json")
        .header(signature::HEADER, signature::sign(&order.secret, body.as_bytes()))
        .body(body);
    let failed = |error: reqwest::Error| {
        let name = if error.is_timeout() { "timeout_error" } else { "no_http_response_error" };
        Failure { name, ms: ms() }
    };
    let response = request.send().await.map_err(failed)?;
    let status = response.status().as_u16();
    let body = response.text().await.map_err(failed)?;
    Ok(Answered { status, body, ms: ms() })
}

/// No HTTP answer: Meta's name for it, and how long it took to find out.
struct Failure {
    name: &'static str,
    ms: u64,
}

fn read(order: &Order, answered: &Result<Answered, Failure>) -> Result<Response, Trouble> {
    let answered = answered.as_ref().map_err(|failure| Trouble::Endpoint(failure.name))?;
    match answered.status {
        200 => client::open_response(&answered.body, &order.aes_key, &order.vector)
            .map_err(|_| Trouble::Phone("response-decryption-error")),
        421 => Err(Trouble::Phone("business-decryption-error")),
        427 => Err(Trouble::Ended(client::open_ended(&answered.body, &order.aes_key, &order.vector))),
        _ => Err(Trouble::Endpoint("unexpected_http_status_code")),
    }
}

/// One request and what became of it.
struct Attempt<'a> {
    answered: &'a Result<Answered, Failure>,
    read: &'a Result<Response, Trouble>,
    /// It is tried again with another key: what was wrong isn't counted against anybody.
    healed: bool,
}

fn record(shared: &Shared, asker: &Asker<'_>, request: &Request, attempt: &Attempt<'_>) {
    let (status, ms) = match attempt.answered {
        Ok(answered) => (Some(answered.status), answered.ms),
        Err(failure) => (None, failure.ms),
    };
    let (endpoint, phone) = match attempt.read {
        Err(Trouble::Endpoint(error)) => (Some(*error), None),
        Err(Trouble::Phone(error)) => (None, Some(*error)),
        _ => (None, None),
    };
    let mut exchange = Exchange {
        at: 0,
        message_id: asker.phone.map(|phone| phone.message_id.to_owned()),
        request: request.to_json(),
        status,
        response: match attempt.read {
            Ok(response) => Some(response.to_json()),
            Err(Trouble::Ended(message)) => Some(json!({ "error_msg": message })),
            Err(_) => None,
        },
        error: endpoint.or(phone).map(str::to_owned),
        duration_ms: ms,
    };
    shared.with(|world| {
        exchange.at = world.now;
        world.changes += 1;
        if let Some(form) = world.forms.all.get_mut(asker.form_id) {
            form.keep_exchange(exchange);
        }
        let config = &shared.config;
        world.form_measured(config, asker.form_id, Measured::Exchange(ms, endpoint));
        if let Some(error) = phone.filter(|_| !attempt.healed && asker.phone.is_some()) {
            world.form_measured(config, asker.form_id, Measured::Screen(Some(error)));
        }
    });
}
